"""The outbox: mails as they wait, leave, and are remembered without their words."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, case, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from service.storage.columns import valeurs_de
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
    """A mail as stored; `contenu` is None once its words were erased."""

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


class Sort(NamedTuple):
    """What becomes of a mail."""

    apres: str
    """Its state."""
    echeance: datetime
    """When it may be sent next, where it waits."""
    fin: datetime | None
    raison: str | None
    garder: bool
    """Keep its words; they are erased otherwise."""


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
    .values(etat="EN_COURS", essais=courriel.c.essais + 1)
)
_etat_connu = (courriel.c.id == bindparam("le_courriel"), courriel.c.etat == bindparam("avant"))
_apres = {
    "etat": bindparam("apres"),
    "prochain_essai": bindparam("echeance"),
    "fini_le": bindparam("fin"),
    "erreur": bindparam("raison"),
    "contenu": case((bindparam("garder"), courriel.c.contenu), else_=None),
}
_CHANGER: Statement[tuple[Any, ...]] = Statement(update(courriel).where(*_etat_connu).values(_apres))
_NOTER: Statement[tuple[Any, ...]] = Statement(
    update(courriel)
    .where(
        courriel.c.id == bindparam("le_courriel"),
        or_(courriel.c.etat == "EN_COURS", courriel.c.etat == "INCERTAIN"),
        courriel.c.essais == bindparam("essai"),
    )
    .values(_apres)
)
_PERDUS: Statement[tuple[Any, ...]] = Statement(
    update(courriel)
    .where(courriel.c.etat == "EN_COURS")
    .values(etat="INCERTAIN", erreur="le processus qui l'envoyait s'est arrêté pendant la remise")
)
_REPOUSSER: Statement[tuple[Any, ...]] = Statement(
    update(courriel)
    .where(courriel.c.etat == "A_ENVOYER", courriel.c.prochain_essai < bindparam("echeance"))
    .values(prochain_essai=bindparam("echeance"))
)
_PRESSER: Statement[tuple[Any, ...]] = Statement(
    update(courriel)
    .where(courriel.c.etat == "A_ENVOYER", courriel.c.prochain_essai > bindparam("echeance"))
    .values(prochain_essai=bindparam("echeance"))
)
_PERIMER: Statement[tuple[Any, ...]] = Statement(
    update(courriel)
    .where(
        courriel.c.contenu.is_not(None),
        courriel.c.cree_le < bindparam("avant", type_=courriel.c.cree_le.type),
        courriel.c.etat != "EN_COURS",
    )
    .values(
        contenu=None,
        etat=case((courriel.c.etat == "A_ENVOYER", "ABANDONNE"), else_=courriel.c.etat),
        fini_le=func.coalesce(courriel.c.fini_le, bindparam("maintenant", type_=courriel.c.fini_le.type)),
        erreur=case((courriel.c.etat == "A_ENVOYER", bindparam("raison")), else_=courriel.c.erreur),
    )
)
_PURGER: Statement[tuple[Any, ...]] = Statement(
    delete(courriel).where(
        courriel.c.cree_le < bindparam("avant", type_=courriel.c.cree_le.type), courriel.c.contenu.is_(None)
    )
)
_cles, _cle = valeurs_de("cles")
_ECRITES: Statement[tuple[Any, ...]] = Statement(
    select(courriel.c.cle).join_from(_cles, courriel, courriel.c.cle == _cle)
)
_LISTER = Statement(_tous.order_by(courriel.c.id.desc()).limit(bindparam("limite")), Courriel)
_LISTER_UN_ETAT = Statement(
    _tous.where(courriel.c.etat == bindparam("cet_etat")).order_by(courriel.c.id.desc()).limit(bindparam("limite")),
    Courriel,
)
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

    def prendre(self, courriel_id: int) -> bool:
        """Take a mail for sending; False when it no longer waits."""
        return self._session.run(_PRENDRE, {"le_courriel": courriel_id}) == 1

    def noter(self, courriel_id: int, essai: int, sort: Sort) -> bool:
        """Note what became of a mail that was taken for the attempt `essai`.

        Also when its sender was taken for dead meanwhile: what is known wins. False when something else was decided.
        """
        return self._session.run(_NOTER, {"le_courriel": courriel_id, "essai": essai, **sort._asdict()}) == 1

    def changer(self, courriel_id: int, avant: str, sort: Sort) -> bool:
        """Decide of a mail in state `avant`; False in another one."""
        return self._session.run(_CHANGER, {"le_courriel": courriel_id, "avant": avant, **sort._asdict()}) == 1

    def repousser(self, echeance: datetime) -> None:
        """Let every mail that waits do so until then at least."""
        self._session.run(_REPOUSSER, {"echeance": echeance})

    def presser(self, maintenant: datetime) -> None:
        """Let every mail that waits be due now."""
        self._session.run(_PRESSER, {"echeance": maintenant})

    def perdus(self) -> int:
        """Mark as INCERTAIN the mails in hand, when nobody can have them any more; how many there were."""
        return self._session.run(_PERDUS)

    def perimer(self, avant: datetime, maintenant: datetime, raison: str) -> int:
        """Erase the words of the mails written before then, and give up those that still wait; how many there were."""
        return self._session.run(_PERIMER, {"avant": avant, "maintenant": maintenant, "raison": raison})

    def purger(self, avant: datetime) -> int:
        """Forget the mails written before then that have no words left; how many there were."""
        return self._session.run(_PURGER, {"avant": avant})

    def ecrites(self, cles: Sequence[str]) -> set[str]:
        """Those of the keys under which a mail was written."""
        return {ligne[0] for ligne in self._session.all(_ECRITES, {"cles": cles})}

    def lister(self, limite: int, etat: str | None = None) -> list[Courriel]:
        """The newest mails, those in a state only when asked."""
        if etat is None:
            return self._session.all(_LISTER, {"limite": limite})
        return self._session.all(_LISTER_UN_ETAT, {"limite": limite, "cet_etat": etat})

    def un(self, courriel_id: int) -> Courriel | None:
        """One mail."""
        return self._session.first(_UN, {"le_courriel": courriel_id})

    def existe(self, cle: str) -> bool:
        """Whether a mail was written under that key."""
        return self._session.first(_EXISTE, {"la_cle": cle}) is not None

    def compter(self) -> dict[str, int]:
        """How many mails are in each state."""
        return {str(etat): int(nombre) for etat, nombre in self._session.all(_COMPTER)}
