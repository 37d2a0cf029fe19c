"""A deposit made on a page is a deposit like any other: message, rules, receipt, log; and it is told by mail."""

import base64
import hashlib
import threading

import pytest
from ecrans import certificat_saisi, certificats, changement_saisi, changements, cles, declarant
from lxml import etree
from maison import AGENT
from messages import (
    AUTRE_SIRET,
    SIRET,
    certificat,
    consulte_depot,
    declare_certificats,
    liste_depots,
    nouveau_nir,
    salarie,
)

from service.contract.recepisse import lire_accuse
from service.contract.validation import valider
from service.domain.declaration import StatutDepot
from service.errors import CampagneFermeeError, HabilitationError, SaisieError
from service.usecases.archiver import desarchiver
from service.usecases.declarer import LOGICIEL, annuler, declarer


def deposer(service, brouillon, *, essai=False, **qui):
    return declarer(service.dependencies, declarant(service, **qui), brouillon, cles(brouillon), essai=essai)


@pytest.mark.parametrize("brouillon", [certificats(), changements()], ids=["certificat", "changement"])
def test_a_payroll_system_finds_the_deposit_with_the_very_same_receipt(service_partout, brouillon):
    accuse_signe = deposer(service_partout, brouillon)
    accuse = lire_accuse(accuse_signe)
    for consultation in (
        consulte_depot(numero=accuse.numero_depot),
        consulte_depot(identifiant=brouillon.identifiant),
    ):
        reponse = service_partout.post(consultation)
        assert base64.b64decode(reponse.accuse_signe) == accuse_signe
        assert reponse.textes("etat/statut") == ["RECUE"]
    assert service_partout.post(liste_depots()).textes("depot/numeroDepot") == [accuse.numero_depot]


def test_the_message_is_kept_valid_and_digested_as_the_receipt_says(service_partout):
    accuse = lire_accuse(deposer(service_partout, certificats()))
    ((octets,),) = service_partout.sql("SELECT octets FROM message_brut")
    brut = desarchiver(service_partout.dependencies.coffre, bytes(octets))
    valider(etree.fromstring(brut))
    assert accuse.empreinte.valeur == hashlib.sha256(brut).hexdigest()
    assert service_partout.sql("SELECT logiciel_editeur, logiciel_nom, logiciel_version FROM depot") == [LOGICIEL]


def test_the_log_tells_who_by_which_way(service_partout):
    accuse = lire_accuse(deposer(service_partout, certificats()))
    (entree,) = service_partout.journal()
    assert (entree.canal, entree.operation, entree.issue) == ("EXTRANET", "DeclareCertificatEmploi", "ACCEPTE")
    assert (entree.utilisateur, entree.siret, entree.numero_depot) == (AGENT, SIRET, accuse.numero_depot)
    assert entree.taille > 500


def test_who_deposited_is_told_by_mail_once(service_partout):
    brouillon = certificats()
    deposer(service_partout, brouillon)
    deposer(service_partout, brouillon)
    assert service_partout.sql("SELECT modele, destinataire FROM courriel") == [("depot_recu", AGENT)]
    service_partout.post(declare_certificats())
    assert service_partout.compter("courriel") == 1


def test_the_same_form_sent_twice_is_one_deposit(service_partout):
    brouillon = certificats()
    assert deposer(service_partout, brouillon) == deposer(service_partout, brouillon)
    assert service_partout.compter("depot") == 1
    assert [entree.issue for entree in service_partout.journal()] == ["REPETE", "ACCEPTE"]


def test_the_same_form_sent_at_the_same_time_is_one_deposit(service_partout):
    brouillon = certificats(*(certificat_saisi() for _ in range(20)))
    accuses, depart = [], threading.Barrier(4)

    def envoyer():
        depart.wait()
        accuses.append(deposer(service_partout, brouillon))

    fils = [threading.Thread(target=envoyer) for _ in range(4)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    assert len(accuses) == 4
    assert len(set(accuses)) == 1
    assert service_partout.compter("depot") == 1


def test_a_trial_then_the_deposit_are_two(service_partout):
    brouillon = certificats()
    essai = lire_accuse(deposer(service_partout, brouillon, essai=True))
    reel = lire_accuse(deposer(service_partout, brouillon))
    assert (essai.essai, reel.essai) == (True, False)
    assert reel.statut is StatutDepot.ACCEPTE
    assert service_partout.sql("SELECT statut FROM ligne ORDER BY depot_id") == [(None,), ("RECUE",)]


def test_by_hand_after_a_payroll_system_the_employee_is_declared_already(service_partout):
    nir = nouveau_nir()
    service_partout.post(declare_certificats(certificat(salarie(nir))))
    accuse = lire_accuse(deposer(service_partout, certificats(certificat_saisi(nir))))
    assert accuse.statut is StatutDepot.REJETE
    assert [anomalie.code for anomalie in accuse.resultats[0].anomalies] == ["C06"]


def test_a_payroll_system_after_by_hand_is_told_the_same(service_partout):
    nir = nouveau_nir()
    accuse = lire_accuse(deposer(service_partout, certificats(certificat_saisi(nir))))
    reponse = service_partout.post(declare_certificats(certificat(salarie(nir))))
    assert reponse.codes == [["C06"]]
    assert accuse.resultats[0].numero_declaration in reponse.texte("accuse/resultat/anomalie/message")


def test_only_the_lines_asked_for_go_in_the_order_of_the_draft(service_partout):
    brouillon = certificats(*(certificat_saisi(reference=f"r{rang}") for rang in range(1, 5)))
    qui = declarant(service_partout)
    accuse = lire_accuse(declarer(service_partout.dependencies, qui, brouillon, [4, 2], essai=False))
    assert [resultat.reference for resultat in accuse.resultats] == ["r2", "r4"]


@pytest.mark.parametrize("voulues", [[1, 7], [], [1, 2]], ids=["gone", "none", "unreadable"])
def test_a_line_that_is_gone_or_unreadable_stops_everything(service, voulues):
    brouillon = certificats(certificat_saisi(), certificat_saisi(montant_net="x"))
    with pytest.raises(SaisieError, match="vérifier de nouveau"):
        declarer(service.dependencies, declarant(service), brouillon, voulues, essai=False)
    assert service.compter("depot") == 0


def test_outside_the_campaign_certificates_are_refused_and_the_log_says_so(service):
    service.horloge.avancer(days=100)
    with pytest.raises(CampagneFermeeError, match="01/12/2026 au 28/02/2027"):
        deposer(service, certificats())
    (entree,) = service.journal()
    assert (entree.canal, entree.issue, entree.code) == ("EXTRANET", "REFUSE", "CAMPAGNE_FERMEE")


def test_for_another_esat_nothing_is_deposited_and_the_log_says_so(service):
    service.autre_esat()
    with pytest.raises(HabilitationError):
        deposer(service, certificats(), siret=AUTRE_SIRET)
    (entree,) = service.journal()
    assert (entree.issue, entree.code) == ("REFUSE", "HABILITATION")
    assert service.compter("depot") == 0


def test_a_declaration_is_replaced_or_cancelled_from_a_page(service_partout):
    nir = nouveau_nir()
    premier = service_partout.post(declare_certificats(certificat(salarie(nir)))).numeros[0]
    remplacant = lire_accuse(deposer(service_partout, certificats(certificat_saisi(nir, remplace=premier))))
    numero = remplacant.resultats[0].numero_declaration
    identifiant = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
    qui = declarant(service_partout)
    accuses = {
        annuler(service_partout.dependencies, qui, identifiant, [numero], "Mauvais salarié & autre < chose")
        for _ in range(2)
    }
    assert len(accuses) == 1
    assert lire_accuse(accuses.pop()).statut is StatutDepot.ACCEPTE
    statuts = dict(service_partout.sql("SELECT numero, statut FROM ligne WHERE numero IS NOT NULL"))
    assert statuts == {premier: "REMPLACEE", numero: "ANNULEE"}


def test_a_change_typed_in_words_is_deposited(service):
    depart = changement_saisi(nature="Départ", motif="Fin de contrat", heures_avant="", heures_apres="")
    reduction = changement_saisi(nature="réduction", heures_avant="35", heures_apres="17h30")
    accuse = lire_accuse(deposer(service, changements(depart, reduction)))
    assert accuse.statut is StatutDepot.ACCEPTE
    assert service.sql("SELECT nature, motif, heures_apres FROM ligne ORDER BY rang") == [
        ("DEPART", "FIN_DE_CONTRAT", None),
        ("REDUCTION", None, 1750),
    ]
