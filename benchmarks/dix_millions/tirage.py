"""What is in the log: two years of messages and acts, drawn block by block; the same for one seed.

Messages follow the calendar: certificates come from December to February, most of them on weekdays in office hours,
while payroll software asks for its deposits and for the state of the service all year round. A fifth of the messages
make a deposit, whose lines and anomalies are there; refusals are a tenth, and one code among them is very rare.
"""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

import numpy as np

from benchmarks.dix_millions.population import Population
from service.domain.recepisse import numero_depot

FIN = datetime(2026, 6, 1, tzinfo=UTC)
"""Nothing is newer: in June, the last certificates are three months old."""
JOURS = 730
BLOC = 50_000
Ligne = tuple[Any, ...]
_MESSAGES = (
    # operation, issue, code, share
    ("DeclareCertificatEmploi", "ACCEPTE", None, 12.0),
    ("DeclareCertificatEmploi", "ACCEPTE_PARTIELLEMENT", None, 1.5),
    ("DeclareCertificatEmploi", "REJETE", None, 0.5),
    ("DeclareChangementActivite", "ACCEPTE", None, 5.0),
    ("DeclareChangementActivite", "ACCEPTE_PARTIELLEMENT", None, 0.4),
    ("DeclareChangementActivite", "REJETE", None, 0.3),
    ("AnnuleDeclaration", "ACCEPTE", None, 0.3),
    ("DeclareCertificatEmploi", "REPETE", None, 2.0),
    ("ConsulteDepot", "REPONDU", None, 10.0),
    ("ListeDepots", "REPONDU", None, 25.0),
    ("ListeResteADeclarer", "REPONDU", None, 8.0),
    ("ListeAnomalies", "REPONDU", None, 1.0),
    ("ConsulteService", "REPONDU", None, 20.0),
    ("ModifieMotDePasse", "REPONDU", None, 0.05),
    ("ConsulteService", "REFUSE", "AUTHENTIFICATION", 4.0),
    ("DeclareCertificatEmploi", "REFUSE", "SCHEMA_INVALIDE", 2.0),
    ("DeclareChangementActivite", "REFUSE", "HABILITATION", 0.4),
    ("DeclareCertificatEmploi", "REFUSE", "CAMPAGNE_FERMEE", 0.4),
    ("DeclareCertificatEmploi", "REFUSE", "CONFLIT_IDENTIFIANT", 0.1),
    ("ListeDepots", "REFUSE", "REJEU", 0.5),
    ("ConsulteDepot", "REFUSE", "INTROUVABLE", 0.3),
    (None, "REFUSE", "MESSAGE_ILLISIBLE", 0.3),
    ("ConsulteService", "REFUSE", "INCIDENT", 0.001),
    # acts: the operation is the act
    ("CONNEXION", "FAIT", None, 2.0),
    ("DEPOT_CONSULTE", "FAIT", None, 2.0),
    ("CONNEXION_REFUSEE", "REFUSE", "AUTHENTIFICATION", 0.5),
    ("PERSONNE_CHERCHEE", "FAIT", None, 0.1),
    ("BRUT_CONSULTE", "FAIT", None, 0.002),
)
_DE_CAMPAGNE = "DeclareCertificatEmploi"
_HORS_CAMPAGNE = "DeclareChangementActivite"
_DEPOTS = frozenset({"DeclareCertificatEmploi", "DeclareChangementActivite", "AnnuleDeclaration"})
_FAITS = frozenset({"ACCEPTE", "ACCEPTE_PARTIELLEMENT", "REJETE"})
_INCONNUS = frozenset({"AUTHENTIFICATION", "MESSAGE_ILLISIBLE"})
_MOIS = (1.6, 1.3, 0.7, 0.6, 0.6, 0.6, 0.5, 0.4, 0.7, 0.8, 0.9, 2.0)
REGLES = (
    # code, severity, share of the lines
    ("C15", "INFO", 0.08),
    ("C17", "INFO", 0.03),
    ("C14", "ALERTE", 0.02),
    ("C09", "ALERTE", 0.008),
    ("C07", "ALERTE", 0.004),
    ("I02", "REJET", 0.002),
    ("A04", "ALERTE", 0.0008),
    ("C16", "REJET", 0.0002),
    ("I04", "REJET", 0.00002),
)


class Bloc(NamedTuple):
    """Rows of one block, by table, in the order of `ecriture.COLONNES`."""

    journal: list[Ligne]
    depot: list[Ligne]
    ligne: list[Ligne]
    anomalie: list[Ligne]


def instants(nombre: int, graine: int) -> np.ndarray:
    """Return that many instants, oldest first, in microseconds since 1970, to the millisecond."""
    alea = np.random.default_rng(graine)
    jour_us = 86_400_000_000
    debut = int(FIN.timestamp() * 1_000_000) - JOURS * jour_us
    jours = [datetime.fromtimestamp((debut + rang * jour_us) / 1e6, UTC) for rang in range(JOURS)]
    poids = np.array([_MOIS[jour.month - 1] * (0.1 if jour.weekday() > 4 else 1) for jour in jours])
    rangs = np.sort(alea.choice(JOURS, nombre, p=poids / poids.sum()))
    heures = np.clip(alea.normal(12.5, 2.6, nombre), 0, 23.99)
    tous = debut + rangs * jour_us + (heures * 3_600_000).astype(np.int64) * 1_000
    tous.sort()
    return tous


class Tirage:
    """Draws the blocks; deposits are numbered on from one block to the next."""

    def __init__(self, population: Population, nombre: int, graine: int) -> None:
        self._population = population
        self._alea = np.random.default_rng(graine + 1)
        self._instants = instants(nombre, graine)
        self._parts = np.array([part for *_, part in _MESSAGES])
        self._parts /= self._parts.sum()
        self._depots: list[tuple[str, int]] = []
        """Number, and rank of the ESAT, of each deposit so far."""

    def blocs(self) -> Iterator[Bloc]:
        """Return the blocks, oldest first."""
        for debut in range(0, len(self._instants), BLOC):
            yield self._bloc(debut, self._instants[debut : debut + BLOC])

    def _bloc(self, debut: int, instants_us: np.ndarray) -> Bloc:
        n, population = len(instants_us), self._population
        genres = self._alea.choice(len(_MESSAGES), n, p=self._parts)
        esats = self._alea.choice(len(population.esats), n, p=population.poids)
        hasards = self._alea.random((n, 4))
        octets = self._alea.bytes(16 * n)
        bloc = Bloc([], [], [], [])
        for place, (us, genre, esat) in enumerate(
            zip(instants_us.tolist(), genres.tolist(), esats.tolist(), strict=True)
        ):
            alea = octets[16 * place : 16 * place + 16]
            self._message(bloc, debut + place + 1, us, _MESSAGES[genre], esat, hasards[place], alea)
        return bloc

    def _message(
        self, bloc: Bloc, id_: int, us: int, genre: Ligne, esat: int, hasards: np.ndarray, alea: bytes
    ) -> None:
        operation, issue, code, _ = genre
        population, instant = self._population, datetime.fromtimestamp(us / 1e6, UTC)
        if operation == _DE_CAMPAGNE and 2 < instant.month < 12:
            operation = _HORS_CAMPAGNE
        compte: int | None = population.comptes[esat][int(hasards[0] * 3)]
        utilisateur = population.courriels[compte or 0]
        numero, message, acte = None, None, None
        if operation in _DEPOTS and issue in _FAITS:
            numero, message = self._deposer(bloc, us, instant, operation, issue, esat, compte, alea)
        elif operation == "ConsulteDepot" or issue == "REPETE" or operation == "DEPOT_CONSULTE":
            if self._depots:
                numero, esat = self._depots[-1 - int(hasards[1] ** 3 * len(self._depots))]
        elif operation in _DEPOTS:
            message = str(uuid.UUID(bytes=alea))
        siret: str | None = population.sirets[esat]
        if code in _INCONNUS:
            compte, siret, utilisateur = None, None, f"inconnu{int(hasards[2] * 500)}@ailleurs.example"
        if operation is not None and operation.isupper():
            acte, operation = operation, None
        bloc.journal.append(
            (
                *(id_, instant, f"192.0.2.{int(hasards[2] * 250)}", "PHP-SOAP/8.2.28", utilisateur, compte, siret),
                *(None if compte is None else population.esats[esat], operation, 1300, int(800 + hasards[3] * 4000)),
                *(issue, code, message, numero, "r" if code == "INCIDENT" else None, alea.hex(), 1),
                *("CONSOLE" if acte else "SOAP", acte, None, None),
            )
        )

    def _deposer(
        self,
        bloc: Bloc,
        us: int,
        instant: datetime,
        operation: str,
        issue: str,
        esat: int,
        compte: int | None,
        alea: bytes,
    ) -> tuple[str, str]:
        """A deposit of one line, most often, or of many; what it holds is not readable, only found and counted."""
        self._depots.append((numero := numero_depot(instant, alea), esat))
        id_, message = len(self._depots), str(uuid.UUID(bytes=alea))
        annee = instant.year - (instant.month < 3) if operation == _DE_CAMPAGNE else None
        nombre = self._lignes(bloc, id_, numero, instant, operation, issue, esat, annee, us)
        acceptees = {"ACCEPTE": nombre, "REJETE": 0}.get(issue, nombre - 1)
        bloc.depot.append(
            (
                *(id_, numero, self._population.esats[esat], compte, message, operation, annee, False, "0" * 64),
                *(instant, issue, nombre, acceptees, nombre - acceptees, "1.0", "Éditeur", "Paie", "1"),
                self._alea.bytes(700),
            )
        )
        return numero, message

    def _lignes(
        self,
        bloc: Bloc,
        depot: int,
        numero: str,
        instant: datetime,
        operation: str,
        issue: str,
        esat: int,
        annee: int | None,
        us: int,
    ) -> int:
        tirage = us // 1000 % 1000 / 1000
        nombre = (1 if tirage < 0.92 else 5 if tirage < 0.99 else 50) + (issue == "ACCEPTE_PARTIELLEMENT")
        siens = self._population.salaries[esat]
        choisis = self._alea.integers(len(siens), size=nombre)
        hasards = self._alea.random(nombre)
        donnees = self._alea.bytes(110)
        nature = {"DeclareCertificatEmploi": "CERTIFICAT", "AnnuleDeclaration": "ANNULATION"}.get(
            operation, "REDUCTION"
        )
        for rang in range(1, nombre + 1):
            reperes = self._population.reperes[siens[choisis[rang - 1]]]
            acceptee = issue == "ACCEPTE" or (issue == "ACCEPTE_PARTIELLEMENT" and rang > 1)
            bloc.ligne.append(
                (
                    *(depot, rang, None, nature, f"{numero}-{rang:04d}" if acceptee else None),
                    *(self._population.esats[esat], annee, *reperes, donnees, 12, 81240, 64010),
                    *(False, "RECUE" if acceptee else None, instant if acceptee else None),
                )
            )
            self._anomalie(bloc, depot, rang, hasards[rang - 1])
        return nombre

    @staticmethod
    def _anomalie(bloc: Bloc, depot: int, rang: int, hasard: float) -> None:
        seuil = 0.0
        for code, gravite, part in REGLES:
            seuil += part
            if hasard < seuil:
                bloc.anomalie.append((depot, rang, 1, code, gravite, None, "Une valeur est à vérifier."))
                return
