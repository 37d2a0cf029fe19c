"""Accounts of the Caf's operators, their passwords (argon2id hashes only) and second factors (ciphertexts)."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as insert_ou_rien

from service.storage.session import Session
from service.storage.statements import Statement
from service.storage.tables import ancien_mot_de_passe_operateur as ancien
from service.storage.tables import operateur


class OperateurEnregistre(NamedTuple):
    """An operator as stored."""

    id: int
    courriel: str
    nom: str
    prenom: str
    role: str
    etat: str
    mot_de_passe: str | None
    provisoire: bool
    expire_le: datetime | None
    version: int
    totp_chiffre: bytes | None
    totp_pas: int | None
    cree_le: datetime
    derniere_connexion: datetime | None


_CREATION = (
    "courriel",
    "nom",
    "prenom",
    "role",
    "etat",
    "mot_de_passe",
    "provisoire",
    "expire_le",
    "version",
    "cree_le",
)
_tous = select(*(operateur.c[nom] for nom in OperateurEnregistre._fields))
_TOUS = Statement(_tous.order_by(operateur.c.courriel), OperateurEnregistre)
_PAR_COURRIEL = Statement(_tous.where(operateur.c.courriel == bindparam("courriel")), OperateurEnregistre)
_CREER: Statement[tuple[Any, ...]] = Statement(
    insert_ou_rien(operateur)
    .values({nom: bindparam(nom) for nom in _CREATION})
    .on_conflict_do_nothing()
    .returning(operateur.c.id)
)
_DE_CETTE_VERSION = (operateur.c.id == bindparam("l_operateur"), operateur.c.version == bindparam("ancienne_version"))
_ARCHIVER: Statement[tuple[Any, ...]] = Statement(
    insert(ancien).from_select(
        ["operateur_id", "mot_de_passe", "change_le"],
        select(operateur.c.id, operateur.c.mot_de_passe, bindparam("maintenant", type_=ancien.c.change_le.type)).where(
            *_DE_CETTE_VERSION, operateur.c.mot_de_passe.is_not(None)
        ),
    )
)
_CHANGER: Statement[tuple[Any, ...]] = Statement(
    update(operateur)
    .where(*_DE_CETTE_VERSION)
    .values(
        mot_de_passe=bindparam("hache"),
        provisoire=bindparam("temporaire"),
        expire_le=bindparam("echeance"),
        version=operateur.c.version + 1,
    )
)
_ETAT: Statement[tuple[Any, ...]] = Statement(
    update(operateur)
    .where(operateur.c.id == bindparam("l_operateur"))
    .values(etat=bindparam("nouvel_etat"), role=bindparam("nouveau_role"), version=operateur.c.version + 1)
)
_TOTP: Statement[tuple[Any, ...]] = Statement(
    update(operateur)
    .where(operateur.c.id == bindparam("l_operateur"))
    .values(totp_chiffre=bindparam("secret"), totp_pas=bindparam("pas"), version=operateur.c.version + 1)
)
_PAS: Statement[tuple[Any, ...]] = Statement(
    update(operateur)
    .where(
        operateur.c.id == bindparam("l_operateur"),
        or_(operateur.c.totp_pas.is_(None), operateur.c.totp_pas < bindparam("pas")),
    )
    .values(totp_pas=bindparam("pas"))
)
_CONNEXION: Statement[tuple[Any, ...]] = Statement(
    update(operateur)
    .where(operateur.c.id == bindparam("l_operateur"))
    .values(derniere_connexion=bindparam("maintenant"))
)
_ANCIENS: Statement[tuple[Any, ...]] = Statement(
    select(ancien.c.mot_de_passe)
    .where(ancien.c.operateur_id == bindparam("l_operateur"))
    .order_by(ancien.c.id.desc())
    .limit(bindparam("limite"))
)


class OperateursRepository:
    """The operators."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def creer(
        self,
        courriel: str,
        nom: str,
        prenom: str,
        role: str,
        mot_de_passe: str,
        expire_le: datetime,
        cree_le: datetime,
    ) -> int | None:
        """Record an active operator with a provisional password; None when the courriel (lower case) exists already."""
        valeurs = (courriel, nom, prenom, role, "ACTIF", mot_de_passe, True, expire_le, 1, cree_le)
        ligne = self._session.first(_CREER, dict(zip(_CREATION, valeurs, strict=True)))
        return None if ligne is None else int(ligne[0])

    def par_courriel(self, courriel: str) -> OperateurEnregistre | None:
        """The operator of a user code (lower case)."""
        return self._session.first(_PAR_COURRIEL, {"courriel": courriel})

    def lister(self) -> list[OperateurEnregistre]:
        """Every operator, by user code."""
        return self._session.all(_TOUS)

    def changer_mot_de_passe(
        self,
        operateur_id: int,
        version: int,
        hache: str,
        *,
        provisoire: bool,
        expire_le: datetime,
        maintenant: datetime,
    ) -> bool:
        """Set a new hash and keep the former one among the old; False when `version` is no longer the operator's."""
        de_cette_version = {"l_operateur": operateur_id, "ancienne_version": version}
        self._session.run(_ARCHIVER, {**de_cette_version, "maintenant": maintenant})
        valeurs = {**de_cette_version, "hache": hache, "temporaire": provisoire, "echeance": expire_le}
        return self._session.run(_CHANGER, valeurs) == 1

    def changer(self, operateur_id: int, etat: str, role: str) -> None:
        """Set state and role, which ends every session."""
        self._session.run(_ETAT, {"l_operateur": operateur_id, "nouvel_etat": etat, "nouveau_role": role})

    def poser_totp(self, operateur_id: int, secret: bytes | None, pas: int | None) -> None:
        """Set the second factor (encrypted) and the step just used, or take it away; sessions end."""
        self._session.run(_TOTP, {"l_operateur": operateur_id, "secret": secret, "pas": pas})

    def consommer_pas(self, operateur_id: int, pas: int) -> bool:
        """Use a time step up; False when it, or a later one, was used before."""
        return self._session.run(_PAS, {"l_operateur": operateur_id, "pas": pas}) == 1

    def noter_connexion(self, operateur_id: int, maintenant: datetime) -> None:
        """Note the time of a login."""
        self._session.run(_CONNEXION, {"l_operateur": operateur_id, "maintenant": maintenant})

    def anciens_mots_de_passe(self, operateur_id: int, limite: int) -> list[str]:
        """The hashes of the last passwords before the present one, newest first."""
        return [ligne[0] for ligne in self._session.all(_ANCIENS, {"l_operateur": operateur_id, "limite": limite})]
