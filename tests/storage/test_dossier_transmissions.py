"""Files for the back office on the disk: whole, closed to others, their checksum last, nothing left unfinished."""

import hashlib
import os
import stat
import subprocess

import pytest

from service.errors import IndisponibleError
from service.storage.dossier_transmissions import DossierTransmissions

NOM = "transmission-831-000001.xml"
CONTENU = [b"<a>", b"x" * 100_000, b"</a>"]
EMPREINTE = hashlib.sha256(b"".join(CONTENU)).hexdigest()


@pytest.fixture
def dossier(tmp_path):
    """A directory that does not exist yet."""
    return DossierTransmissions(tmp_path / "un" / "deux")


def test_a_file_and_its_checksum_are_there_for_sha256sum_and_for_nobody_else(dossier):
    masque = os.umask(0)
    try:
        dossier.ecrire(NOM, EMPREINTE, iter(CONTENU))
    finally:
        os.umask(masque)
    assert (dossier.chemin / NOM).read_bytes() == b"".join(CONTENU)
    assert sorted(fichier.name for fichier in dossier.chemin.iterdir()) == [NOM, f"{NOM}.sha256"]
    droits = {stat.S_IMODE(fichier.stat().st_mode) for fichier in dossier.chemin.iterdir()}
    assert droits == {0o600}
    assert stat.S_IMODE(dossier.chemin.stat().st_mode) == 0o700
    subprocess.run(["sha256sum", "--check", "--strict", f"{NOM}.sha256"], cwd=dossier.chemin, check=True)


def test_a_file_is_replaced_whole_or_left_as_it_was(dossier):
    dossier.ecrire(NOM, EMPREINTE, CONTENU)

    def rompu():
        yield b"<b>"
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        dossier.ecrire(NOM, EMPREINTE, rompu())
    assert (dossier.chemin / NOM).read_bytes() == b"".join(CONTENU)
    assert len(list(dossier.chemin.iterdir())) == 2


def test_the_checksum_comes_when_the_file_is_there(dossier, monkeypatch):
    ordre = []
    replace = os.replace
    monkeypatch.setattr(os, "replace", lambda de, vers: (ordre.append(os.path.basename(vers)), replace(de, vers)))
    monkeypatch.setattr("pathlib.Path.replace", lambda de, vers: os.replace(de, vers))
    dossier.ecrire(NOM, EMPREINTE, CONTENU)
    assert ordre == [NOM, f"{NOM}.sha256"]


def test_what_a_killed_process_left_is_swept_and_nothing_else(dossier):
    dossier.balayer()
    dossier.ecrire(NOM, EMPREINTE, CONTENU)
    (dossier.chemin / f".{NOM}.0a1b2c3d").write_bytes(b"<a>")
    (dossier.chemin / ".autre").write_bytes(b"")
    dossier.balayer()
    assert sorted(fichier.name for fichier in dossier.chemin.iterdir()) == [".autre", NOM, f"{NOM}.sha256"]


def test_a_directory_that_cannot_be_had_is_said_by_the_name_of_its_setting(tmp_path):
    (tmp_path / "fichier").write_bytes(b"")
    with pytest.raises(IndisponibleError, match="ESAT_TRANSMISSIONS"):
        DossierTransmissions(tmp_path / "fichier" / "dedans").ecrire(NOM, EMPREINTE, CONTENU)


def test_a_full_disk_leaves_nothing_half_written(tmp_path):
    with pytest.raises(IndisponibleError):
        DossierTransmissions(tmp_path).ecrire(NOM, EMPREINTE, _plein())
    assert list(tmp_path.iterdir()) == []


def _plein():
    yield b"<a>"
    with open("/dev/full", "wb", buffering=0) as plein:
        plein.write(b"x")
