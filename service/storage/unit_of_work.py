"""One transaction and its repositories: leaving without `commit` rolls back.

On SQLite one writer at a time is let in, and several that wait share one commit of the database (`ecrivain`).
On PostgreSQL writers run side by side in READ COMMITTED; `EsatsRepository.verrouiller` serialises those of one ESAT.
"""

import contextlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from types import TracebackType
from typing import Generic, TypeVar

from sqlalchemy import Engine

from service.storage.alertes import AlertesRepository
from service.storage.campagnes import CampagnesRepository
from service.storage.cles import ClesRepository
from service.storage.comptes import ComptesRepository
from service.storage.conventions import ConventionsRepository
from service.storage.courriels import CourrielsRepository
from service.storage.depots import DepotsRepository
from service.storage.ecrivain import Ecrivain
from service.storage.ensemble import Ensembles
from service.storage.esats import EsatsRepository
from service.storage.habilitations import HabilitationsRepository
from service.storage.jetons import JetonsRepository
from service.storage.journal import JournalRepository
from service.storage.lecteurs import Lecteurs
from service.storage.lignes import LignesRepository
from service.storage.mesures import MesuresRepository
from service.storage.mouvements import MouvementsRepository
from service.storage.operateurs import OperateursRepository
from service.storage.purges import PurgesRepository
from service.storage.report import Report
from service.storage.sceaux import SceauxRepository
from service.storage.session import Session, SessionCommune
from service.storage.sessions_web import SessionsWebRepository
from service.storage.statistiques import StatistiquesRepository
from service.storage.suivi_transmissions import SuiviTransmissionsRepository
from service.storage.tentatives import TentativesRepository
from service.storage.transmissions import TransmissionsRepository
from service.storage.volumes import VolumesRepository
from service.storage.work_lock import seul
from service.storage.write_lock import verrou_de

_ECRITURE = {"sqlite": "BEGIN IMMEDIATE", "postgresql": "BEGIN"}
_LECTURE = {"sqlite": "BEGIN", "postgresql": "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"}
_D = TypeVar("_D")


class _Repository(Generic[_D]):
    """A repository of a unit of work, made when it is first asked for: an act needs a third of them."""

    def __init__(self, classe: Callable[[Session], _D]) -> None:
        self._classe = classe

    def __set_name__(self, proprietaire: type, nom: str) -> None:
        self._nom = nom

    def __get__(self, unite: "UnitOfWork", _proprietaire: type | None = None) -> _D:
        repository = self._classe(unite._session)
        unite.__dict__[self._nom] = repository  # found there from now on: this descriptor sets nothing
        return repository


class UnitOfWork:
    """A transaction as a context manager; the attributes are its repositories."""

    alertes = _Repository(AlertesRepository)
    campagnes = _Repository(CampagnesRepository)
    cles = _Repository(ClesRepository)
    comptes = _Repository(ComptesRepository)
    conventions = _Repository(ConventionsRepository)
    courriels = _Repository(CourrielsRepository)
    depots = _Repository(DepotsRepository)
    esats = _Repository(EsatsRepository)
    habilitations = _Repository(HabilitationsRepository)
    jetons = _Repository(JetonsRepository)
    journal = _Repository(JournalRepository)
    lignes = _Repository(LignesRepository)
    mesures = _Repository(MesuresRepository)
    mouvements = _Repository(MouvementsRepository)
    operateurs = _Repository(OperateursRepository)
    purges = _Repository(PurgesRepository)
    sceaux = _Repository(SceauxRepository)
    sessions_web = _Repository(SessionsWebRepository)
    statistiques = _Repository(StatistiquesRepository)
    suivi_transmissions = _Repository(SuiviTransmissionsRepository)
    tentatives = _Repository(TentativesRepository)
    transmissions = _Repository(TransmissionsRepository)
    volumes = _Repository(VolumesRepository)

    def __init__(self, ouvrir: Callable[[], Session]) -> None:
        self._ouvrir = ouvrir

    def __enter__(self) -> "UnitOfWork":
        self._session = self._ouvrir()
        return self

    def __exit__(
        self, genre: type[BaseException] | None, erreur: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._session.close()

    def commit(self) -> None:
        """Make everything durable; the unit is then over. Raises IndisponibleError: nothing can be told as recorded."""
        self._session.commit()


class FabriqueUnites:
    """Makes the units of work of one engine; one object a process, shared by its threads."""

    def __init__(
        self, moteur: Engine, ceder: Callable[[], AbstractContextManager[None]] = contextlib.nullcontext
    ) -> None:
        """On SQLite, units wait for their turn and for the disk inside `ceder()`."""
        self._moteur = moteur
        verrou = verrou_de(moteur)
        self._ecrivain = None if verrou is None else Ecrivain(moteur, verrou, ceder)
        self._lecteurs = None if verrou is None else Lecteurs(moteur)
        self.ensembles = None if self._ecrivain is None else Ensembles(self._ecrivain, self._commune)
        self._report = None if verrou is None else Report(moteur, verrou)

    def ecriture(self, *, groupee: bool = False) -> UnitOfWork:
        """A unit that may write; on SQLite it waits for its turn when entered.

        `groupee`: an act of milliseconds, which others may wait for to share its commit.
        """
        debut = _ECRITURE[self._moteur.dialect.name]
        return UnitOfWork(partial(Session, self._moteur, debut, lit=False, ecrivain=self._ecrivain, groupee=groupee))

    def lecture(self, *, une_requete: bool = False) -> UnitOfWork:
        """A unit that sees one state of the database from its first query to its end; it never waits for writers,
        and cannot write.

        `une_requete`: it has one query only, which is then its own transaction, without two round trips more.
        """
        if self.ensembles is not None and (lire := self.ensembles.lecteur):
            return UnitOfWork(lire)
        debut = None if une_requete else _LECTURE[self._moteur.dialect.name]
        return UnitOfWork(partial(Session, self._moteur, debut, lit=True, lecteurs=self._lecteurs))

    def etape(self) -> None:
        """The end of a step of a message: those served together take each step one after the other (`ensemble`)."""
        if self.ensembles is not None:
            self.ensembles.etape()

    def _commune(self) -> SessionCommune:
        return SessionCommune(self._moteur, _LECTURE[self._moteur.dialect.name], lit=True, lecteurs=self._lecteurs)

    def reporter(self) -> None:
        """Carry the log of SQLite over into the database, beside those who write. Raises IndisponibleError."""
        if self._report is not None:
            with self.seul("reporter") as seul:
                if seul:
                    self._report.faire()

    def seul(self, travail: str) -> AbstractContextManager[bool]:
        """Whether nobody else does that work on this database, among all processes and instances, until it is left."""
        return seul(self._moteur, travail)
