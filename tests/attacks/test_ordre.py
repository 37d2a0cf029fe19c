"""The order of checks: of a message that fails any two of them, the earlier one answers (2-contract, « Semantics »).

Each check is a change to the same message; every pair of changes is made, neighbours or not.
"""

import itertools
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from fautes import exiger_faute
from maison import AGENT, MOT_DE_PASSE, Reponse, Service
from messages import (
    AUTRE_SIRET,
    NS,
    SIRET,
    SOAP_11,
    SOAP_12,
    certificat,
    declare_certificats,
    en_clair,
    enveloppe,
)

PROVISOIRE = "provisoire@esat.example"


@dataclass
class Envoi:
    """A message to be, good in all respects until a change."""

    connus: dict[str, str]
    code: str = AGENT
    secret: str = MOT_DE_PASSE
    siret: str = SIRET
    annee: str = "2026"
    mois: str = "12"
    identifiant: str = field(default_factory=lambda: str(uuid.uuid4()))
    entetes: str = ""
    apres: str = ""
    conflit: bool = False
    environ: dict[str, str] = field(default_factory=dict)
    nom: str = "DeclareCertificatEmploi"

    def poster(self, service: Service, soap: str) -> Reponse:
        """Send it."""
        identifiant = self.connus[self.siret] if self.conflit else self.identifiant
        charge = declare_certificats(
            certificat(nombreMois=self.mois), annee=self.annee, siret=self.siret, identifiant=identifiant
        ).replace("DeclareCertificatEmploi", self.nom)
        octets = enveloppe(charge + self.apres, en_clair(self.code, self.secret) + self.entetes, soap)
        media = "text/xml; charset=utf-8" if soap == SOAP_11 else "application/soap+xml; charset=utf-8"
        return service.http(octets, **({"CONTENT_TYPE": media} | self.environ))


def http(envoi: Envoi) -> None:
    envoi.environ["HTTP_CONTENT_ENCODING"] = "gzip"


def xml(envoi: Envoi) -> None:
    envoi.apres = "<autre/>"


def must_understand(envoi: Envoi) -> None:
    envoi.entetes = '<h:h xmlns:h="urn:h" s:mustUnderstand="1"/>'


def operation(envoi: Envoi) -> None:
    envoi.environ["HTTP_SOAPACTION"] = f"{NS}/ConsulteService"


def security(envoi: Envoi) -> None:
    envoi.secret = "faux mot de passe"


def provisional(envoi: Envoi) -> None:
    envoi.code = PROVISOIRE


def schema(envoi: Envoi) -> None:
    envoi.mois = "douze"


def habilitation(envoi: Envoi) -> None:
    envoi.siret = AUTRE_SIRET


def known_identifier(envoi: Envoi) -> None:
    envoi.conflit = True


def campaign(envoi: Envoi) -> None:
    envoi.annee = "2019"


def rules(envoi: Envoi) -> None:
    if envoi.mois == "12":
        envoi.mois = "13"


ORDRE: dict[Callable[[Envoi], None], str] = {
    http: "415",
    xml: "MESSAGE_ILLISIBLE",
    must_understand: "ENTETE_NON_COMPRIS",
    operation: "OPERATION_INCONNUE",
    security: "AUTHENTIFICATION",
    provisional: "MOT_DE_PASSE_A_CHANGER",
    schema: "SCHEMA_INVALIDE",
    habilitation: "HABILITATION",
    known_identifier: "CONFLIT_IDENTIFIANT",
    campaign: "CAMPAGNE_FERMEE",
    rules: "C02",
}


@pytest.fixture(scope="module")
def poste(tmp_path_factory, modele_sqlite, dossier_de_cles):
    """A service with two ESATs, each of which has sent a message before, and an account with a provisional password."""
    dossier = tmp_path_factory.mktemp("ordre")
    base = dossier / "base.sqlite"
    base.write_bytes(modele_sqlite.read_bytes())
    service = Service(dossier, f"sqlite:///{base}", dossier_de_cles)
    service.peupler()
    autre = service.autre_esat()
    service.compte(PROVISOIRE, SIRET, provisoire=True)
    connus = {SIRET: str(uuid.uuid4()), AUTRE_SIRET: str(uuid.uuid4())}
    for siret, entetes in ((SIRET, None), (AUTRE_SIRET, en_clair("autre@esat.example", autre))):
        charge = declare_certificats(siret=siret, identifiant=connus[siret])
        assert service.post(charge, entetes).statut == 200
    yield service, connus
    service.fermer()


def exiger(reponse: Reponse, code: str) -> None:
    if code.isdecimal():
        assert reponse.statut == int(code)
    elif code == "C02":
        assert reponse.lire_soap().codes == [["C02"]]
    else:
        exiger_faute(reponse.lire_soap(), code)


@pytest.mark.parametrize("soap", [SOAP_11, SOAP_12], ids=["soap-1.1", "soap-1.2"])
@pytest.mark.parametrize("verification", ORDRE, ids=lambda verification: verification.__name__)
def test_each_check_answers_a_message_that_fails_it_alone(poste, verification, soap):
    service, connus = poste
    service.horloge.avancer(hours=3)
    envoi = Envoi(connus)
    verification(envoi)
    exiger(envoi.poster(service, soap), ORDRE[verification])


@pytest.mark.parametrize("soap", [SOAP_11, SOAP_12], ids=["soap-1.1", "soap-1.2"])
@pytest.mark.parametrize(
    ("premiere", "seconde"),
    list(itertools.combinations(ORDRE, 2)),
    ids=lambda verification: verification.__name__,
)
def test_of_two_failures_the_first_answers(poste, premiere, seconde, soap):
    service, connus = poste
    service.horloge.avancer(hours=3)  # guesses are slowed, and two hours is the longest delay
    for verifications in ((premiere, seconde), (seconde, premiere)):
        envoi = Envoi(connus)
        for verification in verifications:
            verification(envoi)
        exiger(envoi.poster(service, soap), ORDRE[premiere])


def test_a_good_message_fails_none(poste):
    service, connus = poste
    service.horloge.avancer(hours=3)
    assert Envoi(connus).poster(service, SOAP_11).lire_soap().codes == [[]]


def test_a_repeated_message_gets_its_receipt_where_a_new_one_would_find_the_campaign_closed(poste):
    service, _ = poste
    service.horloge.avancer(hours=3)
    instant = service.horloge.instant
    envoi = declare_certificats()
    premier = service.post(envoi)
    service.horloge.instant = instant.replace(year=2027, month=4)
    exiger_faute(service.post(declare_certificats()), "CAMPAGNE_FERMEE")
    repete = service.post(envoi)
    service.horloge.instant = instant
    assert repete.accuse_signe == premier.accuse_signe
