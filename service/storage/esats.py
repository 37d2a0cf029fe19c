"""The ESATs, each under one convention."""

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import bindparam, cast, select, update
from sqlalchemy.dialects.postgresql import insert

from service.storage.columns import valeurs_de
from service.storage.session import Session
from service.storage.statements import Statement
from service.storage.tables import convention, esat


class EsatEnregistre(NamedTuple):
    """An ESAT and what its convention says."""

    id: int
    siret: str
    finess: str | None
    raison_sociale: str
    adresse: str
    convention_id: int
    convention: str
    """Number of the convention."""
    signee_le: date
    fin_le: date | None
    organisme: str | None
    duree_mot_de_passe: int
    """Days."""


_CHAMPS = ("convention_id", "siret", "finess", "raison_sociale", "adresse")
_esats = select(
    esat.c.id,
    esat.c.siret,
    esat.c.finess,
    esat.c.raison_sociale,
    esat.c.adresse,
    esat.c.convention_id,
    convention.c.numero,
    convention.c.signee_le,
    convention.c.fin_le,
    convention.c.organisme,
    convention.c.duree_mot_de_passe,
).join_from(esat, convention)
_CREER: Statement[tuple[Any, ...]] = Statement(
    insert(esat).values({nom: bindparam(nom) for nom in _CHAMPS}).on_conflict_do_nothing().returning(esat.c.id)
)
_PAR_SIRET = Statement(_esats.where(esat.c.siret == bindparam("siret")), EsatEnregistre)
_LISTER = Statement(_esats.order_by(esat.c.siret), EsatEnregistre)
_identifiants, _identifiant = valeurs_de("identifiants")
_VERROUILLER: Statement[tuple[Any, ...]] = Statement(
    select(esat.c.id).where(esat.c.id == bindparam("id")).with_for_update(key_share=True)
)
_AVANCER: Statement[tuple[Any, ...]] = Statement(
    update(esat)
    .where(esat.c.id == bindparam("esat_id"), esat.c.revision == bindparam("lue"))
    .values(revision=esat.c.revision + 1)
)
_DU_LOT = esat.c.id.in_(select(cast(_identifiant, esat.c.id.type)).select_from(_identifiants))
_VERROUILLER_LOT: Statement[tuple[Any, ...]] = Statement(
    select(esat.c.id).where(_DU_LOT).order_by(esat.c.id).with_for_update(key_share=True)
)
_AVANCER_LOT: Statement[tuple[Any, ...]] = Statement(update(esat).where(_DU_LOT).values(revision=esat.c.revision + 1))


class EsatsRepository:
    """The ESATs."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def creer(
        self, convention_id: int, siret: str, finess: str | None, raison_sociale: str, adresse: str
    ) -> int | None:
        """Record an ESAT and return its id; None when the SIRET exists already."""
        valeurs = dict(zip(_CHAMPS, (convention_id, siret, finess, raison_sociale, adresse), strict=True))
        ligne = self._session.first(_CREER, valeurs)
        return None if ligne is None else int(ligne[0])

    def par_siret(self, siret: str) -> EsatEnregistre | None:
        """The ESAT of that SIRET."""
        return self._session.first(_PAR_SIRET, {"siret": siret})

    def lister(self) -> list[EsatEnregistre]:
        """Every ESAT, by SIRET."""
        return self._session.all(_LISTER)

    def verrouiller(self, esat_id: int) -> None:
        """Make other deposits of this ESAT wait for the end of this unit; on SQLite all writers queue already."""
        if not self._session.seule_a_ecrire:
            self._session.first(_VERROUILLER, {"id": esat_id})

    def verrouiller_lot(self, esats: Iterable[int]) -> None:
        """Make deposits of these ESATs wait likewise, and be studied again: what they declared is about to change.

        In the order of their ids, so that two such units never wait for each other.
        """
        identifiants = {"identifiants": [str(un) for un in sorted(set(esats))]}
        if not self._session.seule_a_ecrire:
            self._session.all(_VERROUILLER_LOT, identifiants)
        self._session.run(_AVANCER_LOT, identifiants)

    def avancer(self, esat_id: int, revision: int) -> bool:
        """Say that what the ESAT declared changes, if it is still at `revision`; other deposits of it then wait for the
        end of this unit. False where another unit was faster.
        """
        return self._session.run(_AVANCER, {"esat_id": esat_id, "lue": revision}) == 1
