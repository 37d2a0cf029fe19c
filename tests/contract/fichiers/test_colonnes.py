"""The header of a file against the columns of a volet, and columns against the contract."""

import pytest
from paie import SAMPLES

from service.contract.fichiers import lecture
from service.contract.fichiers.colonnes import (
    CERTIFICAT,
    CHANGEMENT,
    colonne_du_champ,
    en_colonnes,
    normaliser,
    planifier,
    reconnues,
)
from service.contract.fichiers.tableau import Ligne
from service.contract.modele import TypeComplexe, modele

COMPLET = ("nir", "nom", "prenom", "date_naissance", "nombre_mois", "montant_net", "montant_aide_poste")


def plan(*titres, volet=CERTIFICAT, ignorees=()):
    return planifier(Ligne(1, titres), volet, ignorees)


@pytest.mark.parametrize(
    "titre",
    ["numero_allocataire", "Numéro allocataire", "  NUMÉRO  ALLOCATAIRE ", "numero-allocataire", "N° allocataire"],
)
def test_capitals_accents_and_spaces_do_not_count(titre):
    assert plan(*COMPLET, titre).rangs["numero_allocataire"] == 7


@pytest.mark.parametrize(
    ("titre", "colonne"),
    [
        ("Nom d'usage", "nom_usage"),
        ("Date de naissance", "date_naissance"),
        ("Nombre de mois", "nombre_mois"),
        ("Aide au poste", "montant_aide_poste"),
        ("Numéro de sécurité sociale", "nir"),
    ],
)
def test_usual_names_are_known_too(titre, colonne):
    assert colonne in plan(titre).rangs


def test_a_complete_header_has_nothing_against_it():
    assert plan(*COMPLET).constats == []


def test_columns_may_come_in_any_order_and_have_gaps():
    trouve = plan(*reversed(COMPLET[:3]), None, *COMPLET[3:])
    assert trouve.constats == []
    assert trouve.rangs["nir"] == 2


@pytest.mark.parametrize(
    ("titres", "ou", "message"),
    [
        ((*COMPLET, "nir"), "nir", "deux fois"),
        ((*COMPLET, "Numéro de sécurité sociale"), "Numéro de sécurité sociale", "deux fois"),
        ((*COMPLET, "atelier"), "atelier", "inconnue"),
        ((*COMPLET, "montant_nett"), "montant_nett", "inconnue"),
        ((*COMPLET, "nature"), "nature", "inconnue"),
        (COMPLET[1:], "nir ou numero_allocataire", "aucune des deux"),
        (COMPLET[:-1], None, "montants"),
        (COMPLET[:2] + COMPLET[3:], "prenom", "absente"),
    ],
)
def test_what_is_wrong_with_a_header_is_told_with_its_column(titres, ou, message):
    constats = plan(*titres).constats
    assert [(constat.ligne, constat.colonne) for constat in constats] == [(1, ou)]
    assert message in constats[0].message
    assert constats[0].correction


def test_a_misspelt_column_is_recognised():
    assert "« montant_net »" in plan(*COMPLET, "montant_nett").constats[0].correction


def test_a_column_of_the_other_volet_says_so():
    assert "changement" in plan(*COMPLET, "nature").constats[0].correction


def test_a_column_can_be_left_aside():
    assert plan(*COMPLET, "Atelier n°", ignorees=("atelier n°",)).constats == []


def test_the_columns_of_the_refused_rows_are_left_aside():
    assert plan(*COMPLET, "code", "message").constats == []


def test_every_problem_of_a_header_is_told_at_once():
    tableau = lecture.lire((SAMPLES / "mauvais-colonnes.csv").read_bytes())
    ou = [constat.colonne for constat in planifier(tableau.entete, CERTIFICAT).constats]
    assert ou == ["NIR", "montant_nett", "atelier", "prenom", "nombre_mois", None]


def test_everything_missing_is_told_at_once():
    absentes = [constat.colonne for constat in plan("atelier", volet=CHANGEMENT).constats]
    assert absentes == [
        "atelier",
        "nom",
        "prenom",
        "date_naissance",
        "nature",
        "date_effet",
        "nir ou numero_allocataire",
    ]


def test_recognised_names_count_whatever_the_volet():
    assert reconnues(("NIR", "Nature", "atelier", None)) == 2


def test_a_normal_form_has_one_underscore_for_anything():
    assert normaliser(" Numéro — d'allocataire n°1 ") == "numero_d_allocataire_n_1"


@pytest.mark.parametrize(
    ("champ", "colonne"),
    [
        ("salarie/nir", "nir"),
        ("DeclareCertificatEmploi/certificat[3]/salarie/numeroAllocataire", "numero_allocataire"),
        ("montantNet", "montant_net"),
        ("depart/motif", "motif"),
        ("augmentation/heuresApres", "heures_apres"),
        ("salarie", "nir ou numero_allocataire"),
        ("augmentation", "nature"),
        ("DeclareCertificatEmploi/entete/siret", None),
        ("", None),
        (None, None),
    ],
)
def test_a_path_of_the_contract_names_a_column(champ, colonne):
    assert colonne_du_champ(champ) == colonne


def test_a_message_speaks_of_columns():
    message = "plus que dans augmentation/heuresAvant ; salarie/nir, montantAidePoste, montantNetSpecified"
    assert en_colonnes(message) == "plus que dans heures_avant ; nir, montant_aide_poste, montantNetSpecified"


@pytest.mark.parametrize("volet", [CERTIFICAT, CHANGEMENT], ids=lambda volet: volet.nom)
def test_every_value_of_the_contract_has_its_column(volet):
    """An element added to the contract and forgotten here would be lost in silence."""

    def feuilles(type_):
        for _, particule in type_.particules:
            if isinstance(particule.type, TypeComplexe):
                yield from feuilles(particule.type)
            else:
                yield particule.nom

    ligne = next(
        particule.type
        for _, particule in modele().racines[volet.operation.value].particules
        if particule.nom == volet.element
    )
    colonnes = {colonne_du_champ(nom) for nom in feuilles(ligne)} | ({"nature"} if volet is CHANGEMENT else set())
    assert colonnes == {colonne.nom for colonne in volet.colonnes}
