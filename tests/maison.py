"""A complete service in this process, on a database and a clock of the test's own, driven through its WSGI callable.

Every SOAP answer that passes through here is held against the schemas, its envelope and its HTTP headers: a test need
not say so to be sure of it.
"""

import dataclasses
import functools
import io
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from messages import AUTRE_SIRET, NS, SIRET, SOAP_11, SOAP_12, en_clair, en_condense, enveloppe, operation

from service.app import Maison
from service.contract.catalogue import schema_complet
from service.security import keystore
from service.security.tokens import empreinte_cle, nouvelle_cle
from service.storage.recherche import Entree, Filtres
from service.usecases.identifier import CONTEXTE_CLE

MAINTENANT = datetime(2026, 12, 4, 9, 30, tzinfo=UTC)
"""Where the clock of a test stands at first: the campaign of 2026 is open."""
AGENT = "agent@esat.example"
MOT_DE_PASSE = "quatre lamas boivent du sirop"
CONVENTION = "CONV-1"
_STATUTS = {SOAP_11: {200, 500}, SOAP_12: {200, 400, 500}}
_MEDIAS = {SOAP_11: "text/xml; charset=UTF-8", SOAP_12: "application/soap+xml; charset=UTF-8"}
_par_fil = threading.local()


class Horloge:
    """A clock that stands still until told to move."""

    def __init__(self, instant: datetime = MAINTENANT) -> None:
        self.instant = instant

    def __call__(self) -> datetime:
        return self.instant

    def avancer(self, **duree: float) -> None:
        """Move by a timedelta's arguments."""
        self.instant += timedelta(**duree)


class Reponse:
    """An HTTP answer; of a SOAP one, the version, and the payload or the fault."""

    def __init__(self, statut: str, entetes: list[tuple[str, str]], octets: bytes) -> None:
        self.statut = int(statut[:3])
        self.entetes = dict(entetes)
        self.octets = octets
        assert len(self.entetes) == len(entetes), "an HTTP header was sent twice"
        self.soap: str | None = None
        self.corps: etree._Element | None = None
        self.faute: Faute | None = None

    def lire_soap(self) -> "Reponse":
        """Read and check a SOAP answer."""
        racine = etree.fromstring(self.octets)
        self.soap = etree.QName(racine).namespace
        assert self.soap in _STATUTS
        assert self.statut in _STATUTS[self.soap]
        assert self.entetes["Content-Type"] == _MEDIAS[self.soap]
        assert self.entetes["Content-Length"] == str(len(self.octets))
        corps = racine[-1]
        assert [etree.QName(enfant).localname for enfant in racine] in (["Body"], ["Header", "Body"])
        (charge,) = corps
        if charge.tag == f"{{{self.soap}}}Fault":
            self.faute = Faute(charge, self.soap)
            assert self.statut != 200
        else:
            _exiger_valide(charge)
            assert self.statut == 200
            self.corps = charge
        return self

    @property
    def accuse(self) -> etree._Element:
        """The receipt of a deposit."""
        trouve = self._charge.find(f"{{{NS}}}accuse")
        assert trouve is not None
        return trouve

    @property
    def accuse_signe(self) -> bytes:
        """The signed receipt, still in Base64."""
        return self.texte("accuseSigne").encode()

    def texte(self, chemin: str) -> str:
        """The text of the first element at a path of names below the payload."""
        trouves = self.textes(chemin)
        assert trouves, f"{chemin} is missing"
        return trouves[0]

    def textes(self, chemin: str) -> list[str]:
        """The texts of all elements at a path of names."""
        return [element.text or "" for element in self.elements(chemin)]

    def elements(self, chemin: str) -> list[etree._Element]:
        """All elements at a path of names."""
        return self._charge.findall("/".join(f"{{{NS}}}{nom}" for nom in chemin.split("/")))

    @property
    def _charge(self) -> etree._Element:
        assert self.corps is not None, self.octets.decode()
        return self.corps

    @property
    def codes(self) -> list[list[str]]:
        """Codes of the anomalies of a receipt, line by line."""
        return [
            [code.text or "" for code in ligne.iterfind(f"{{{NS}}}anomalie/{{{NS}}}code")]
            for ligne in self.elements("accuse/resultat")
        ]

    @property
    def numeros(self) -> list[str | None]:
        """Numbers of the declarations of a receipt, line by line."""
        return [ligne.findtext(f"{{{NS}}}numeroDeclaration") for ligne in self.elements("accuse/resultat")]


class Faute:
    """A fault, its codes in Clark notation."""

    def __init__(self, element: etree._Element, soap: str) -> None:
        if soap == SOAP_11:
            assert [etree.QName(enfant).text for enfant in element] == ["faultcode", "faultstring", "detail"]
            self.qname, self.sous_qname = _qname(element[0]), None
            self.texte = element[1].text or ""
        else:
            noms = [etree.QName(enfant).localname for enfant in element]
            assert noms == ["Code", "Reason", "Detail"]
            assert all(etree.QName(enfant).namespace == soap for enfant in element)
            self.qname = _qname(element[0][0])
            self.sous_qname = _qname(element[0][1][0]) if len(element[0]) > 1 else None
            assert element[1][0].get("{http://www.w3.org/XML/1998/namespace}lang") == "fr"
            self.texte = element[1][0].text or ""
        (self.erreur,) = element[-1]
        _exiger_valide(self.erreur)
        assert self.erreur.tag == f"{{{NS}}}Erreur"
        self.code = self._champ("code")
        self.message = self._champ("message")
        self.incident = self._champ("identifiantIncident")
        self.precisions = [
            {etree.QName(champ).localname: champ.text or "" for champ in precision}
            for precision in self.erreur.iterfind(f"{{{NS}}}precision")
        ]
        assert self.texte.startswith(f"[{self.code}] ")

    def _champ(self, nom: str) -> str:
        return self.erreur.findtext(f"{{{NS}}}{nom}") or ""


def _qname(element: etree._Element) -> str:
    prefixe, _, local = (element.text or "").rpartition(":")
    return f"{{{element.nsmap[prefixe or None]}}}{local}"


def _exiger_valide(element: etree._Element) -> None:
    schema = getattr(_par_fil, "schema", None)
    if schema is None:
        schema = _par_fil.schema = etree.XMLSchema(schema_complet())
    assert schema.validate(element), f"{schema.error_log.last_error}"


class Service:
    """The service under test, with one ESAT, its agent and the agent's clé; `post` sends as that agent."""

    def __init__(self, dossier: Path, base: str, cles: Path, **reglages: str) -> None:
        environ = {
            "ESAT_DONNEES": str(dossier),
            "ESAT_BASE": base,
            "ESAT_CLES": str(cles),
            "ESAT_ARGON2_MEMOIRE": "8",
            "ESAT_ARGON2_ITERATIONS": "1",
            "ESAT_FILS": "8",
        } | {f"ESAT_{nom.upper()}": valeur for nom, valeur in reglages.items()}
        self.horloge = Horloge()
        self.maison = Maison(environ)
        self.maison.dependencies = dataclasses.replace(self.maison.dependencies, horloge=self.horloge)
        self.dependencies = self.maison.dependencies
        self.cle = ""

    @functools.cached_property
    def application(self) -> Any:
        """The WSGI callable, made when first asked for: its routes cost more than all the rest of a service."""
        return self.maison.application

    def fermer(self) -> None:
        """Give the connections back."""
        self.maison.moteur.dispose()

    def peupler(self) -> None:
        """One convention, one ESAT, its agent with a password and a clé."""
        self.convention(CONVENTION)
        self.esat(SIRET, CONVENTION)
        self.compte(AGENT, SIRET)
        self.cle = self.nouvelle_cle(AGENT)

    def convention(self, numero: str, organisme: str | None = "831", fin: date | None = None, duree: int = 180) -> None:
        """Record a convention signed in 2020."""
        with self.dependencies.unites.ecriture() as unite:
            assert unite.conventions.creer(numero, date(2020, 1, 1), fin, organisme, duree)
            unite.commit()

    def esat(self, siret: str, convention: str = CONVENTION) -> None:
        """Record an ESAT."""
        with self.dependencies.unites.ecriture() as unite:
            trouvee = unite.conventions.par_numero(convention)
            assert trouvee is not None
            assert unite.esats.creer(trouvee.id, siret, None, f"ESAT {siret}", "1 rue des Mimosas")
            unite.commit()

    def compte(
        self,
        courriel: str,
        *sirets: str,
        mot_de_passe: str = MOT_DE_PASSE,
        provisoire: bool = False,
        expire_le: datetime | None = None,
        etat: str = "ACTIF",
    ) -> int:
        """Record an account with a right on these ESATs; return its id."""
        maintenant = self.horloge()
        with self.dependencies.unites.ecriture() as unite:
            hache = self.dependencies.hacheur.hacher(mot_de_passe)
            fin = expire_le or maintenant + timedelta(days=100)
            compte = unite.comptes.creer(courriel, "N", "P", etat, hache, provisoire, fin, maintenant)
            assert compte is not None
            for siret in sirets:
                esat = unite.esats.par_siret(siret)
                assert esat is not None
                assert unite.habilitations.ajouter(compte, esat.id, "AGENT", maintenant)
            unite.commit()
        return compte

    def nouvelle_cle(self, courriel: str, fin: date | None = date(2030, 1, 1)) -> str:
        """Give an account a clé d'intégration; return its secret."""
        cle, deps = nouvelle_cle(), self.dependencies
        with deps.unites.ecriture() as unite:
            compte = unite.comptes.pour_authentification(courriel)
            assert compte is not None
            chiffre = deps.coffre.chiffrer(cle.encode(), CONTEXTE_CLE)
            unite.cles.creer(compte.id, "paie", chiffre, empreinte_cle(cle), self.horloge(), fin)
            unite.commit()
        return cle

    def sql(self, requete: str) -> list[tuple[Any, ...]]:
        """The rows of a statement, whatever it says; what it changes is committed."""
        with self.maison.moteur.begin() as connexion:
            curseur = connexion.exec_driver_sql(requete)
            return [tuple(ligne) for ligne in curseur] if curseur.returns_rows else []

    def compter(self, table: str) -> int:
        """How many rows a table has."""
        return int(self.sql(f"SELECT count(*) FROM {table}")[0][0])

    def ouvrir_campagne(self, annee: int, elements: str = "DEUX") -> None:
        """Make the certificates of a year receivable on any day of these tests, and late on none."""
        with self.dependencies.unites.ecriture() as unite:
            unite.campagnes.fixer(annee, date(2018, 1, 1), date(2090, 1, 1), date(2090, 1, 1), elements)
            unite.commit()

    def autre_esat(self) -> str:
        """A second ESAT under the same convention, with an account of its own; return the account's clé."""
        self.esat(AUTRE_SIRET)
        self.compte("autre@esat.example", AUTRE_SIRET)
        return self.nouvelle_cle("autre@esat.example")

    def http(self, corps: bytes = b"", methode: str = "POST", **environ: Any) -> Reponse:
        """One HTTP exchange; keywords are keys of the WSGI environment, None to leave one out."""
        recu: dict[str, Any] = {}

        def start_response(statut: str, entetes: list[tuple[str, str]], exc_info: Any = None) -> None:
            recu.update(statut=statut, entetes=entetes)

        defaut = {
            "REQUEST_METHOD": methode,
            "SCRIPT_NAME": "",
            "PATH_INFO": "/ws/v1",
            "QUERY_STRING": "",
            "CONTENT_TYPE": "text/xml; charset=utf-8",
            "CONTENT_LENGTH": str(len(corps)),
            "REMOTE_ADDR": "127.0.0.1",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_USER_AGENT": "essais",
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(corps),
            "wsgi.errors": sys.stderr,
        }
        complet = {nom: valeur for nom, valeur in (defaut | environ).items() if valeur is not None}
        reponse = self.application(complet, start_response)
        octets = b"".join(reponse)
        getattr(reponse, "close", list)()  # as a WSGI server does, PEP 3333
        return Reponse(recu["statut"], recu["entetes"], octets)

    def brut(self, corps: bytes, **environ: Any) -> Reponse:
        """Post bytes and read the SOAP answer."""
        return self.http(corps, **environ).lire_soap()

    def post(self, charge: str, entetes: str | None = None, soap: str = SOAP_11, **environ: Any) -> Reponse:
        """Post a payload in an envelope, as the agent with the clé unless `entetes` says otherwise."""
        entetes = en_clair(AGENT, self.cle) if entetes is None else entetes
        media = {"CONTENT_TYPE": _MEDIAS[soap]}
        return self.brut(enveloppe(charge, entetes, soap), **(media | environ))

    def journal(self, **filtres: Any) -> list[Entree]:
        """Entries of the log, newest first."""
        with self.dependencies.unites.lecture() as unite:
            return [lue.entree for lue in unite.journal.chercher(Filtres(**filtres), None, 10_000).entrees]

    def condense(self, octets: bytes | None = None) -> str:
        """A Security header with a PasswordDigest of the agent's clé, dated now."""
        return en_condense(AGENT, self.cle, self.horloge(), octets)


@pytest.fixture(scope="session")
def dossier_de_cles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory of demonstration keys, made once."""
    dossier = tmp_path_factory.mktemp("cles")
    dossier.chmod(0o700)
    keystore.creer(dossier, demonstration=True)
    return dossier


@pytest.fixture
def service(base_sqlite: str, tmp_path: Path, dossier_de_cles: Path) -> Iterator[Service]:
    """A service on SQLite with one ESAT: for what does not depend on the database."""
    yield from ouvrir(tmp_path, base_sqlite, dossier_de_cles)


@pytest.fixture
def service_partout(base: str, tmp_path: Path, dossier_de_cles: Path) -> Iterator[Service]:
    """A service with one ESAT, on SQLite then on PostgreSQL."""
    yield from ouvrir(tmp_path, base, dossier_de_cles)


@pytest.fixture
def service_postgresql(base_postgresql: str, tmp_path: Path, dossier_de_cles: Path) -> Iterator[Service]:
    """A service with one ESAT on PostgreSQL: for what SQLite cannot show."""
    yield from ouvrir(tmp_path, base_postgresql, dossier_de_cles)


def ouvrir(dossier: Path, base: str, cles: Path, **reglages: str) -> Iterator[Service]:
    """Make a service with its ESAT, and close it in the end."""
    service = Service(dossier, base, cles, **reglages)
    try:
        service.peupler()
        yield service
    finally:
        service.fermer()


CONSULTE_SERVICE = operation("ConsulteService")
