"""A payroll file opened: read, matched, converted, or refused."""

import pytest
from declarer_esat.fichier import OCTETS_MAX, charger, ouvrir
from programme import SAMPLES

from service.contract.fichiers.colonnes import CERTIFICAT
from service.contract.fichiers.constats import illisible
from service.errors import SaisieError


def test_a_file_is_known_by_its_bytes_and_its_sheet():
    fichier = SAMPLES / "certificats.xlsx"
    contenus = {
        ouvrir(fichier, CERTIFICAT).contenu,
        ouvrir(fichier, CERTIFICAT, "Novembre").contenu,
        ouvrir(SAMPLES / "certificats-utf8.csv", CERTIFICAT).contenu,
    }
    assert len(contenus) == 3
    assert ouvrir(fichier, CERTIFICAT).contenu == ouvrir(fichier, CERTIFICAT).contenu


def test_a_wrong_header_keeps_the_rows_from_being_read():
    fichier = ouvrir(SAMPLES / "mauvais-colonnes.csv", CERTIFICAT)
    assert fichier.lignes == []
    assert illisible(fichier.constats)


def test_columns_can_be_left_aside(tmp_path):
    chemin = tmp_path / "paie.csv"
    contenu = (SAMPLES / "certificats-utf8.csv").read_text(encoding="utf-8").replace("\n", ";x\n")
    chemin.write_text(contenu.replace(";x\n", ";Atelier\n", 1), encoding="utf-8")
    assert ouvrir(chemin, CERTIFICAT).lignes == []
    assert len(ouvrir(chemin, CERTIFICAT, None, ["atelier"]).lignes) == 3


def test_a_header_alone_is_refused(tmp_path):
    chemin = tmp_path / "paie.csv"
    entete = (SAMPLES / "certificats-utf8.csv").read_text(encoding="utf-8").splitlines()[0]
    chemin.write_text(entete + "\n;;;\n", encoding="utf-8")
    with pytest.raises(SaisieError, match="aucune ligne à déclarer"):
        ouvrir(chemin, CERTIFICAT)


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(SaisieError, match="n'existe pas"):
        charger(tmp_path / "absent.csv")
    with pytest.raises(SaisieError, match="dossier"):
        charger(tmp_path)


def test_a_file_too_big_is_not_even_read(tmp_path):
    gros = tmp_path / "gros.csv"
    with gros.open("wb") as fichier:
        fichier.truncate(OCTETS_MAX + 1)
    with pytest.raises(SaisieError, match="trop gros"):
        charger(gros)
