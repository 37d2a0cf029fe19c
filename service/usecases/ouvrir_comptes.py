"""Accounts of ESATs' people opened, each with its rights and a provisional password for 72 hours.

Invariant: a lot of accounts is opened whole or not at all, every problem of every one told at once.
"""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from service.domain.actes import Acte
from service.domain.habilitation import EtatCompte, Role
from service.domain.mot_de_passe import PROVISOIRE
from service.errors import Precision, SaisieError
from service.security.passwords import mot_de_passe_provisoire
from service.security.wsse import normaliser_utilisateur
from service.storage.unit_of_work import UnitOfWork
from service.usecases.administrer_esats import exiger_esat
from service.usecases.administrer_habilitations import habiliter_compte, refus_d_habiliter
from service.usecases.consigner import AU_CLAVIER, Auteur, consigner
from service.usecases.dependencies import Dependencies
from service.usecases.prevenir import du_compte_ouvert
from service.usecases.saisie import exiger, texte_refuse

NOM_MAX = 80
COURRIEL_MAX = 100
"""Characters of a user code that the log of submissions keeps."""
_ATOME = r"[a-zA-Z0-9!#$%&*+/=?^_`{|}~-]+"
"""RFC 5322, 3.2.3, less the apostrophe; accents before « @ » would need mail servers that take them (RFC 6531)."""
_COURRIEL = re.compile(rf"{_ATOME}(\.{_ATOME})*@[^@\s.\"'<>()\[\],;:\\]+(\.[^@\s.\"'<>()\[\],;:\\]+)+")


class HabilitationDemandee(NamedTuple):
    """A right to give with a new account."""

    siret: str
    role: Role
    ligne: int | None = None
    """Row of the file that asks for it, to tell problems by."""


class NouveauCompte(NamedTuple):
    """An account to open, with its rights."""

    courriel: str
    nom: str
    prenom: str
    habilitations: Sequence[HabilitationDemandee]
    ligne: int | None = None


class MotDePasseAttribue(NamedTuple):
    """A provisional password: the only time that it is seen."""

    courriel: str
    mot_de_passe: str
    valable_jusque: datetime

    def __repr__(self) -> str:
        """Without the password: records end up in tracebacks."""
        return "MotDePasseAttribue(…)"


def creer_compte(
    dependencies: Dependencies, nouveau: NouveauCompte, auteur: Auteur = AU_CLAVIER, *, prevenir: bool = True
) -> MotDePasseAttribue:
    """Open an account. Raises SaisieError, all problems at once."""
    return creer_comptes(dependencies, [nouveau], auteur, prevenir=prevenir)[0]


def creer_comptes(
    dependencies: Dependencies,
    nouveaux: Sequence[NouveauCompte],
    auteur: Auteur = AU_CLAVIER,
    *,
    prevenir: bool = True,
) -> list[MotDePasseAttribue]:
    """Open accounts, all of them or none, and return their provisional passwords in order.

    Each person gets theirs by mail, unless told otherwise. Raises SaisieError with the problems of every one.
    """
    with dependencies.unites.lecture() as unite:  # before the passwords' hashes, which take their time
        exiger(problemes_d_ouverture(dependencies, unite, nouveaux))
    provisoires = [mot_de_passe_provisoire() for _ in nouveaux]
    haches = [dependencies.hacheur.hacher(provisoire) for provisoire in provisoires]
    with dependencies.unites.ecriture() as unite:
        exiger(problemes_d_ouverture(dependencies, unite, nouveaux))
        attribues = [
            ouvrir_compte(dependencies, unite, nouveau, (provisoire, hache), auteur, prevenir=prevenir)
            for nouveau, provisoire, hache in zip(nouveaux, provisoires, haches, strict=True)
        ]
        unite.commit()
    return attribues


def ouvrir_compte(
    dependencies: Dependencies,
    unite: UnitOfWork,
    nouveau: NouveauCompte,
    secret: tuple[str, str],
    auteur: Auteur,
    *,
    prevenir: bool = True,
) -> MotDePasseAttribue:
    """Open an account in a running unit of work, where `problemes_d_ouverture` found nothing.

    `secret`: its provisional password and the hash of it. Raises SaisieError when somebody else came first.
    """
    provisoire, hache = secret
    courriel, maintenant = normaliser_utilisateur(nouveau.courriel), dependencies.horloge()
    fin = maintenant + PROVISOIRE
    compte_id = unite.comptes.creer(
        courriel, nouveau.nom, nouveau.prenom, EtatCompte.ACTIF.value, hache, True, fin, maintenant
    )
    if compte_id is None:
        raise SaisieError("Un compte vient d'être ouvert à cette adresse : recommencer.")
    consigner(unite, auteur, Acte.COMPTE_CREE, maintenant, objet=courriel)
    for demandee in nouveau.habilitations:
        habiliter_compte(unite, auteur, compte_id, courriel, demandee.siret, demandee.role, maintenant)
    attribue = MotDePasseAttribue(courriel, provisoire, fin)
    if prevenir:
        _prevenir_de_l_ouverture(dependencies, unite, nouveau, attribue)
    return attribue


def _prevenir_de_l_ouverture(
    dependencies: Dependencies, unite: UnitOfWork, nouveau: NouveauCompte, attribue: MotDePasseAttribue
) -> None:
    esats = [exiger_esat(unite, demandee.siret) for demandee in nouveau.habilitations]
    noms = [f"{esat.raison_sociale} (SIRET {esat.siret})" for esat in esats]
    prenom_nom = (nouveau.prenom, nouveau.nom)
    du_compte_ouvert(
        dependencies, unite, attribue.courriel, prenom_nom, attribue.mot_de_passe, attribue.valable_jusque, noms
    )


def problemes_d_ouverture(
    dependencies: Dependencies, unite: UnitOfWork, nouveaux: Sequence[NouveauCompte]
) -> list[Precision]:
    """Return everything that forbids to open these accounts together."""
    referents = Counter(
        demandee.siret
        for nouveau in nouveaux
        for demandee in {une.siret: une for une in nouveau.habilitations}.values()
        if demandee.role is Role.REFERENT
    )
    vus: set[str] = set()
    problemes: list[Precision] = []
    for nouveau in nouveaux:
        courriel = normaliser_utilisateur(nouveau.courriel)
        trouves = _problemes_d_identite(unite, nouveau, courriel)
        if courriel in vus:
            trouves.append(Precision("cette adresse est donnée deux fois.", champ="courriel"))
        vus.add(courriel)
        problemes += [probleme._replace(ligne=nouveau.ligne) for probleme in trouves]
        problemes += _problemes_de_droits(dependencies, unite, nouveau, referents)
    return problemes


def courriel_refuse(courriel: str) -> list[str]:
    """Return what is wrong with a user code."""
    if len(courriel) <= COURRIEL_MAX and _COURRIEL.fullmatch(courriel) is not None:
        return []
    return [f"une adresse électronique est attendue, de {COURRIEL_MAX} caractères au plus."]


def _problemes_d_identite(unite: UnitOfWork, nouveau: NouveauCompte, courriel: str) -> list[Precision]:
    problemes = texte_refuse("nom", nouveau.nom, NOM_MAX) + texte_refuse("prenom", nouveau.prenom, NOM_MAX)
    if refus := courriel_refuse(courriel):
        problemes += [Precision(attendu, champ="courriel") for attendu in refus]
    elif unite.comptes.lister(courriel=courriel):
        problemes.append(Precision("un compte a déjà cette adresse : l'habiliter au besoin.", champ="courriel"))
    if not nouveau.habilitations:
        problemes.append(Precision("un ESAT au moins est attendu.", champ="siret"))
    return problemes


def _problemes_de_droits(
    dependencies: Dependencies, unite: UnitOfWork, nouveau: NouveauCompte, referents: Counter[str]
) -> list[Precision]:
    problemes: list[Precision] = []
    vus: set[str] = set()
    for siret, role, ligne in nouveau.habilitations:
        refus = refus_d_habiliter(dependencies, unite, siret, role)
        if siret in vus:
            refus = "cet ESAT est donné deux fois pour ce compte."
        elif refus is None and role is Role.REFERENT and referents[siret] > 1:
            refus = "un seul référent est attendu pour cet ESAT, plusieurs sont demandés."
        vus.add(siret)
        if refus is not None:
            problemes.append(Precision(refus, ligne or nouveau.ligne, "siret"))
    return problemes
