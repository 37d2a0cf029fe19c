"""The seals of the log and their leaves: written by one sealer at a time, read in order of ids by whoever verifies.

Ids of entries are given out of commit order on PostgreSQL. `borne` finds how far the log is settled without a lock that
writers would meet: the greatest visible id, once every transaction that was writing in the log when it was read has
ended. An INSERT locks the table (ROW EXCLUSIVE) before it takes an id, and lets go after its commit is visible, so that
below that id nothing can appear any more. (``LOCK TABLE … IN SHARE MODE`` would tell the same, but it makes every
deposit queue behind one slow writer, and waits for or cancels the autovacuum of the table.) On SQLite writers follow
each other, and what is visible is settled.

What somebody changed by hand may be no value of its column any more (SQLite takes any, PostgreSQL has infinite
instants): it is read all the same, as something that is not what was sealed.
"""

import sqlite3
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import psycopg
from sqlalchemy import bindparam, delete, func, insert, literal_column, select, text

from service.domain.sceau import Sceau
from service.storage.bulk import Bulk, en_colonnes
from service.storage.columns import EPOQUE
from service.storage.recherche import Entree
from service.storage.session import Session
from service.storage.statements import Statement
from service.storage.tables import feuille, journal, sceau

ATTENTE_S = 2.0
"""How long transactions that are writing in the log are waited for."""
_PAUSE_S = 0.005
_VERROU_POSTGRESQL = 0x73636561
"""Number of the advisory lock of sealers ("scea")."""
_ILLISIBLE = (TypeError, ValueError, OverflowError, psycopg.DataError, sqlite3.OperationalError)
"""What reading a value that its column cannot hold raises."""
_TYPES = (int, int, int, int, bytes, bytes, datetime, int, str, bytes)
EntreeScellable = tuple[int, Mapping[str, Any]]
"""An entry of the log: its id, and its columns as a leaf covers them."""


class Feuille(NamedTuple):
    """A leaf: the columns of its table, in order."""

    journal_id: int
    sel: bytes | None
    """None once the entry is erased."""
    hache: bytes


_VERROUILLER: Statement[tuple[Any, ...]] = Statement(
    select(func.pg_advisory_xact_lock(literal_column(str(_VERROU_POSTGRESQL))))
)
_ECRIVENT: Statement[tuple[Any, ...]] = Statement(
    text(
        "SELECT DISTINCT virtualtransaction FROM pg_locks WHERE locktype = 'relation' AND granted "
        "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
        "AND relation = 'journal'::regclass AND pid <> pg_backend_pid() "
        "AND mode IN ('RowExclusiveLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')"
    )
)
_MAX: Statement[tuple[Any, ...]] = Statement(select(func.max(journal.c.id)))
_DERNIERS: Statement[tuple[Any, ...]] = Statement(
    select(sceau.c.numero).order_by(sceau.c.numero.desc()).limit(bindparam("limite"))
)
_SUIVANTS = Statement(
    select(*sceau.c).where(sceau.c.numero > bindparam("apres")).order_by(sceau.c.numero).limit(bindparam("limite")),
    Sceau,
)
_PAR_NUMERO = Statement(select(*sceau.c).where(sceau.c.numero == bindparam("le_numero")), Sceau)
_DE_L_ENTREE = Statement(
    select(*sceau.c).where(sceau.c.dernier >= bindparam("entree")).order_by(sceau.c.dernier).limit(1), Sceau
)
_DEPUIS: Statement[tuple[Any, ...]] = Statement(
    select(func.min(sceau.c.numero)).where(sceau.c.scelle_le >= bindparam("instant"))
)
_SCELLE_AVANT: Statement[tuple[Any, ...]] = Statement(
    select(func.max(sceau.c.dernier)).where(sceau.c.scelle_le <= bindparam("instant"))
)
_FEUILLES = Statement(
    select(*feuille.c)
    .where(feuille.c.journal_id > bindparam("apres"), feuille.c.journal_id <= bindparam("jusque"))
    .order_by(feuille.c.journal_id)
    .limit(bindparam("limite")),
    Feuille,
)
_ENTREES = Statement(
    select(*journal.c)
    .where(journal.c.id > bindparam("apres"), journal.c.id <= bindparam("jusque"))
    .order_by(journal.c.id)
    .limit(bindparam("limite")),
    Entree,
)
_IDENTIFIANTS: Statement[tuple[Any, ...]] = Statement(
    select(journal.c.id)
    .where(journal.c.id > bindparam("apres"), journal.c.id <= bindparam("jusque"))
    .order_by(journal.c.id)
    .limit(bindparam("limite"))
)
_NUMEROS: Statement[tuple[Any, ...]] = Statement(
    select(sceau.c.numero)
    .where(sceau.c.numero > bindparam("apres"))
    .order_by(sceau.c.numero)
    .limit(bindparam("limite"))
)
_COMPTER_APRES: Statement[tuple[Any, ...]] = Statement(
    select(func.count(), func.min(journal.c.instant)).where(journal.c.id > bindparam("apres"))
)
_EFFACER_SANS_SCEAU: Statement[tuple[Any, ...]] = Statement(
    delete(feuille).where(feuille.c.journal_id > bindparam("apres"))
)
_AJOUTER_FEUILLES = Bulk(feuille)
_AJOUTER: Statement[tuple[Any, ...]] = Statement(insert(sceau).values({nom: bindparam(nom) for nom in Sceau._fields}))


class SceauxRepository:
    """The seals, their leaves, and the entries as seals cover them."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def verrouiller(self) -> None:
        """Make other sealers wait for the end of this unit; on SQLite all writers queue already."""
        if not self._session.seule_a_ecrire:
            self._session.first(_VERROUILLER)

    def borne(self, attente_s: float = ATTENTE_S) -> int | None:
        """The id up to which no entry can appear any more, 0 without entries; a later unit sees all of those.

        None when a transaction that writes in the log lasted longer than `attente_s` seconds.
        """
        (dernier,) = self._session.all(_MAX)[0]
        if self._session.seule_a_ecrire:
            return dernier or 0
        fin = time.monotonic() + attente_s
        attendues = set(self._session.all(_ECRIVENT))
        while attendues:
            if time.monotonic() > fin:
                return None
            time.sleep(_PAUSE_S)
            attendues &= set(self._session.all(_ECRIVENT))
        return dernier or 0

    def dernier(self) -> Sceau | None:
        """The newest seal."""
        return next(iter(self.derniers(1)), None)

    def derniers(self, limite: int) -> list[Sceau]:
        """At most `limite` seals, the newest first."""
        numeros = self._session.all(_DERNIERS, {"limite": limite})
        return [sceau for (numero,) in numeros if (sceau := self.par_numero(numero)) is not None]

    def suivants(self, apres: int, limite: int) -> list[Sceau]:
        """At most `limite` seals of a number above `apres`, in order."""
        valeurs = {"apres": apres, "limite": limite}
        try:
            return [_exiger_lisible(sceau) for sceau in self._session.all(_SUIVANTS, valeurs)]
        except _ILLISIBLE:
            numeros = self._session.all(_NUMEROS, valeurs)
        return [sceau for (numero,) in numeros if (sceau := self.par_numero(numero)) is not None]

    def par_numero(self, numero: int) -> Sceau | None:
        """The seal of that number; one that cannot be read comes without anything else, and is nobody's."""
        try:
            sceau = self._session.first(_PAR_NUMERO, {"le_numero": numero})
            return sceau and _exiger_lisible(sceau)
        except _ILLISIBLE:
            return Sceau(numero, 0, 0, 0, b"", b"", EPOQUE, 0, "")

    def de_l_entree(self, entree: int) -> Sceau | None:
        """The first seal whose last entry is not before that id; None for an entry that is not sealed yet."""
        return self._session.first(_DE_L_ENTREE, {"entree": entree})

    def depuis(self, instant: datetime) -> int | None:
        """Number of the first seal made from that instant on."""
        numero: int | None = self._session.all(_DEPUIS, {"instant": instant})[0][0]
        return numero

    def scelle_avant(self, instant: datetime) -> int:
        """Id of the last entry sealed by then, 0 for none."""
        return self._session.all(_SCELLE_AVANT, {"instant": instant})[0][0] or 0

    def feuilles(self, apres: int, jusque: int, limite: int) -> list[Feuille]:
        """At most `limite` leaves of ids above `apres` up to `jusque`, in order."""
        feuilles = self._session.all(_FEUILLES, {"apres": apres, "jusque": jusque, "limite": limite})
        return [feuille._replace(sel=_octets(feuille.sel), hache=_octets(feuille.hache) or b"") for feuille in feuilles]

    def entrees(self, apres: int, jusque: int, limite: int) -> list[EntreeScellable]:
        """At most `limite` entries of the log of ids above `apres` up to `jusque`, in order."""
        valeurs = {"apres": apres, "jusque": jusque, "limite": limite}
        try:
            return [(entree.id, entree._asdict()) for entree in self._session.all(_ENTREES, valeurs)]
        except _ILLISIBLE:
            return [self._une_entree(numero) for (numero,) in self._session.all(_IDENTIFIANTS, valeurs)]

    def _une_entree(self, numero: int) -> EntreeScellable:
        """An entry by itself; one that cannot be read says so."""
        try:
            (entree,) = self._session.all(_ENTREES, {"apres": numero - 1, "jusque": numero, "limite": 1})
        except _ILLISIBLE:
            return numero, {"id": numero, "illisible": True}
        return numero, entree._asdict()

    def compter_apres(self, entree: int) -> tuple[int, datetime | None]:
        """How many entries follow that id, and the instant of the oldest."""
        nombre, instant = self._session.all(_COMPTER_APRES, {"apres": entree})[0]
        return nombre, instant

    def ajouter(self, nouveau: Sceau, feuilles: Sequence[Feuille], apres: int) -> None:
        """Write a seal and its leaves; those that no seal covers, beyond the last entry sealed (`apres`), make way."""
        self._session.run(_EFFACER_SANS_SCEAU, {"apres": apres})
        self._session.bulk(_AJOUTER_FEUILLES, en_colonnes(feuilles))
        self._session.run(_AJOUTER, nouveau._asdict())


def _exiger_lisible(lu: Sceau) -> Sceau:
    """Raise TypeError for a seal that has a value of another type than its column."""
    if not all(isinstance(valeur, type_) for valeur, type_ in zip(lu, _TYPES, strict=True)):
        raise TypeError("not the values of a seal")
    return lu


def _octets(valeur: object) -> bytes | None:
    """Bytes as they are, None as it is; anything else is nobody's bytes."""
    return valeur if valeur is None or isinstance(valeur, bytes) else b""
