"""Deposits on both databases: recorded once, answered with the same bytes for ever, judged line by line."""

import base64
import hashlib
import subprocess
import sys
import threading
import uuid
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from fautes import exiger_faute
from lxml import etree
from maison import AGENT, CONVENTION, MAINTENANT
from messages import (
    AUTRE_SIRET,
    NS,
    SIRET,
    SOAP_12,
    annule,
    certificat,
    changement,
    consulte_depot,
    declare_certificats,
    declare_changements,
    en_clair,
    liste_depots,
    nouveau_nir,
    reste_a_declarer,
    salarie,
)

from service.contract.catalogue import schema_accuse
from service.security.signing import verifier
from service.usecases import deposer, etudier
from service.usecases.archiver import archiver, desarchiver
from service.usecases.deposer import LIGNES_GROUPEES
from service.usecases.juger import juger

IDENTIFIANT = "6513270E-269E-4D37-B2A7-4DE452E6B438"


def compte_de(service, *tables):
    return [service.compter(table) for table in tables]


REPETITIONS = {
    "the same bytes": lambda charge: charge,
    "attributes of no meaning": lambda charge: charge.replace("<annee>", f'<annee xmlns:inutile="urn:x" xmlns="{NS}">'),
    "a comment": lambda charge: charge.replace("<annee>", "<!-- rien --><annee>"),
    "a CDATA section": lambda charge: charge.replace("<annee>2026<", "<annee><![CDATA[2026]]><"),
    "a character reference": lambda charge: charge.replace("<annee>2026<", "<annee>202&#54;<"),
    "quotes of another kind": lambda charge: charge.replace(f'"{NS}"', f"'{NS}'"),
}


def test_a_repeated_message_gets_the_same_receipt_byte_for_byte(service_partout):
    charge = declare_certificats(
        certificat(reference="é"), certificat(nombreMois="13"), identifiant=IDENTIFIANT.lower()
    )
    premier = service_partout.post(charge)
    service_partout.horloge.avancer(days=3)
    for nom, ecrire in REPETITIONS.items():
        repete = service_partout.post(ecrire(charge))
        assert repete.octets == premier.octets, nom
    assert service_partout.post(charge, soap=SOAP_12).accuse_signe == premier.accuse_signe
    assert compte_de(service_partout, "depot", "ligne", "message_brut") == [1, 2, 1]
    issues = [entree.issue for entree in service_partout.journal()]
    assert issues == ["REPETE"] * (len(REPETITIONS) + 1) + ["ACCEPTE_PARTIELLEMENT"]


CONFLITS = {
    "another line": lambda ligne: declare_certificats(ligne, certificat(), identifiant=IDENTIFIANT),
    "another year": lambda ligne: declare_certificats(ligne, annee=2025, identifiant=IDENTIFIANT),
    "another prefix": lambda ligne: (
        declare_certificats(ligne, identifiant=IDENTIFIANT)
        .replace(f'xmlns="{NS}"', f'xmlns:p="{NS}"')
        .replace("</", "</p:")
        .replace("<", "<p:")
        .replace("<p:/p:", "</p:")
    ),
    "white space": lambda ligne: declare_certificats(ligne, identifiant=IDENTIFIANT).replace("<annee>", "\n<annee>"),
    "an amount written otherwise": lambda ligne: declare_certificats(
        ligne.replace("812.40", "812.4"), identifiant=IDENTIFIANT
    ),
    "a dry run": lambda ligne: declare_certificats(ligne, identifiant=IDENTIFIANT, essai=True),
    "essai written otherwise": lambda ligne: declare_certificats(ligne, identifiant=IDENTIFIANT, essai="0"),
    "letters of the identifier": lambda ligne: declare_certificats(ligne, identifiant=IDENTIFIANT.lower()),
    "another operation": lambda ligne: declare_changements(identifiant=IDENTIFIANT),
    "a cancellation": lambda ligne: annule("D261204-00000000-0001", identifiant=IDENTIFIANT),
}


def test_an_identifier_that_served_for_another_content_is_a_conflict(service_partout):
    ligne = certificat()
    premier = service_partout.post(declare_certificats(ligne, identifiant=IDENTIFIANT))
    for charge in CONFLITS.values():
        exiger_faute(service_partout.post(charge(ligne)), "CONFLIT_IDENTIFIANT", IDENTIFIANT, IDENTIFIANT.lower())
    assert compte_de(service_partout, "depot", "ligne") == [1, 1]
    assert (
        service_partout.post(declare_certificats(ligne, identifiant=IDENTIFIANT)).accuse_signe == premier.accuse_signe
    )


def test_an_identifier_is_one_esats_whoever_sends_for_it(service_partout):
    service_partout.compte("collegue@esat.example", SIRET)
    collegue = en_clair("collegue@esat.example", service_partout.nouvelle_cle("collegue@esat.example"))
    autre = en_clair("autre@esat.example", service_partout.autre_esat())
    charge = declare_certificats(identifiant=IDENTIFIANT)
    premier = service_partout.post(charge)
    assert service_partout.post(charge, collegue).accuse_signe == premier.accuse_signe
    ailleurs = service_partout.post(declare_certificats(siret=AUTRE_SIRET, identifiant=IDENTIFIANT), autre)
    assert ailleurs.texte("accuse/numeroDepot") != premier.texte("accuse/numeroDepot")
    assert compte_de(service_partout, "depot") == [2]


def test_a_receipt_outlives_the_campaign_and_the_raw_message(service_partout):
    charge = declare_certificats()
    premier = service_partout.post(charge)
    service_partout.sql("DELETE FROM message_brut")
    service_partout.horloge.instant = datetime(2029, 7, 1, tzinfo=UTC)
    exiger_faute(service_partout.post(declare_certificats()), "CAMPAGNE_FERMEE")
    assert service_partout.post(charge).accuse_signe == premier.accuse_signe
    numero = premier.texte("accuse/numeroDepot")
    assert service_partout.post(consulte_depot(numero)).accuse_signe == premier.accuse_signe


def test_the_same_message_from_eight_threads_is_one_deposit(service_partout):
    charge = declare_certificats(*(certificat() for _ in range(30)))
    depart, reponses = threading.Barrier(8), []

    def envoyer():
        depart.wait()
        reponses.append(service_partout.post(charge))

    fils = [threading.Thread(target=envoyer) for _ in range(8)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    assert len({reponse.octets for reponse in reponses}) == 1
    assert reponses[0].codes == [[]] * 30
    assert compte_de(service_partout, "depot", "ligne", "message_brut") == [1, 30, 1]
    assert sorted(entree.issue for entree in service_partout.journal()) == ["ACCEPTE"] + ["REPETE"] * 7


ENVOYER = """
import hashlib, sys
from pathlib import Path
from maison import CONSULTE_SERVICE, Service
dossier, base, cles, cle = sys.argv[1:]
service = Service(Path(dossier), base, Path(cles))
service.cle = cle
service.post(CONSULTE_SERVICE)
print("pret", flush=True)
for charge in sys.stdin.read().split("\\0"):
    print(hashlib.sha256(service.post(charge).octets).hexdigest(), flush=True)
service.fermer()
"""


def test_the_same_messages_from_two_processes_are_one_deposit_each(service_partout, tmp_path, dossier_de_cles):
    charges = [declare_certificats() for _ in range(20)]
    arguments = [tmp_path, service_partout.maison.settings.base, dossier_de_cles, service_partout.cle]
    tests = Path(__file__).parents[1]
    with subprocess.Popen(
        [sys.executable, "-c", ENVOYER, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={"PYTHONPATH": f"{tests}:{tests.parent}", "PATH": ""},
    ) as autre:
        assert autre.stdout.readline() == "pret\n"
        autre.stdin.write("\0".join(charges))
        autre.stdin.close()
        ici = [hashlib.sha256(service_partout.post(charge).octets).hexdigest() for charge in charges]
        assert autre.stdout.read().splitlines() == ici
    assert autre.returncode == 0
    assert len(set(ici)) == 20
    assert compte_de(service_partout, "depot", "ligne") == [20, 20]


class TestDryRuns:
    def test_a_dry_run_has_every_control_and_a_receipt_marked_so(self, service_partout):
        reponse = service_partout.post(declare_certificats(certificat(), certificat(nombreMois="13"), essai=True))
        assert reponse.texte("accuse/essai") == "true"
        assert reponse.texte("accuse/statut") == "ACCEPTE_PARTIELLEMENT"
        assert reponse.codes == [[], ["C02"]]
        assert service_partout.post(liste_depots()).texte("depot/essai") == "true"
        assert service_partout.post(consulte_depot(reponse.texte("accuse/numeroDepot"))).elements("etat") == []

    def test_a_dry_run_never_takes_the_place_of_a_real_declaration(self, service_partout):
        personne = salarie()
        essai = service_partout.post(declare_certificats(certificat(personne), identifiant=IDENTIFIANT, essai=True))
        exiger_faute(
            service_partout.post(declare_certificats(certificat(personne), identifiant=IDENTIFIANT)),
            "CONFLIT_IDENTIFIANT",
        )
        reel = service_partout.post(declare_certificats(certificat(personne)))
        assert reel.codes == [[]]
        assert service_partout.post(annule(essai.numeros[0])).codes == [["C16"]]
        remplacant = certificat(personne, remplace=essai.numeros[0])
        assert service_partout.post(declare_certificats(remplacant)).codes == [["C16"]]
        assert service_partout.post(reste_a_declarer(2027)).textes("salarie/nir") != []

    def test_a_dry_run_replaces_and_cancels_nothing(self, service_partout):
        personne = salarie()
        reel = service_partout.post(declare_certificats(certificat(personne)))
        (numero,) = reel.numeros
        essai = declare_certificats(certificat(personne, remplace=numero), essai=True)
        assert service_partout.post(essai).codes == [[]]
        annulation = service_partout.post(annule(numero, essai=True))
        assert (annulation.codes, annulation.numeros) == ([[]], [numero])
        etats = service_partout.post(consulte_depot(reel.texte("accuse/numeroDepot")))
        assert etats.textes("etat/statut") == ["RECUE"]

    def test_a_dry_run_for_the_campaign_counts_for_none(self, service_partout):
        service_partout.ouvrir_campagne(2025)
        personne = salarie()
        service_partout.post(declare_certificats(certificat(personne), annee=2025))
        service_partout.post(declare_certificats(certificat(personne), essai=True))
        assert len(service_partout.post(reste_a_declarer()).elements("salarie")) == 1


class TestReceipts:
    def test_a_receipt_says_what_the_law_and_the_contract_want(self, service_partout):
        charge = declare_certificats(
            certificat(reference="A"), certificat(nombreMois="13"), certificat(), identifiant=IDENTIFIANT
        )
        reponse = service_partout.post(charge)
        valeurs = {
            "numeroDepot": reponse.texte("accuse/numeroDepot"),
            "identifiantMessage": IDENTIFIANT.lower(),
            "operation": "DeclareCertificatEmploi",
            "siret": SIRET,
            "dateReception": "2026-12-04T09:30:00.000Z",
            "essai": "false",
            "statut": "ACCEPTE_PARTIELLEMENT",
            "nombreRecues": "3",
            "nombreAcceptees": "2",
            "nombreRejetees": "1",
            "service/designation": "Caf du Var",
            "service/telephone": "3230",
        }
        assert {nom: reponse.texte(f"accuse/{nom}") for nom in valeurs} == valeurs
        depot = valeurs["numeroDepot"]
        assert depot.startswith("D261204-")
        assert reponse.numeros == [f"{depot}-0001", None, f"{depot}-0003"]
        assert reponse.textes("accuse/resultat/statut") == ["ACCEPTEE", "REJETEE", "ACCEPTEE"]
        assert reponse.textes("accuse/resultat/rang") == ["1", "2", "3"]
        assert reponse.textes("accuse/resultat/reference") == ["A"]

    def test_the_signed_receipt_says_the_same_and_its_signature_is_that_of_the_published_certificate(
        self, service_partout
    ):
        reponse = service_partout.post(declare_certificats(certificat(reference='<&>"é'), certificat(nombreMois="13")))
        document = base64.b64decode(reponse.accuse_signe)
        pem = service_partout.http(methode="GET", PATH_INFO="/certificats").octets
        signe = verifier(document, pem)
        assert schema_accuse().validate(etree.fromstring(document))

        def canonique(element):
            return etree.tostring(element, method="c14n", exclusive=True)

        assert canonique(signe) == canonique(etree.fromstring(canonique(reponse.accuse)))

    def test_the_sender_can_recompute_the_fingerprint(self, service_partout):
        charge = declare_certificats(certificat(salarie(nom="Lefèvre & fils")))
        reponse = service_partout.post(charge)
        canonique = etree.tostring(etree.fromstring(charge), method="c14n", exclusive=True, with_comments=False)
        assert reponse.texte("accuse/empreinte/algorithme") == "SHA-256"
        assert reponse.texte("accuse/empreinte/valeur") == hashlib.sha256(canonique).hexdigest()

    @pytest.mark.parametrize(
        ("mois", "statut"),
        [(["12"], "ACCEPTE"), (["13"], "REJETE"), (["12", "13"], "ACCEPTE_PARTIELLEMENT"), (["0"], "ACCEPTE")],
    )
    def test_the_status_of_a_deposit_follows_its_lines(self, service, mois, statut):
        lignes = [certificat(nombreMois=valeur) for valeur in mois]
        reponse = service.post(declare_certificats(*lignes))
        assert reponse.texte("accuse/statut") == statut
        assert service.journal()[0].issue == statut

    def test_the_day_in_a_number_is_that_of_paris(self, service):
        service.horloge.instant = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
        reponse = service.post(declare_certificats())
        assert reponse.texte("accuse/numeroDepot").startswith("D270101-")
        assert reponse.texte("accuse/dateReception") == "2026-12-31T23:30:00.000Z"


class TestWhatIsStored:
    def test_everything_a_receipt_tells_is_stored_with_it(self, service_partout):
        charge = declare_certificats(certificat(), certificat(nombreMois="13", montantNet="-1"))
        service_partout.post(charge)
        assert compte_de(service_partout, "depot", "message_brut", "ligne", "anomalie", "journal") == [1, 1, 2, 2, 1]
        lignes = service_partout.sql("SELECT rang, statut, montant_net FROM ligne ORDER BY rang")
        assert lignes == [(1, "RECUE", 81240), (2, None, -100)]

    def test_a_fault_leaves_its_log_entry_only(self, service_partout):
        tables = ("depot", "message_brut", "ligne", "anomalie")
        for charge, code in (
            (declare_certificats(annee=2019), "CAMPAGNE_FERMEE"),
            (declare_certificats(siret=AUTRE_SIRET), "HABILITATION"),
            (declare_certificats(certificat(nombreMois="x")), "SCHEMA_INVALIDE"),
        ):
            exiger_faute(service_partout.post(charge), code)
        assert compte_de(service_partout, *tables, "journal") == [0, 0, 0, 0, 3]

    def test_no_personal_data_is_stored_in_clear(self, service_partout):
        nir = nouveau_nir()
        personne = salarie(nir, numero="7654321X", nom="Zorglub", prenom="Anthelme", nomUsage="Quetsche")
        service_partout.post(declare_certificats(certificat(personne), certificat(personne, nombreMois="99")))
        service_partout.post(declare_changements(changement(personne)))
        contenu = []
        for table in ("depot", "message_brut", "ligne", "anomalie", "journal", "jeton", "tentative"):
            for ligne in service_partout.sql(f"SELECT * FROM {table}"):
                for valeur in ligne:
                    octets = bytes(valeur) if isinstance(valeur, memoryview | bytes) else str(valeur).encode()
                    contenu.append(octets)
        tout = b"\n".join(contenu)
        for clair in (nir, nir[:13], "7654321X", "Zorglub", "ZORGLUB", "Anthelme", "Quetsche", "1985-05-14"):
            assert clair.encode() not in tout

    def test_the_raw_message_is_kept_as_it_came(self, service_partout):
        charge = declare_certificats(certificat(salarie(nom="Lefèvre")))
        service_partout.post(charge)
        with service_partout.dependencies.unites.lecture() as unite:
            brut = unite.depots.brut(service_partout.sql("SELECT id FROM depot")[0][0])
        clair = desarchiver(service_partout.dependencies.coffre, brut)
        assert charge.encode() in clair
        assert AGENT.encode() in clair


class TestRights:
    @pytest.mark.parametrize(
        ("jour", "admis"),
        [
            (date(2026, 12, 3), False),
            (date(2026, 12, 4), True),
            (date(2026, 12, 5), True),
            (None, True),
        ],
        ids=str,
    )
    def test_a_convention_runs_to_its_last_day_of_paris_included(self, service, jour, admis):
        service.horloge.instant = datetime(2026, 12, 4, 22, 59, tzinfo=UTC)
        if jour is not None:
            with service.dependencies.unites.ecriture() as unite:
                assert unite.conventions.terminer(CONVENTION, jour)
                unite.commit()
        reponse = service.post(declare_certificats())
        if admis:
            assert reponse.codes == [[]]
        else:
            exiger_faute(reponse, "HABILITATION")
        service.horloge.avancer(minutes=1)
        if jour == date(2026, 12, 4):
            exiger_faute(service.post(declare_certificats()), "HABILITATION")

    def test_a_convention_not_yet_signed_opens_nothing(self, service):
        service.horloge.instant = datetime(2019, 12, 31, 22, 59, tzinfo=UTC)
        exiger_faute(service.post(declare_changements()), "HABILITATION")
        service.horloge.avancer(minutes=1)
        assert len(service.post(declare_changements()).codes) == 1

    def test_a_right_taken_back_ends_at_once(self, service_partout):
        assert service_partout.post(declare_certificats()).codes == [[]]
        with service_partout.dependencies.unites.ecriture() as unite:
            compte = unite.comptes.pour_authentification(AGENT)
            assert unite.habilitations.retirer(compte.id, compte.esats[0].id)
            unite.commit()
        for charge in (declare_certificats(), annule("x"), liste_depots(), reste_a_declarer(), consulte_depot("x")):
            exiger_faute(service_partout.post(charge), "HABILITATION", SIRET)

    def test_one_account_may_serve_several_esats(self, service_partout):
        service_partout.autre_esat()
        with service_partout.dependencies.unites.ecriture() as unite:
            compte = unite.comptes.pour_authentification(AGENT)
            esat = unite.esats.par_siret(AUTRE_SIRET)
            assert unite.habilitations.ajouter(compte.id, esat.id, "AGENT", MAINTENANT)
            unite.commit()
        for siret in (SIRET, AUTRE_SIRET):
            assert service_partout.post(declare_certificats(siret=siret)).texte("accuse/siret") == siret


class TestCampaigns:
    BORNES = (
        (datetime(2026, 11, 30, 22, 59, tzinfo=UTC), False),
        (datetime(2026, 11, 30, 23, 0, tzinfo=UTC), True),
        (datetime(2027, 2, 28, 22, 59, tzinfo=UTC), True),
        (datetime(2027, 2, 28, 23, 0, tzinfo=UTC), False),
    )

    @pytest.mark.parametrize(("instant", "ouverte"), BORNES, ids=str)
    def test_a_campaign_is_open_from_1_december_to_the_last_of_february_in_paris(self, service, instant, ouverte):
        service.horloge.instant = instant
        reponse = service.post(declare_certificats())
        if ouverte:
            assert len(reponse.codes) == 1
        else:
            exiger_faute(reponse, "CAMPAGNE_FERMEE")
            assert "01/12/2026 au 28/02/2027" in reponse.faute.message
        assert len(service.post(declare_changements()).codes) == 1

    @pytest.mark.parametrize(
        ("instant", "codes"),
        [(datetime(2027, 1, 15, 22, 59, tzinfo=UTC), []), (datetime(2027, 1, 15, 23, 0, tzinfo=UTC), ["C15"])],
        ids=str,
    )
    def test_a_certificate_is_late_after_15_january_in_paris(self, service, instant, codes):
        service.horloge.instant = instant
        assert service.post(declare_certificats()).codes == [codes]

    @pytest.mark.parametrize(
        ("elements", "deux", "trois"),
        [("DEUX", [], ["C04"]), ("AU_MOINS_DEUX", [], []), ("TROIS", ["C03"], [])],
    )
    def test_an_operator_sets_dates_and_expected_elements(self, service, elements, deux, trois):
        service.ouvrir_campagne(2024, elements)
        lignes = certificat(), certificat(pourcentageSalaireDirect="10")
        assert service.post(declare_certificats(*lignes, annee=2024)).codes == [deux, trois]


def test_a_new_identifier_makes_a_new_deposit_of_the_same_content(service_partout):
    personne = salarie()
    for rang in range(3):
        reponse = service_partout.post(declare_changements(changement(personne), identifiant=str(uuid.uuid4())))
        assert reponse.codes == [[]]
        assert compte_de(service_partout, "depot") == [rang + 1]


def test_a_deposit_whose_number_another_one_has_gets_another_number(service_partout, monkeypatch):
    """Forty bits are drawn: of a million deposits of one day, two have the same one every other time."""
    tires = iter([b"\0\0\0\0\0", b"\0\0\0\0\0", b"\0\0\0\0\0", b"\0\0\0\0\1"])
    monkeypatch.setattr(etudier.secrets, "token_bytes", lambda nombre: next(tires))
    premiere, seconde = (
        service_partout.post(declare_certificats(certificat(salarie(nir=nouveau_nir())))) for _ in range(2)
    )
    assert (statut(premiere), statut(seconde)) == ("ACCEPTE", "ACCEPTE")
    assert premiere.numeros == ["D261204-00000000-0001"]
    assert seconde.numeros == ["D261204-00000001-0001"]
    assert list(tires) == []
    assert compte_de(service_partout, "depot", "ligne", "message_brut") == [2, 2, 2]
    numeros = service_partout.sql("SELECT numero_depot FROM journal ORDER BY id")
    assert numeros == [("D261204-00000000",), ("D261204-00000001",)]


@pytest.fixture
def pendant(service_partout, monkeypatch):
    """Posts a message, and something else while it is between its study and its writing; returns both answers."""

    def poster(charge, geste):
        faits = []

        def archiver_apres(coffre, octets):
            monkeypatch.setattr(deposer, "archiver", archiver)
            faits.append(geste())
            return archiver(coffre, octets)

        monkeypatch.setattr(deposer, "archiver", archiver_apres)
        return service_partout.post(charge), *faits

    return poster


def statut(reponse):
    return reponse.accuse.findtext(f"{{{NS}}}statut")


@pytest.mark.parametrize("meme", [True, False], ids=["the same message", "another message"])
def test_a_deposit_studied_while_another_of_its_esat_is_written_is_studied_again(service_partout, pendant, meme):
    """Both found nobody declared; the second to be written must not be judged on that."""
    ligne = certificat(salarie(nir=nouveau_nir()))
    premiere = declare_certificats(ligne, identifiant=IDENTIFIANT)
    seconde, reponse = pendant(premiere if meme else declare_certificats(ligne), lambda: service_partout.post(premiere))
    assert statut(reponse) == "ACCEPTE"
    assert (seconde.octets == reponse.octets) is meme
    assert compte_de(service_partout, "depot") == [1 if meme else 2]
    if not meme:
        assert statut(seconde) == "REJETE"


def test_it_is_not_when_the_other_is_about_others(service_partout, pendant, monkeypatch):
    juges = []
    monkeypatch.setattr(etudier, "juger", lambda *args: juges.append(1) or juger(*args))
    une, autre = (declare_certificats(certificat(salarie(nir=nouveau_nir()))) for _ in range(2))
    reponses = pendant(une, lambda: service_partout.post(autre))
    assert [statut(reponse) for reponse in reponses] == ["ACCEPTE", "ACCEPTE"]
    assert len(juges) == 2
    assert compte_de(service_partout, "depot", "ligne") == [2, 2]


def test_it_is_when_what_it_cancels_was_cancelled_meanwhile(service_partout, pendant):
    premiere = service_partout.post(declare_changements(changement(salarie(nir=nouveau_nir()))))
    (numero,) = premiere.numeros
    reponses = pendant(annule(numero), lambda: service_partout.post(annule(numero)))
    assert [statut(reponse) for reponse in reponses] == ["REJETE", "ACCEPTE"]


def test_a_third_deposit_sees_both(service_partout, pendant):
    """The revision goes on with each of them, studied again or not."""
    une, autre = (certificat(salarie(nir=nouveau_nir())) for _ in range(2))
    pendant(declare_certificats(une), lambda: service_partout.post(declare_certificats(autre)))
    troisieme, _ = pendant(declare_certificats(une, autre), lambda: None)
    assert troisieme.codes == [["C06"], ["C06"]]
    assert service_partout.sql(f"SELECT revision FROM esat WHERE siret = '{SIRET}'") == [(3,)]


@pytest.mark.parametrize(("lignes", "groupee"), [(LIGNES_GROUPEES, True), (LIGNES_GROUPEES + 1, False)])
def test_a_deposit_of_many_lines_writes_alone(service, monkeypatch, lignes, groupee):
    unites = service.application._dependencies.unites
    ecriture, vues = type(unites).ecriture, []
    monkeypatch.setattr(type(unites), "ecriture", lambda self, **mots: vues.append(mots) or ecriture(self, **mots))
    salaries = [salarie(nir=nouveau_nir()) for _ in range(lignes)]
    reponse = service.post(declare_certificats(*map(certificat, salaries)))
    assert statut(reponse) == "ACCEPTE"
    assert vues == [{"groupee": groupee}]
