"""Drafts: what is typed stays, keys live with their lines, the message keeps its identifier until it is deposited."""

import json

from ecrans import certificat_saisi, certificats, changements, cles

from service.usecases.brouillon import LigneSaisie, relire_brouillon


def test_a_session_gives_back_what_it_was_given():
    illisible = LigneSaisie(0, {"nom": "=1+1"}, 7, (("nir", "arrondi"), (None, "cellule de trop")))
    for brouillon in (certificats(certificat_saisi(), illisible), changements()):
        assert relire_brouillon(json.loads(json.dumps(brouillon.en_memoire()))) == brouillon


def test_a_key_is_never_given_twice():
    brouillon = certificats(certificat_saisi(), certificat_saisi()).retirer([2]).ajouter(certificat_saisi())
    assert cles(brouillon) == [1, 3]
    assert brouillon.ligne(2) is None


def test_a_line_gone_over_by_hand_is_no_longer_unreadable():
    brouillon = certificats(LigneSaisie(0, {"nir": "1,85E+14"}, 4, (("nir", "arrondi"),)))
    corrigee = brouillon.corriger(1, {"nir": "185059990100114"}).ligne(1)
    assert corrigee == LigneSaisie(1, {"nir": "185059990100114"}, 4, ())


def test_writing_changes_no_identifier_and_depositing_does():
    brouillon = certificats(certificat_saisi(), certificat_saisi())
    ecrit = brouillon.corriger(1, {}).ajouter(certificat_saisi()).retirer([2])
    assert (ecrit.identifiant, ecrit.identifiant_essai) == (brouillon.identifiant, brouillon.identifiant_essai)
    depose = brouillon.apres_depot([1], essai=False)
    assert cles(depose) == [2]
    assert depose.identifiant != brouillon.identifiant
    assert depose.identifiant_essai == brouillon.identifiant_essai


def test_a_trial_leaves_every_line_and_the_identifier_of_the_real_deposit():
    brouillon = certificats(certificat_saisi(), certificat_saisi())
    apres = brouillon.apres_depot([1, 2], essai=True)
    assert cles(apres) == [1, 2]
    assert apres.identifiant == brouillon.identifiant
    assert apres.identifiant_de(essai=True) != brouillon.identifiant_de(essai=True)
