"""Messages served together where each comes in a thread of its own: which do, what they are answered, and when."""

import io
import threading
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial

import pytest
from ensembles import Ensembles
from maison import Service, dossier_de_cles, service
from messages import (
    PASSWORD_DIGEST,
    certificat,
    declare_certificats,
    en_clair,
    en_condense,
    enveloppe,
    jeton,
    mot_de_passe,
    operation,
    salarie,
    securite,
    utilisateur,
)

from service.contract.reading import lire_enveloppe
from service.errors import IndisponibleError, MessageRefuseError
from service.security.wsse import Fenetre, lire_jeton
from service.server.dispatching import MESSAGES, OCTETS
from service.server.together import ServiEnsemble, porte_un_condense
from service.storage import confirmation

__all__ = ["dossier_de_cles", "service"]

CHEMIN = "/ws/v1"
INSTANT = datetime(2026, 12, 4, 9, 30, tzinfo=UTC)
CONDENSE = enveloppe(operation("ConsulteService"), en_condense("paie@esat.example", "cle", INSTANT))
CLAIR = enveloppe(operation("ConsulteService"), en_clair("paie@esat.example", "secret"))
IMITATION = mot_de_passe("imitation", PASSWORD_DIGEST)


EN_UTF_16 = f"{IMITATION}{' ' * (len(IMITATION) % 2)}".encode().decode("utf-16-le")
"""What mimics it, where two bytes make a character."""


def clair_avec(ajout: str, balise: str = "<wsse:Password>", fin: str = "</wsse:Password>") -> bytes:
    """A message whose password is a PasswordText, with something beside it."""
    champs = jeton(utilisateur("paie@esat.example"), ajout, f"{balise}secret{fin}")
    return enveloppe(operation("ConsulteService"), securite(champs))


def condense_lu(octets: bytes, charset: str | None = None) -> bool:
    """Whether the password that is read is a PasswordDigest."""
    return lire_jeton(lire_enveloppe(octets, charset).entetes, INSTANT, True, Fenetre(300, 60)).condense


@pytest.mark.parametrize(
    "octets",
    [
        CONDENSE,
        CONDENSE.replace(b'Type="%b"' % PASSWORD_DIGEST.encode(), b"Type = '%b'" % PASSWORD_DIGEST.encode()),
        CONDENSE.replace(b"wsse:", b"a.b-c_1:").replace(b"xmlns:wsse", b"xmlns:a.b-c_1"),
        b"\xef\xbb\xbf" + CONDENSE,
    ],
)
def test_a_password_digest_is_told_from_the_bytes(octets):
    assert condense_lu(octets)
    assert porte_un_condense(octets)


@pytest.mark.parametrize(
    ("octets", "charset"),
    [
        (CLAIR, None),
        (clair_avec(f"<!--{IMITATION}-->"), None),
        (clair_avec(f"<!--{IMITATION}-->", "<wsse:Password >", "</wsse:Password >"), None),
        (clair_avec(f"<!--{IMITATION.partition('</')[0]}-->"), None),
        (clair_avec(f"<a>{IMITATION}</a>"), None),
        (clair_avec(f"<a><![CDATA[{IMITATION}]]></a>"), None),
        (clair_avec("", f"<wsse:Password a='Type=\"{PASSWORD_DIGEST}\"'>"), None),
        (clair_avec("", f'<wsse:Password xmlns:b="urn:b" b:Type="{PASSWORD_DIGEST}">'), None),
        (clair_avec(f"<!--{PASSWORD_DIGEST}-->"), None),
        (CLAIR.decode().encode("utf-16"), None),
        (clair_avec(f"<!--{EN_UTF_16}-->").decode().encode("utf-16-le"), None),
        (clair_avec(f"<!--{IMITATION}-->").decode().encode("utf-16-be"), "utf-16"),
    ],
)
def test_nothing_mimics_a_password_digest(octets, charset):
    assert not condense_lu(octets, charset)
    assert not porte_un_condense(octets)


def test_an_empty_element_beside_a_digest_that_is_hidden_is_no_password():
    octets = clair_avec(f"<!--{IMITATION.partition('</')[0]}-->", "<wsse:Password/><!--", "-->")
    assert porte_un_condense(octets)
    with pytest.raises(MessageRefuseError):
        condense_lu(octets)


class Serveur:
    """A server with a thread for each request, and an application that tells what was asked and who served it."""

    def __init__(self, ensembles: Ensembles) -> None:
        self.porte = threading.Event()
        self.porte.set()
        self.dedans = threading.Semaphore(0)
        self.panne: BaseException = ZeroDivisionError()
        self._fils = ThreadPoolExecutor(2 * MESSAGES)
        self.wsgi = ServiEnsemble(self._application, partial(self._application, seul=True), ensembles, CHEMIN)

    def _application(self, environ, start_response, *, seul=False):
        self.dedans.release()
        assert self.porte.wait(10)
        octets = environ["wsgi.input"].read()
        start_response("200 OK", [("Content-Length", "8"), ("X-Request-Id", "abc")])
        if octets.endswith(b"666"):
            raise self.panne
        return [b"seul " if seul else b"avec ", threading.current_thread().name[:9].encode(), octets[-3:]]

    def demander(
        self, octets: bytes, methode: str = "POST", chemin: str = CHEMIN, longueur: str | None = None
    ) -> Future:
        """Have a request answered: the status, the headers and the body."""
        environ = {"REQUEST_METHOD": methode, "PATH_INFO": chemin, "wsgi.input": io.BytesIO(octets)}
        environ |= {"CONTENT_LENGTH": str(len(octets))} if longueur is None else {"CONTENT_LENGTH": longueur}
        return self._fils.submit(self._repondre, environ)

    def _repondre(self, environ):
        dit = []
        corps = self.wsgi(environ, lambda statut, entetes: dit.extend((statut, dict(entetes))))
        return (*dit, b"".join(corps))

    def fermer(self) -> None:
        self.porte.set()
        self._fils.shutdown()


@contextmanager
def serveur(ensembles: Ensembles | None = None) -> Iterator[Serveur]:
    le_serveur = Serveur(ensembles or Ensembles())
    try:
        yield le_serveur
    finally:
        le_serveur.fermer()


def message(fin: int = 0, taille: int = 0) -> bytes:
    """A message with a PasswordDigest, of at least so many bytes; it ends with three figures."""
    return CONDENSE + b" " * (taille - len(CONDENSE) - 3) + b"%03d" % fin


def test_a_message_with_a_digest_is_served_by_the_thread_of_ensembles():
    with serveur() as le_serveur:
        assert le_serveur.demander(message(7)).result(10)[2] == b"avec ensembles007"


@pytest.mark.parametrize(
    "demande",
    [
        {"octets": CLAIR},
        {"octets": message(), "methode": "PUT"},
        {"octets": message(), "chemin": "/extranet/connexion"},
        {"octets": message(), "longueur": ""},
        {"octets": message(), "longueur": "-1"},
        {"octets": message(taille=OCTETS + 1)},
    ],
)
def test_everything_else_is_served_by_the_thread_that_brings_it_and_can_be_read(demande):
    with serveur() as le_serveur:
        corps = le_serveur.demander(**demande).result(10)[2]
        assert corps == b"seul ThreadPoo" + demande["octets"][-3:]


def test_nobody_is_answered_before_the_disk_confirmed_and_others_are_served_meanwhile():
    confirmer = threading.Event()
    with serveur(Ensembles(lambda: confirmer.wait(10))) as le_serveur:
        reponses = []
        for rang in range(2):
            reponses.append(le_serveur.demander(message(rang)))
            assert le_serveur.dedans.acquire(timeout=10)
        assert le_serveur.demander(CLAIR).result(10)
        assert not any(reponse.done() for reponse in reponses)
        confirmer.set()
        assert [reponse.result(10)[2][-3:] for reponse in reponses] == [b"000", b"001"]


def exiger_un_incident(reponse: Future) -> None:
    statut, entetes, corps = reponse.result(10)
    assert statut.startswith("500 ")
    assert corps.decode().startswith("Incident technique abc : ")
    assert (entetes["Content-Length"], entetes["X-Request-Id"]) == (str(len(corps)), "abc")


@pytest.mark.parametrize("erreur", [IndisponibleError(), ZeroDivisionError()])
def test_what_the_disk_did_not_confirm_is_answered_an_incident_and_the_next_its_own(erreur):
    pannes = [erreur]

    def confirmer() -> None:
        if pannes:
            raise pannes.pop()

    with serveur(Ensembles(confirmer)) as le_serveur:
        exiger_un_incident(le_serveur.demander(message()))
        assert le_serveur.demander(message(8)).result(10)[2] == b"avec ensembles008"


@pytest.mark.parametrize("defaut", [ZeroDivisionError(), SystemExit()])
def test_a_defect_of_what_is_served_together_is_answered_an_incident_and_the_next_its_own(defaut):
    ensembles = Ensembles()
    with serveur(ensembles) as le_serveur:
        ensembles.defaut = defaut
        exiger_un_incident(le_serveur.demander(message()))
        assert le_serveur.demander(message(8)).result(10)[2] == b"avec ensembles008"


@pytest.mark.parametrize("panne", [ZeroDivisionError(), SystemExit()])
def test_a_message_that_fails_is_answered_an_incident_and_those_beside_it_their_own(panne):
    with serveur() as le_serveur:
        le_serveur.panne = panne
        reponses = ensemble(le_serveur, [message(666), message(7)])
        exiger_un_incident(reponses[0])
        assert reponses[1].result(10)[2] == b"avec ensembles007"


def ensemble(le_serveur: Serveur, messages: list[bytes]) -> list[Future]:
    """Have messages wait together, behind another one."""
    le_serveur.porte.clear()
    le_serveur.demander(message())
    assert le_serveur.dedans.acquire(timeout=10)
    reponses = [le_serveur.demander(octets) for octets in messages]
    while le_serveur.wsgi._attendent.qsize() < len(messages):
        time.sleep(0.01)
    le_serveur.porte.set()
    return reponses


@pytest.mark.parametrize(
    ("nombre", "taille", "servies"), [(3, 0, [1, 3]), (3, OCTETS, [1, 1, 1, 1]), (MESSAGES + 3, 0, [1, MESSAGES, 3])]
)
def test_messages_that_wait_are_served_together_as_far_as_they_are_few_and_small(nombre, taille, servies):
    ensembles = Ensembles()
    with serveur(ensembles) as le_serveur:
        reponses = ensemble(le_serveur, [message(rang, taille) for rang in range(nombre)])
        assert [reponse.result(10)[2][-3:] for reponse in reponses] == [b"%03d" % rang for rang in range(nombre)]
    assert ensembles.servies == servies


@pytest.fixture
def together(service: Service) -> Service:
    """The complete service on SQLite, as granian's processes have it."""
    maison = service.maison
    alone = maison.places.limiter(maison.application)
    service.application = ServiEnsemble(maison.application, alone, maison.dependencies.unites.ensembles, CHEMIN)
    return service


def test_a_deposit_that_the_disk_did_not_confirm_gets_no_receipt_and_one_when_it_is_sent_again(together, monkeypatch):
    def refuser(_fichier: int) -> None:
        raise OSError(5, "Input/output error")

    together.ouvrir_campagne(2026)
    depot = declare_certificats(certificat(salarie()), identifiant=str(uuid.uuid4()))
    with monkeypatch.context() as panne:
        panne.setattr(confirmation, "_confirmer", refuser)
        perdue = together.http(enveloppe(depot, together.condense()))
    assert perdue.statut == 500
    assert perdue.octets.decode().startswith(f"Incident technique {perdue.entetes['X-Request-Id']} : ")
    assert together.post(depot, together.condense()).accuse_signe
    assert together.compter("depot") == 1
