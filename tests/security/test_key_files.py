"""key_files: a file is written whole, closed and once; one writer at a time."""

import fcntl
import os
import stat
import subprocess
import sys

import pytest

from service.errors import ConfigurationError, IndisponibleError
from service.security.key_files import ecrire, exiger_ferme, exiger_presents, seul_a_ecrire


def test_a_file_is_written_whole_and_closed_to_others(tmp_path):
    ecrire(tmp_path / "a", b"contenu")
    assert (tmp_path / "a").read_bytes() == b"contenu"
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o600
    assert [fichier.name for fichier in tmp_path.iterdir()] == ["a"]


def test_an_existing_file_is_written_over_on_demand_only(tmp_path):
    ecrire(tmp_path / "a", b"1")
    with pytest.raises(FileExistsError):
        ecrire(tmp_path / "a", b"2")
    assert (tmp_path / "a").read_bytes() == b"1"
    ecrire(tmp_path / "a", b"3", remplacer=True)
    assert (tmp_path / "a").read_bytes() == b"3"


def test_a_writing_that_fails_leaves_the_old_file_and_nothing_else(tmp_path, disque_plein):
    ecrire(tmp_path / "a", b"1")
    with disque_plein(), pytest.raises(OSError, match="File too large"):
        ecrire(tmp_path / "a", b"2", remplacer=True)
    assert [(fichier.name, fichier.read_bytes()) for fichier in tmp_path.iterdir()] == [("a", b"1")]


def test_what_the_system_refuses_is_told_in_our_words(tmp_path):
    with pytest.raises(IndisponibleError, match="ne peut pas être écrit"), seul_a_ecrire(tmp_path):
        ecrire(tmp_path / "absent" / "a", b"1")
    with pytest.raises(IndisponibleError), seul_a_ecrire(tmp_path / "absent"):
        pass


TENIR = """
import sys
from pathlib import Path
from service.security.key_files import seul_a_ecrire
with seul_a_ecrire(Path(sys.argv[1])):
    print("pris", flush=True)
    sys.stdin.read()
"""


def test_another_process_waits_for_its_turn(tmp_path):
    commande = [sys.executable, "-c", TENIR, tmp_path]
    with subprocess.Popen(commande, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as autre:
        assert autre.stdout.readline() == b"pris\n"
        descripteur = os.open(tmp_path, os.O_RDONLY)
        with pytest.raises(BlockingIOError):
            fcntl.flock(descripteur, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.close(descripteur)
        autre.stdin.close()
        with seul_a_ecrire(tmp_path):
            assert autre.wait(20) == 0


def test_what_is_closed_is_accepted_and_what_is_open_is_named(tmp_path):
    ferme, ouvert, du_groupe = tmp_path / "ferme", tmp_path / "ouvert", tmp_path / "groupe"
    for fichier, droits in ((ferme, 0o400), (ouvert, 0o604), (du_groupe, 0o640)):
        fichier.write_text("x")
        fichier.chmod(droits)
    exiger_ferme([ferme])
    with pytest.raises(ConfigurationError) as refus:
        exiger_ferme([ferme, ouvert, du_groupe])
    assert [precision.message for precision in refus.value.precisions] == [
        "ouvert : droits 0604, 0600 attendus.",
        "groupe : droits 0640, 0600 attendus.",
    ]


def test_every_missing_file_is_named(tmp_path):
    (tmp_path / "a").write_text("x")
    exiger_presents([tmp_path / "a"])
    with pytest.raises(ConfigurationError) as refus:
        exiger_presents([tmp_path / "a", tmp_path / "b", tmp_path / "c"])
    assert [precision.message for precision in refus.value.precisions] == ["b manque.", "c manque."]
