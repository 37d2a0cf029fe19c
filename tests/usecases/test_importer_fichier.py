"""Rows of a file in a draft: the same declarations as the vendors' client makes, and nothing lost of the others."""

import io

import pytest
from ecrans import certificat_saisi, certificats
from openpyxl import Workbook
from paie import SAMPLES

from service.contract.fichiers.colonnes import CERTIFICAT, CHANGEMENT, planifier
from service.contract.fichiers.conversion import convertir
from service.contract.fichiers.lecture import lire
from service.errors import SaisieError
from service.usecases.brouillon import nouveau_brouillon
from service.usecases.controler_brouillon import lire_lignes
from service.usecases.importer_fichier import importer_fichier

ENTETE = b"nir;nom;prenom;date_naissance;nombre_mois;montant_net;montant_aide_poste\n"


def importer(octets, brouillon=None, limite=1000, ignorer=False):
    return importer_fichier(brouillon or nouveau_brouillon(CERTIFICAT, 2026), octets, limite, ignorer=ignorer)


@pytest.mark.parametrize(
    ("nom", "volet"),
    [
        ("certificats-utf8.csv", CERTIFICAT),
        ("certificats-tabulations-utf16.csv", CERTIFICAT),
        ("certificats-virgules.csv", CERTIFICAT),
        ("certificats.xlsx", CERTIFICAT),
        ("changements.csv", CHANGEMENT),
    ],
)
def test_a_file_means_here_what_it_means_to_the_client(nom, volet):
    octets = (SAMPLES / nom).read_bytes()
    tableau = lire(octets)
    attendues, _ = convertir(tableau, planifier(tableau.entete, volet), volet)
    fait = importer(octets, nouveau_brouillon(volet, None))
    lues, constats = lire_lignes(fait.brouillon)
    assert constats == []
    assert [lue.declaration for lue in lues] == [lue.declaration for lue in attendues]
    assert [ligne.origine for ligne in fait.brouillon.lignes] == [lue.numero for lue in attendues]
    assert (fait.nombre, fait.illisibles) == (len(attendues), 0)


@pytest.mark.parametrize("nom", ["mauvais-cellules.csv", "mauvais-nombres.xlsx"])
def test_what_a_cell_lost_is_told_at_its_line_even_once_it_is_text(nom):
    octets = (SAMPLES / nom).read_bytes()
    tableau = lire(octets)
    _, attendus = convertir(tableau, planifier(tableau.entete, CERTIFICAT), CERTIFICAT)
    fait = importer(octets)
    assert fait.illisibles == len({constat.ligne for constat in attendus})
    _, constats = lire_lignes(fait.brouillon)
    origines = {numero: ligne.origine for numero, ligne in enumerate(fait.brouillon.lignes, 1)}
    trouves = {(origines[constat.ligne], constat.colonne, constat.message) for constat in constats}
    assert trouves == {(constat.ligne, constat.colonne, constat.message) for constat in attendus}


def test_a_wrong_header_takes_nothing_and_says_how_to_leave_columns_aside():
    avant = certificats(certificat_saisi())
    fait = importer(ENTETE.strip() + b";atelier\nx;x;x;x;x;x;x;x\n", avant)
    assert fait.brouillon == avant
    (constat,) = fait.constats
    assert "Laisser de côté les colonnes" in constat.correction
    assert not importer(ENTETE.strip() + b";atelier\nx;x;x;x;x;x;x;x\n", avant, ignorer=True).constats


def test_leaving_unknown_columns_aside_leaves_no_known_one():
    octets = ENTETE.strip() + b";atelier\n185057500000147;Li;Bo;14/05/1985;12;812,40;640,10;Bois\n"
    (ligne,) = importer(octets, ignorer=True).brouillon.lignes
    assert ligne.valeurs["montant_net"] == "812,4"
    assert "atelier" not in ligne.valeurs


def test_rows_are_added_to_those_of_the_draft_within_the_limit():
    rangee = b"185057500000147;Li;Bo;14/05/1985;12;812,40;640,10\n"
    fait = importer(ENTETE + rangee * 2, certificats(certificat_saisi()), limite=3)
    assert len(fait.brouillon.lignes) == 3
    with pytest.raises(SaisieError, match="3 lignes au plus : le brouillon en a 2 et le fichier 2"):
        importer(ENTETE + rangee * 2, certificats(certificat_saisi(), certificat_saisi()), limite=3)
    with pytest.raises(SaisieError, match="3 au plus par fichier"):
        importer(ENTETE + rangee * 4, limite=3)


def test_a_header_alone_is_refused():
    with pytest.raises(SaisieError, match="aucune ligne à déclarer"):
        importer(ENTETE)


def test_another_sheet_is_told(tmp_path):
    document, sortie = Workbook(), io.BytesIO()
    document.active.append(ENTETE.decode().strip().split(";"))
    document.active.append(["185057500000147", "Li", "Bo", "14/05/1985", 12, 812.4, 640.1])
    document.create_sheet("Octobre").append(["autre"])
    document.save(sortie)
    fait = importer(sortie.getvalue())
    assert "« Octobre »" in fait.remarque
    assert fait.nombre == 1
