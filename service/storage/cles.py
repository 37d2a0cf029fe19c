"""Clés d'intégration: the secrets of payroll systems. They are looked up with the account, in `comptes`."""

from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.postgresql import insert

from service.storage.session import Session
from service.storage.statements import Statement
from service.storage.tables import cle_integration


class CleEnregistree(NamedTuple):
    """A clé as its owner sees it; the secret was shown once and is not read again here."""

    id: int
    compte_id: int
    nom: str
    empreinte: bytes
    cree_le: datetime
    fin_le: date | None
    """Last day of use."""
    revoquee_le: datetime | None
    derniere_utilisation: datetime | None
    esat_id: int | None = None
    """The only ESAT that it opens; None for all those of its account."""


_CHAMPS = ("compte_id", "nom", "secret_chiffre", "empreinte", "cree_le", "fin_le", "esat_id")
_CREER: Statement[tuple[Any, ...]] = Statement(
    insert(cle_integration).values({nom: bindparam(nom) for nom in _CHAMPS}).returning(cle_integration.c.id)
)
_LISTER = Statement(
    select(*(cle_integration.c[nom] for nom in CleEnregistree._fields))
    .where(cle_integration.c.compte_id == bindparam("compte_id"))
    .order_by(cle_integration.c.id),
    CleEnregistree,
)
_REVOQUER: Statement[tuple[Any, ...]] = Statement(
    update(cle_integration)
    .where(cle_integration.c.id == bindparam("la_cle"), cle_integration.c.revoquee_le.is_(None))
    .values(revoquee_le=bindparam("maintenant"))
)
_UTILISEE: Statement[tuple[Any, ...]] = Statement(
    update(cle_integration)
    .where(cle_integration.c.id == bindparam("la_cle"))
    .values(derniere_utilisation=bindparam("maintenant"))
)


class ClesRepository:
    """The clés d'intégration."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def creer(
        self,
        compte_id: int,
        nom: str,
        secret_chiffre: bytes,
        empreinte: bytes,
        cree_le: datetime,
        fin_le: date | None,
        esat_id: int | None = None,
    ) -> int:
        """Record a clé, of one ESAT or of all those of its account, and return its id."""
        donnees = (compte_id, nom, secret_chiffre, empreinte, cree_le, fin_le, esat_id)
        valeurs = dict(zip(_CHAMPS, donnees, strict=True))
        lignes = self._session.all(_CREER, valeurs)
        return int(lignes[0][0])

    def lister(self, compte_id: int) -> list[CleEnregistree]:
        """Every clé of an account, revoked ones included, oldest first."""
        return self._session.all(_LISTER, {"compte_id": compte_id})

    def revoquer(self, cle_id: int, maintenant: datetime) -> bool:
        """End a clé at once; False when it does not exist or was revoked before."""
        return self._session.run(_REVOQUER, {"la_cle": cle_id, "maintenant": maintenant}) == 1

    def utilisee(self, cle_id: int, maintenant: datetime) -> None:
        """Note a use."""
        self._session.run(_UTILISEE, {"la_cle": cle_id, "maintenant": maintenant})
