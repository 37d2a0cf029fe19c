"""Which account may act for which ESAT, and in which role: one référent an ESAT, held by a unique index."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from service.storage.session import Session
from service.storage.statements import Statement
from service.storage.tables import compte, esat, habilitation


class HabilitationEnregistree(NamedTuple):
    """A right of an account on an ESAT."""

    compte_id: int
    courriel: str
    esat_id: int
    siret: str
    role: str
    depuis: datetime
    suspendue_le: datetime | None = None
    """When the référent of the ESAT suspended it."""


_toutes = (
    select(
        habilitation.c.compte_id,
        compte.c.courriel,
        habilitation.c.esat_id,
        esat.c.siret,
        habilitation.c.role,
        habilitation.c.depuis,
        habilitation.c.suspendue_le,
    )
    .join_from(habilitation, compte)
    .join(esat)
    .order_by(esat.c.siret, compte.c.courriel)
)
_AJOUTER: Statement[tuple[Any, ...]] = Statement(
    insert(habilitation)
    .values({nom: bindparam(nom) for nom in ("compte_id", "esat_id", "role", "depuis")})
    .on_conflict_do_nothing()
)
_CE_DROIT = (
    habilitation.c.compte_id == bindparam("ce_compte"),
    habilitation.c.esat_id == bindparam("cet_esat"),
)
_SUSPENDRE: Statement[tuple[Any, ...]] = Statement(
    update(habilitation).where(*_CE_DROIT).values(suspendue_le=bindparam("instant"))
)
_CHANGER_DE_ROLE: Statement[tuple[Any, ...]] = Statement(
    update(habilitation).where(*_CE_DROIT).values(role=bindparam("nouveau_role"))
)
_RETIRER: Statement[tuple[Any, ...]] = Statement(
    delete(habilitation).where(
        habilitation.c.compte_id == bindparam("compte_id"), habilitation.c.esat_id == bindparam("esat_id")
    )
)
_DE_COMPTE = Statement(_toutes.where(habilitation.c.compte_id == bindparam("compte_id")), HabilitationEnregistree)
_D_ESAT = Statement(_toutes.where(habilitation.c.esat_id == bindparam("esat_id")), HabilitationEnregistree)


class HabilitationsRepository:
    """The habilitations."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def ajouter(self, compte_id: int, esat_id: int, role: str, depuis: datetime) -> bool:
        """Give a right; False when the account has one on this ESAT, or the ESAT has its référent, already."""
        valeurs = {"compte_id": compte_id, "esat_id": esat_id, "role": role, "depuis": depuis}
        return self._session.run(_AJOUTER, valeurs) == 1

    def retirer(self, compte_id: int, esat_id: int) -> bool:
        """Take a right back; False when there was none."""
        return self._session.run(_RETIRER, {"compte_id": compte_id, "esat_id": esat_id}) == 1

    def suspendre(self, compte_id: int, esat_id: int, instant: datetime | None) -> None:
        """Suspend a right since that instant, or give it back (None)."""
        self._session.run(_SUSPENDRE, {"ce_compte": compte_id, "cet_esat": esat_id, "instant": instant})

    def changer_de_role(self, compte_id: int, esat_id: int, role: str) -> None:
        """Change the role of a right; an ESAT's référent leaves the role before another one takes it."""
        self._session.run(_CHANGER_DE_ROLE, {"ce_compte": compte_id, "cet_esat": esat_id, "nouveau_role": role})

    def de_compte(self, compte_id: int) -> list[HabilitationEnregistree]:
        """The rights of an account, by SIRET."""
        return self._session.all(_DE_COMPTE, {"compte_id": compte_id})

    def d_esat(self, esat_id: int) -> list[HabilitationEnregistree]:
        """The rights on an ESAT, by courriel."""
        return self._session.all(_D_ESAT, {"esat_id": esat_id})
