"""Many at once: each answer is about its own message only, whatever the others send."""

import random
import sys
import threading

import pytest
from fautes import exiger_faute
from maison import AGENT, CONSULTE_SERVICE
from messages import (
    SOAP_11,
    SOAP_12,
    certificat,
    changement,
    consulte_depot,
    declare_certificats,
    declare_changements,
    depart,
    en_clair,
    enveloppe,
    liste_depots,
    operation,
    salarie,
)

FILS = 8
TOURS = 15


@pytest.fixture
def bascules():
    """Threads that take turns a thousand times more often than usual."""
    avant = sys.getswitchinterval()
    sys.setswitchinterval(5e-6)
    yield
    sys.setswitchinterval(avant)


def ensemble(taches):
    """Run each of the tasks in a thread of its own, all at once; raise what one of them raised."""
    depart_commun, pannes = threading.Barrier(len(taches)), []

    def courir(tache):
        depart_commun.wait()
        try:
            tache()
        except BaseException as panne:
            pannes.append(panne)

    fils = [threading.Thread(target=courir, args=(tache,)) for tache in taches]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    if pannes:
        raise pannes[0]


def lignes(bonnes, mauvaise):
    return [*(certificat() for _ in range(bonnes)), mauvaise]


def champ(place, suite):
    return f"DeclareCertificatEmploi/certificat[{place}]/{suite}"


def fautive(rang, tour):
    """A payload with one mistake at a place that no other thread uses, and what its answer must say."""
    place = rang * TOURS + tour + 1
    genres = [
        (declare_certificats(*lignes(place - 1, certificat(nombreMois="douze"))), champ(place, "nombreMois")),
        (declare_certificats(*lignes(place - 1, certificat(montantNet="mille"))), champ(place, "montantNet")),
        (declare_certificats(*lignes(place - 1, certificat(salarie(nir="1")))), champ(place, "salarie/nir")),
        (
            declare_changements(*[changement()] * (place - 1), changement(detail=depart("2026-12-01", "VACANCES"))),
            f"DeclareChangementActivite/changement[{place}]/depart/motif",
        ),
    ]
    return genres[rang % len(genres)]


def test_eight_threads_of_invalid_messages_get_each_their_own_errors(service, bascules):
    entetes = en_clair(AGENT, service.cle)

    def client(rang):
        soap = SOAP_12 if rang % 2 else SOAP_11
        for tour in range(TOURS):
            charge, attendu = fautive(rang, tour)
            reponse = service.post(charge, entetes, soap)
            exiger_faute(reponse, "SCHEMA_INVALIDE")
            assert [precision["champ"] for precision in reponse.faute.precisions] == [attendu]
            assert reponse.soap == soap

    ensemble([lambda rang=rang: client(rang) for rang in range(FILS)])


def test_eight_threads_of_unreadable_messages_are_told_their_own_line(service, bascules):
    entier = enveloppe(CONSULTE_SERVICE, en_clair(AGENT, service.cle))

    def client(rang):
        for tour in range(TOURS * 3):
            ligne = rang * 100 + tour + 1
            reponse = service.brut(b"\n" * (ligne - 1) + entier.replace(b"</s:Header>", b"</s:Entete>"))
            exiger_faute(reponse, "MESSAGE_ILLISIBLE")
            assert reponse.faute.precisions[0]["ligne"] == str(ligne)

    ensemble([lambda rang=rang: client(rang) for rang in range(FILS)])


def test_good_and_bad_messages_of_all_kinds_do_not_mix(service, bascules):
    bon = en_clair(AGENT, service.cle)
    genres = [
        (lambda: (CONSULTE_SERVICE, bon), None),
        (lambda: (operation("ListeAnomalies"), bon), None),
        (lambda: (declare_certificats(annee=2019), bon), "CAMPAGNE_FERMEE"),
        (lambda: (declare_certificats(siret="00000000000000"), bon), "HABILITATION"),
        (lambda: (consulte_depot(numero="D261204-00000000"), bon), "INTROUVABLE"),
        (lambda: (liste_depots("2026-12-02", "2026-12-01"), bon), "SCHEMA_INVALIDE"),
        (lambda: (CONSULTE_SERVICE, en_clair(AGENT, "cle_fausse")), "AUTHENTIFICATION"),
        (lambda: (CONSULTE_SERVICE, bon + '<a s:mustUnderstand="1"/>'), "ENTETE_NON_COMPRIS"),
        (lambda: ("<autre/>", bon), "OPERATION_INCONNUE"),
        (lambda: ("", bon), "MESSAGE_ILLISIBLE"),
        (lambda: (CONSULTE_SERVICE, ""), "SECURITE_INVALIDE"),
    ]

    def client(rang):
        hasard = random.Random(rang)
        for _ in range(TOURS * 2):
            fabrique, code = hasard.choice(genres)
            charge, entetes = fabrique()
            soap = hasard.choice([SOAP_11, SOAP_12])
            reponse = service.post(charge, entetes, soap)
            assert reponse.soap == soap
            if code is None:
                assert reponse.corps.tag == operation_de(charge)
            else:
                exiger_faute(reponse, code)

    ensemble([lambda rang=rang: client(rang) for rang in range(FILS)])


def operation_de(charge):
    nom, _, reste = charge[1:].partition(" ")
    return "{" + reste.partition('"')[2].partition('"')[0] + "}" + nom + "Response"
