"""Accounts of ESATs' people, their passwords (argon2id hashes only), and all that authentication needs of them."""

from datetime import date, datetime
from itertools import repeat
from typing import Any, NamedTuple

from sqlalchemy import bindparam, exists, null, select, type_coerce, union_all, update
from sqlalchemy.dialects.postgresql import insert

from service.storage.session import Session
from service.storage.statements import Statement
from service.storage.tables import ancien_mot_de_passe, cle_integration, compte, convention, esat, habilitation, jeton


class EsatHabilite(NamedTuple):
    """An ESAT that the account may act for, with its convention."""

    id: int
    siret: str
    role: str
    convention: str
    organisme: str | None
    signee_le: date
    fin_le: date | None
    duree_mot_de_passe: int
    """Days."""
    raison_sociale: str
    suspendue_le: datetime | None = None


class CleVivante(NamedTuple):
    """A clé d'intégration that was not revoked; its end date is the caller's to check."""

    id: int
    secret_chiffre: bytes
    empreinte: bytes
    fin_le: date | None
    esat_id: int | None = None
    """The only ESAT that it opens; None for all those of its account."""
    derniere_utilisation: datetime | None = None


class Expirant(NamedTuple):
    """An account whose own password is about to expire."""

    compte_id: int
    courriel: str
    expire_le: datetime


class CompteAuth(NamedTuple):
    """What authentication and habilitation need of an account."""

    id: int
    courriel: str
    etat: str
    mot_de_passe: str | None
    provisoire: bool
    expire_le: datetime | None
    version: int
    secours: bytes | None
    """Keyed hash of a provisional password sent by mail, which becomes the account's when it is used."""
    secours_expire_le: datetime | None
    esats: tuple[EsatHabilite, ...]
    """Its rights, those that are not suspended only."""
    suspensions: int
    """How many rights are."""
    cles: tuple[CleVivante, ...]


class CompteEnregistre(NamedTuple):
    """An account as an operator sees it."""

    id: int
    courriel: str
    nom: str
    prenom: str
    etat: str
    provisoire: bool
    expire_le: datetime | None
    version: int
    cree_le: datetime
    derniere_connexion: datetime | None


_COMPTE_AUTH = CompteAuth._fields[:9]
_CREATION = ("courriel", "nom", "prenom", "etat", "mot_de_passe", "provisoire", "expire_le", "version", "cree_le")

_DROIT = (
    esat.c.id,
    esat.c.siret,
    habilitation.c.role,
    convention.c.numero,
    convention.c.organisme,
    convention.c.signee_le,
    convention.c.fin_le,
    convention.c.duree_mot_de_passe,
    esat.c.raison_sociale,
    habilitation.c.suspendue_le,
)
_CLE = tuple(cle_integration.c[nom] for nom in CleVivante._fields)
_AUTHENTIFICATION: Statement[tuple[Any, ...]] = Statement(
    union_all(
        select(
            *(compte.c[nom] for nom in _COMPTE_AUTH),
            *_DROIT,
            *(type_coerce(null(), colonne.type) for colonne in _CLE),
            exists().where(jeton.c.cle == bindparam("rejeu", type_=jeton.c.cle.type)),
        )
        .select_from(compte)
        .outerjoin(habilitation, habilitation.c.compte_id == compte.c.id)
        .outerjoin(esat, esat.c.id == habilitation.c.esat_id)
        .outerjoin(convention, convention.c.id == esat.c.convention_id)
        .where(compte.c.courriel == bindparam("courriel")),
        select(*repeat(null(), len(_COMPTE_AUTH) + len(_DROIT)), *_CLE, null())
        .join_from(compte, cle_integration, cle_integration.c.compte_id == compte.c.id)
        .where(compte.c.courriel == bindparam("courriel"), cle_integration.c.revoquee_le.is_(None)),
    )
)
"""All that is known of a user code, in one statement: a row for each right, and one for each clé. Joined with each
other, those of an account with twenty of both took as long as its message."""
_UN_DROIT = slice(len(_COMPTE_AUTH), len(_COMPTE_AUTH) + len(_DROIT))
_UNE_CLE = slice(_UN_DROIT.stop, _UN_DROIT.stop + len(_CLE))
_CREER: Statement[tuple[Any, ...]] = Statement(
    insert(compte).values({nom: bindparam(nom) for nom in _CREATION}).on_conflict_do_nothing().returning(compte.c.id)
)
_DE_CETTE_VERSION = (compte.c.id == bindparam("le_compte"), compte.c.version == bindparam("ancienne_version"))
_ARCHIVER: Statement[tuple[Any, ...]] = Statement(
    insert(ancien_mot_de_passe).from_select(
        ["compte_id", "mot_de_passe", "change_le"],
        select(compte.c.id, compte.c.mot_de_passe, bindparam("maintenant", type_=ancien_mot_de_passe.c.change_le.type))
        .where(*_DE_CETTE_VERSION, compte.c.mot_de_passe.is_not(None))
        .with_for_update(),
    )
)
_CHANGER: Statement[tuple[Any, ...]] = Statement(
    update(compte)
    .where(*_DE_CETTE_VERSION)
    .values(
        mot_de_passe=bindparam("hache"),
        provisoire=bindparam("temporaire"),
        expire_le=bindparam("echeance"),
        version=compte.c.version + 1,
        secours=None,
        secours_expire_le=None,
    )
)
_ETAT: Statement[tuple[Any, ...]] = Statement(
    update(compte)
    .where(compte.c.id == bindparam("le_compte"))
    .values(etat=bindparam("nouvel_etat"), version=compte.c.version + 1)
)
_SECOURS: Statement[tuple[Any, ...]] = Statement(
    update(compte)
    .where(compte.c.id == bindparam("le_compte"))
    .values(secours=bindparam("hache"), secours_expire_le=bindparam("echeance"))
)
_CONNEXION: Statement[tuple[Any, ...]] = Statement(
    update(compte).where(compte.c.id == bindparam("le_compte")).values(derniere_connexion=bindparam("maintenant"))
)
_ANCIENS: Statement[tuple[Any, ...]] = Statement(
    select(ancien_mot_de_passe.c.mot_de_passe)
    .where(ancien_mot_de_passe.c.compte_id == bindparam("compte_id"))
    .order_by(ancien_mot_de_passe.c.id.desc())
    .limit(bindparam("limite"))
)
_EXPIRANTS = Statement(
    select(compte.c.id, compte.c.courriel, compte.c.expire_le)
    .where(
        compte.c.etat == "ACTIF",
        compte.c.provisoire.is_(False),
        compte.c.expire_le > bindparam("maintenant", type_=compte.c.expire_le.type),
        compte.c.expire_le <= bindparam("avant", type_=compte.c.expire_le.type),
    )
    .order_by(compte.c.id),
    Expirant,
)
_LISTE = select(*(compte.c[nom] for nom in CompteEnregistre._fields))


class ComptesRepository:
    """The accounts."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def pour_authentification(self, courriel: str) -> CompteAuth | None:
        """The account of a user code (lower case), its ESATs and its live clés; None when there is none."""
        return self.presente(courriel, None)[0]

    def presente(self, courriel: str, rejeu: bytes | None) -> tuple[CompteAuth | None, bool]:
        """The account of a user code, and whether the replay key was used already; nothing is told of an unknown one's.

        One query: its unit needs no transaction.
        """
        lignes = self._session.all(_AUTHENTIFICATION, {"courriel": courriel, "rejeu": rejeu})
        if not lignes:
            return None, False
        premiere = next(ligne for ligne in lignes if ligne[0] is not None)
        droits = [ligne[_UN_DROIT] for ligne in lignes if ligne[_UN_DROIT.start] is not None]
        esats = tuple(EsatHabilite._make(droit) for droit in droits if droit[-1] is None)
        cles = tuple(CleVivante._make(ligne[_UNE_CLE]) for ligne in lignes if ligne[_UNE_CLE.start] is not None)
        compte = CompteAuth._make((*premiere[: _UN_DROIT.start], esats, len(droits) - len(esats), cles))
        return compte, bool(premiere[-1])

    def creer(
        self,
        courriel: str,
        nom: str,
        prenom: str,
        etat: str,
        mot_de_passe: str | None,
        provisoire: bool,
        expire_le: datetime | None,
        cree_le: datetime,
    ) -> int | None:
        """Record an account (courriel in lower case) and return its id; None when the courriel exists already."""
        valeurs = (courriel, nom, prenom, etat, mot_de_passe, provisoire, expire_le, 1, cree_le)
        ligne = self._session.first(_CREER, dict(zip(_CREATION, valeurs, strict=True)))
        return None if ligne is None else int(ligne[0])

    def changer_mot_de_passe(
        self,
        compte_id: int,
        version: int,
        mot_de_passe: str,
        provisoire: bool,
        expire_le: datetime | None,
        maintenant: datetime,
    ) -> bool:
        """Set a new hash and keep the former one among the old; False when `version` is no longer the account's.

        A change that somebody else made meanwhile is thus never undone unseen.
        """
        de_cette_version = {"le_compte": compte_id, "ancienne_version": version}
        self._session.run(_ARCHIVER, {**de_cette_version, "maintenant": maintenant})
        valeurs = {
            **de_cette_version,
            "hache": mot_de_passe,
            "temporaire": provisoire,
            "echeance": expire_le,
        }
        return self._session.run(_CHANGER, valeurs) == 1

    def changer_etat(self, compte_id: int, etat: str) -> bool:
        """Set the state, which ends every remembered credential; False when there is no such account."""
        return self._session.run(_ETAT, {"le_compte": compte_id, "nouvel_etat": etat}) == 1

    def poser_un_secours(self, compte_id: int, hache: bytes, expire_le: datetime) -> None:
        """Keep the hash of a provisional password sent by mail, instead of a former one."""
        self._session.run(_SECOURS, {"le_compte": compte_id, "hache": hache, "echeance": expire_le})

    def noter_connexion(self, compte_id: int, maintenant: datetime) -> None:
        """Note the time of a successful authentication."""
        self._session.run(_CONNEXION, {"le_compte": compte_id, "maintenant": maintenant})

    def expirants(self, maintenant: datetime, avant: datetime) -> list[Expirant]:
        """Active accounts whose own password expires by then."""
        return self._session.all(_EXPIRANTS, {"maintenant": maintenant, "avant": avant})

    def anciens_mots_de_passe(self, compte_id: int, limite: int = 5) -> list[str]:
        """Hashes of the last passwords before the present one, newest first."""
        return [ligne[0] for ligne in self._session.all(_ANCIENS, {"compte_id": compte_id, "limite": limite})]

    def lister(
        self, courriel: str | None = None, siret: str | None = None, etat: str | None = None
    ) -> list[CompteEnregistre]:
        """Accounts by courriel, those of an ESAT or in a state only when asked."""
        requete = _LISTE
        if courriel is not None:
            requete = requete.where(compte.c.courriel == courriel)
        if etat is not None:
            requete = requete.where(compte.c.etat == etat)
        if siret is not None:
            de_l_esat = select(habilitation.c.compte_id).join_from(habilitation, esat).where(esat.c.siret == siret)
            requete = requete.where(compte.c.id.in_(de_l_esat))
        return self._session.all(Statement(requete.order_by(compte.c.courriel), CompteEnregistre))
