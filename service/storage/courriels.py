"""The outbox: mails as they wait, leave, and are remembered without their words."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, case, func, select, update
from sqlalchemy.dialects.postgresql import insert

from service.storage.session import Session
from service.storage.statements import Statement
from service.storage.tables import courriel


class NouveauCourriel(NamedTuple):
    """A mail to be written, its content encrypted by the caller."""

    cle: str | None
    modele: str
    destinataire: str
    contenu: bytes
    identifiant: str
    """Message-ID."""
    cree_le: datetime


class Courriel(NamedTuple):
    """A mail as stored; `contenu` is None once it left or was given up."""

    id: int
    cle: str | None
    modele: str
    destinataire: str
    contenu: bytes | None
    identifiant: str
    etat: str
    essais: int
    cree_le: datetime
    prochain_essai: datetime
    fini_le: datetime | None
    erreur: str | None


_AJOUTER: Statement[tuple[Any, ...]] = Statement(
    insert(courriel)
    .values({nom: bindparam(nom) for nom in NouveauCourriel._fields})
    .values(etat="A_ENVOYER", essais=0, prochain_essai=bindparam("cree_le"))
    .on_conflict_do_nothing(index_elements=["cle"])
)
_tous = select(*courriel.c)
_DUS = Statement(
    _tous.where(courriel.c.etat == "A_ENVOYER", courriel.c.prochain_essai <= bindparam("maintenant"))
    .order_by(courriel.c.prochain_essai, courriel.c.id)
    .limit(bindparam("limite")),
    Courriel,
)
_PRENDRE: Statement[tuple[Any, ...]] = Statement(
    update(courriel)
    .where(courriel.c.id == bindparam("le_courriel"), courriel.c.etat == "A_ENVOYER")
    .values(etat="EN_COURS", essais=courriel.c.essais + 1, prochain_essai=bindparam("echeance"))
)
_NOTER: Statement[tuple[Any, ...]] = Statement(
    update(courriel)
    .where(courriel.c.id == bindparam("le_courriel"), courriel.c.etat == bindparam("avant"))
    .values(
        etat=bindparam("apres"),
        prochain_essai=bindparam("echeance"),
        fini_le=bindparam("fin"),
        erreur=bindparam("raison"),
        contenu=case((bindparam("garder"), courriel.c.contenu), else_=None),
    )
)
_PERDUS: Statement[tuple[Any, ...]] = Statement(
    update(courriel)
    .where(courriel.c.etat == "EN_COURS", courriel.c.prochain_essai < bindparam("maintenant"))
    .values(etat="INCERTAIN", erreur="le processus qui l'envoyait s'est arrêté pendant la remise")
)
_LISTER = Statement(_tous.order_by(courriel.c.id.desc()).limit(bindparam("limite")), Courriel)
_UN = Statement(_tous.where(courriel.c.id == bindparam("le_courriel")), Courriel)
_EXISTE: Statement[tuple[Any, ...]] = Statement(select(courriel.c.id).where(courriel.c.cle == bindparam("la_cle")))
_COMPTER: Statement[tuple[Any, ...]] = Statement(
    select(courriel.c.etat, func.count()).group_by(courriel.c.etat).order_by(courriel.c.etat)
)


class CourrielsRepository:
    """The outbox."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def ajouter(self, nouveau: NouveauCourriel) -> bool:
        """Write a mail to be sent; False when one was written under its `cle` before."""
        return self._session.run(_AJOUTER, nouveau._asdict()) == 1

    def dus(self, maintenant: datetime, limite: int) -> list[Courriel]:
        """Mails whose time has come, those that waited longest first."""
        return self._session.all(_DUS, {"maintenant": maintenant, "limite": limite})

    def prendre(self, courriel_id: int, echeance: datetime) -> bool:
        """Take a mail for sending until `echeance`; False when somebody else has it."""
        return self._session.run(_PRENDRE, {"le_courriel": courriel_id, "echeance": echeance}) == 1

    def noter(
        self,
        courriel_id: int,
        avant: str,
        apres: str,
        echeance: datetime,
        fini_le: datetime | None = None,
        erreur: str | None = None,
        *,
        garder: bool = False,
    ) -> bool:
        """Note what became of a mail in state `avant`; its words are erased unless `garder`. False in another state."""
        valeurs = {
            "le_courriel": courriel_id,
            "avant": avant,
            "apres": apres,
            "echeance": echeance,
            "fin": fini_le,
            "raison": erreur,
            "garder": garder,
        }
        return self._session.run(_NOTER, valeurs) == 1

    def perdus(self, maintenant: datetime) -> int:
        """Mark as INCERTAIN the mails whose sender died with them; how many there were."""
        return self._session.run(_PERDUS, {"maintenant": maintenant})

    def lister(self, limite: int) -> list[Courriel]:
        """The newest mails."""
        return self._session.all(_LISTER, {"limite": limite})

    def un(self, courriel_id: int) -> Courriel | None:
        """One mail."""
        return self._session.first(_UN, {"le_courriel": courriel_id})

    def existe(self, cle: str) -> bool:
        """Whether a mail was written under that key."""
        return self._session.first(_EXISTE, {"la_cle": cle}) is not None

    def compter(self) -> dict[str, int]:
        """How many mails are in each state."""
        return {str(etat): int(nombre) for etat, nombre in self._session.all(_COMPTER)}
