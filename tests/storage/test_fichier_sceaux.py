"""The file of seals: appended whole, read without what a crash left, held by one process at a time."""

import os
import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from service.errors import IndisponibleError
from service.storage.fichier_sceaux import FichierSceaux


@pytest.fixture
def fichier(tmp_path: Path) -> FichierSceaux:
    return FichierSceaux(tmp_path / "sceaux.jsonl")


def test_a_file_that_does_not_exist_reads_as_an_empty_one(fichier):
    assert fichier.derniere() is None
    assert list(fichier.lignes()) == []
    assert not fichier.chemin.exists()


def test_lines_are_appended_in_order_for_the_owner_only(fichier):
    fichier.ajouter(["un", "deux"])
    fichier.ajouter(["trois"])
    assert list(fichier.lignes()) == ["un", "deux", "trois"]
    assert fichier.derniere() == "trois"
    assert stat.S_IMODE(fichier.chemin.stat().st_mode) & 0o077 == 0


@pytest.mark.parametrize("reste", [b"quatr", b"x" * 200_000, b"\xff\x00"], ids=["short", "long", "bytes"])
def test_what_a_crash_left_of_a_line_is_read_by_nobody_and_written_over(fichier, reste):
    fichier.ajouter(["un", "deux"])
    with fichier.chemin.open("ab") as sortie:
        sortie.write(reste)
    assert fichier.derniere() == "deux"
    assert list(fichier.lignes()) == ["un", "deux"]
    fichier.ajouter(["trois"])
    assert fichier.chemin.read_bytes() == b"un\ndeux\ntrois\n"


def test_a_file_with_nothing_but_a_crash_in_it_is_empty(fichier):
    fichier.chemin.write_bytes(b"u")
    assert fichier.derniere() is None
    fichier.ajouter(["un"])
    assert fichier.chemin.read_bytes() == b"un\n"


def test_the_last_line_is_found_whatever_its_length(fichier):
    longue = "é" * 100_000
    fichier.ajouter(["courte", longue])
    assert fichier.derniere() == longue


def test_a_line_that_is_no_text_is_still_a_line(fichier):
    fichier.chemin.write_bytes(b"un\n\xff\xfe\n")
    assert fichier.derniere() == "\ufffd\ufffd"
    assert list(fichier.lignes()) == ["un", "\ufffd\ufffd"]


def test_one_holds_the_file_at_a_time_among_processes_and_whoever_dies_lets_go(fichier):
    prendre = (
        "import sys, time, pathlib; from service.storage.fichier_sceaux import FichierSceaux\n"
        f"with FichierSceaux(pathlib.Path({str(fichier.chemin)!r})).seul() as seul:\n"
        "    print(seul, flush=True); time.sleep(600)"
    )
    with subprocess.Popen([sys.executable, "-c", prendre], stdout=subprocess.PIPE, text=True) as autre:
        assert autre.stdout.readline() == "True\n"
        with fichier.seul() as seul:
            assert not seul
        autre.kill()
        with fichier.seul(attendre=True) as seul:
            assert seul
            with fichier.seul() as encore:
                assert not encore


def test_a_file_set_aside_leaves_room_for_another_and_writes_over_none(fichier):
    instant = datetime(2026, 12, 4, 9, 30, tzinfo=UTC)
    fichier.ajouter(["un"])
    ailleurs = fichier.a_cote(instant)
    fichier.mettre_de_cote(ailleurs)
    assert ailleurs.name == "sceaux.jsonl.20261204T093000Z"
    assert ailleurs.read_text() == "un\n"
    assert fichier.derniere() is None
    fichier.ajouter(["deux"])
    assert fichier.a_cote(instant).name == "sceaux.jsonl.20261204T093000Z-1"


def test_a_file_that_the_system_refuses_is_told_with_its_setting(tmp_path):
    for impossible in (tmp_path / "absent" / "sceaux.jsonl", tmp_path):
        fichier = FichierSceaux(impossible)
        with pytest.raises(IndisponibleError, match=r"ESAT_SCEAUX"):
            fichier.exiger_accessible()
        with pytest.raises(IndisponibleError, match=r"ESAT_SCEAUX"):
            fichier.ajouter(["un"])
    assert os.listdir(tmp_path) == []
