"""What a file tells of a declaration, from what was passed on of its lineage."""

import pytest

from service.domain.transmission import (
    Detenue,
    EtatTransmission,
    Mouvement,
    NatureMouvement,
    Resultat,
    annulations_de,
    etat_de,
    lire_reference,
    mouvements_de,
    nom_du_fichier,
    reference,
)

CREATION, REMPLACEMENT, ANNULATION = NatureMouvement
A, B = "D261201-AAAAAAAA-0001", "D261202-BBBBBBBB-0001"


def detenue(organisme="831", refusee=False, annulee=False):
    return Detenue(A, organisme, refusee, annulee)


@pytest.mark.parametrize(
    ("ancienne", "attendus"),
    [
        pytest.param(None, [Mouvement("831", CREATION, B)], id="nothing left before"),
        pytest.param(detenue(), [Mouvement("831", REMPLACEMENT, B, A)], id="the one it replaces is held"),
        pytest.param(detenue(refusee=True), [Mouvement("831", CREATION, B)], id="it was refused, so is not held"),
        pytest.param(detenue(annulee=True), [Mouvement("831", CREATION, B)], id="it was cancelled, so is not held"),
        pytest.param(
            detenue("131"),
            [Mouvement("131", ANNULATION, A), Mouvement("831", CREATION, B)],
            id="it is held by another organisme",
        ),
        pytest.param(detenue("131", refusee=True), [Mouvement("831", CREATION, B)], id="refused by another organisme"),
    ],
)
def test_a_declaration_takes_the_place_of_what_is_held_of_its_lineage(ancienne, attendus):
    assert mouvements_de(B, "831", ancienne) == attendus


@pytest.mark.parametrize(
    ("ancienne", "attendus"),
    [
        pytest.param(None, [], id="nothing left"),
        pytest.param(detenue("131"), [Mouvement("131", ANNULATION, A)], id="held"),
        pytest.param(detenue(refusee=True), [], id="refused"),
        pytest.param(detenue(annulee=True), [], id="told before"),
    ],
)
def test_only_what_is_held_is_cancelled_there(ancienne, attendus):
    assert annulations_de(ancienne) == attendus


@pytest.mark.parametrize("texte", ["831-12", "831-000012", " transmission-831-000012.xml ", "831-0000012"])
def test_a_file_is_named_by_organisme_and_number_or_by_its_name(texte):
    assert lire_reference(texte) == ("831", 12)


@pytest.mark.parametrize("texte", ["", "12", "831", "831-", "831-x", "8311-12", "831-12.txt", "831-1-2", "٨٣١-12"])
def test_anything_else_names_no_file(texte):
    assert lire_reference(texte) is None


def test_names_of_files_sort_by_number_and_tell_nothing_else():
    assert nom_du_fichier("831", 12) == "transmission-831-000012.xml"
    assert reference("831", 12) == "831-000012"
    assert lire_reference(nom_du_fichier("000", 1)) == ("000", 1)


@pytest.mark.parametrize(
    ("faits", "etat"),
    [
        ((False, False, 3, 0), EtatTransmission.EN_PREPARATION),
        ((True, False, 3, 0), EtatTransmission.A_ECRIRE),
        ((True, True, 3, 0), EtatTransmission.ECRITE),
        ((True, True, 3, 2), EtatTransmission.REPONDUE_EN_PARTIE),
        ((True, True, 3, 3), EtatTransmission.REPONDUE),
        ((True, False, 3, 3), EtatTransmission.REPONDUE),
    ],
)
def test_the_state_of_a_file_follows_from_its_facts(faits, etat):
    fermee, ecrite, nombre, repondus = faits
    assert etat_de(fermee=fermee, ecrite=ecrite, nombre=nombre, repondus=repondus) is etat


@pytest.mark.parametrize("valeur", [*NatureMouvement, *EtatTransmission, *Resultat])
def test_every_value_has_a_french_label(valeur):
    assert valeur.libelle
    assert valeur.libelle == valeur.libelle.lower()
