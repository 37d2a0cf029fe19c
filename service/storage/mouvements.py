"""What is to be passed on to the back office: deposits in the order of their ids, their declarations, what those
correct.

Ids of deposits are given out of commit order on PostgreSQL. `borne` tells up to which id nothing can appear any more,
without a lock that deposits would meet: the greatest visible id, once every transaction that was writing deposits when
it was read has ended. (An INSERT locks the table, ROW EXCLUSIVE, before it takes an id, and lets go after its commit is
visible.) On SQLite writers follow each other, and what is visible is settled.
"""

import time
from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, false, func, literal_column, select, text
from sqlalchemy.dialects.postgresql import insert

from service.storage.columns import valeurs_de
from service.storage.lignes import bien_formes, de_numero
from service.storage.session import Session
from service.storage.statements import Statement
from service.storage.tables import avancement, convention, depot, esat, ligne, mouvement, transmission

ATTENTE_S = 5.0
"""How long transactions that are writing deposits are waited for."""
_PAUSE_S = 0.005
_VERROU_POSTGRESQL = 0x7472616E
"""Number of the advisory lock of transmitters ("tran")."""
_NOM = "transmission"
"""Of this work among those that go through rows in order."""


class DepotALire(NamedTuple):
    """A deposit not looked at yet."""

    id: int
    esat_id: int
    nombre_recues: int


class ATransmettre(NamedTuple):
    """A declaration that was received and is still to be passed on."""

    depot_id: int
    rang: int
    numero: str
    cible: str | None
    """Number of the declaration that it replaces."""
    donnees: bytes
    """Employee, one ciphertext."""
    organisme: str | None
    """That of the convention."""


class Annulation(NamedTuple):
    """A line that cancels a declaration, or tried to."""

    depot_id: int
    rang: int
    cible: str
    esat_id: int


class Maillon(NamedTuple):
    """A declaration in its lineage, and how it was passed on, if it was."""

    numero: str
    cible: str | None
    statut: str | None
    esat_id: int
    organisme: str | None
    """Of the file that passed it on; None for a declaration that never left."""
    reponse: str | None
    annulation: int | None
    """Rank of its ANNULATION in a file, if there is one."""


_VERROUILLER: Statement[tuple[Any, ...]] = Statement(
    select(func.pg_advisory_xact_lock(literal_column(str(_VERROU_POSTGRESQL))))
)
_ECRIVENT: Statement[tuple[Any, ...]] = Statement(
    text(
        "SELECT DISTINCT virtualtransaction FROM pg_locks WHERE locktype = 'relation' AND granted "
        "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
        "AND relation = 'depot'::regclass AND pid <> pg_backend_pid() "
        "AND mode IN ('RowExclusiveLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')"
    )
)
_DERNIER: Statement[tuple[Any, ...]] = Statement(select(func.max(depot.c.id)))
_AVANCEMENT: Statement[tuple[Any, ...]] = Statement(select(avancement.c.valeur).where(avancement.c.nom == _NOM))
_avancer = insert(avancement).values(nom=_NOM, valeur=bindparam("valeur"))
_AVANCER: Statement[tuple[Any, ...]] = Statement(
    _avancer.on_conflict_do_update(index_elements=["nom"], set_={"valeur": _avancer.excluded.valeur})
)
_DEPOTS = Statement(
    select(*(depot.c[nom] for nom in DepotALire._fields))
    .where(depot.c.id > bindparam("apres"), depot.c.id <= bindparam("jusque"))
    .order_by(depot.c.id)
    .limit(bindparam("limite")),
    DepotALire,
)
_DU_LOT = and_(ligne.c.depot_id > bindparam("apres"), ligne.c.depot_id <= bindparam("jusque"))
_RECUES = Statement(
    select(
        ligne.c.depot_id,
        ligne.c.rang,
        ligne.c.numero,
        ligne.c.cible,
        ligne.c.donnees,
        convention.c.organisme,
    )
    .select_from(ligne)
    .join(esat, esat.c.id == ligne.c.esat_id)
    .join(convention)
    .where(_DU_LOT, ligne.c.statut == "RECUE")
    .order_by(ligne.c.depot_id, ligne.c.rang),
    ATransmettre,
)
_ANNULATIONS = Statement(
    select(ligne.c.depot_id, ligne.c.rang, ligne.c.cible, ligne.c.esat_id)
    .where(_DU_LOT, ligne.c.nature == "ANNULATION", ligne.c.essai == false(), ligne.c.cible.is_not(None))
    .order_by(ligne.c.depot_id, ligne.c.rang),
    Annulation,
)
_numeros, _numero = valeurs_de("numeros")
_du_depot, _de_la_ligne = de_numero(_numero)
_retrait = mouvement.alias("retrait")
_MAILLONS = Statement(
    select(
        ligne.c.numero,
        ligne.c.cible,
        ligne.c.statut,
        ligne.c.esat_id,
        transmission.c.organisme,
        mouvement.c.reponse,
        _retrait.c.rang,
    )
    .select_from(_numeros.join(depot, _du_depot).join(ligne, _de_la_ligne))
    .outerjoin(mouvement, and_(mouvement.c.declaration == ligne.c.numero, mouvement.c.nature != "ANNULATION"))
    .outerjoin(transmission, transmission.c.id == mouvement.c.transmission_id)
    .outerjoin(_retrait, and_(_retrait.c.declaration == ligne.c.numero, _retrait.c.nature == "ANNULATION"))
    .where(ligne.c.numero.is_not(None)),
    Maillon,
)


class MouvementsRepository:
    """What is to be passed on."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def verrouiller(self) -> None:
        """Make other transmitters wait for the end of this unit; on SQLite all writers queue already."""
        if not self._session.seule_a_ecrire:
            self._session.first(_VERROUILLER)

    def borne(self, attente_s: float = ATTENTE_S) -> int | None:
        """The id up to which no deposit can appear any more, 0 without any; a later unit sees all of those.

        None when a transaction that writes deposits lasted longer than `attente_s` seconds.
        """
        (dernier,) = self._session.all(_DERNIER)[0]
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

    def avancement(self) -> int:
        """Id of the last deposit that was looked at."""
        ligne_lue = self._session.first(_AVANCEMENT)
        return 0 if ligne_lue is None else int(ligne_lue[0])

    def avancer(self, depot_id: int) -> None:
        """Note the last deposit that was looked at."""
        self._session.run(_AVANCER, {"valeur": depot_id})

    def depots(self, apres: int, jusque: int, limite: int) -> list[DepotALire]:
        """At most `limite` deposits of ids above `apres` up to `jusque`, in order."""
        return self._session.all(_DEPOTS, {"apres": apres, "jusque": jusque, "limite": limite})

    def recues(self, apres: int, jusque: int) -> list[ATransmettre]:
        """The declarations of these deposits that were not passed on, cancelled or replaced, in order."""
        return self._session.all(_RECUES, {"apres": apres, "jusque": jusque})

    def annulations(self, apres: int, jusque: int) -> list[Annulation]:
        """The lines of these deposits that cancel a declaration, rejected ones included, trials left out, in order."""
        return self._session.all(_ANNULATIONS, {"apres": apres, "jusque": jusque})

    def maillons(self, numeros: Iterable[str]) -> list[Maillon]:
        """The declarations of these numbers; what is no number of ours is none."""
        cherches = bien_formes(numeros)
        return self._session.all(_MAILLONS, {"numeros": cherches}) if cherches else []
