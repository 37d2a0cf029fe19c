"""Who has access to what: every account by every ESAT that it may act for, operators included; what opens, what not.

The look itself is an entry of the log.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from service.domain.actes import Acte
from service.domain.campagne import jour_de_paris
from service.domain.habilitation import Acces, EtatCompte, Role, acces
from service.domain.operateurs import RoleOperateur
from service.storage.comptes import CompteEnregistre
from service.storage.esats import EsatEnregistre
from service.storage.habilitations import HabilitationEnregistree
from service.storage.unit_of_work import UnitOfWork
from service.usecases.administrer_esats import convention_de, exiger_esat
from service.usecases.comptes import cle_en_cours
from service.usecases.consigner import AU_CLAVIER, Auteur, consigner
from service.usecases.dependencies import Dependencies
from service.usecases.lister_comptes import EtatMotDePasse, etat_du_mot_de_passe


class EspaceAudite(StrEnum):
    """Which part of the service an account is of."""

    EXTRANET = "EXTRANET"
    CONSOLE = "CONSOLE"

    @property
    def libelle(self) -> str:
        """French label."""
        return {"EXTRANET": "extranet et SOAP", "CONSOLE": "console"}[self.value]


class LigneAudit(NamedTuple):
    """One account for one ESAT; of an operator, or of an account without a right, no ESAT."""

    espace: EspaceAudite
    courriel: str
    nom: str
    prenom: str
    role: Role | RoleOperateur | None
    siret: str | None
    esat: str | None
    convention: str | None
    fin_convention: date | None
    acces: Acces
    depuis: datetime | None
    """Of the right; of an operator, of the account."""
    mot_de_passe: EtatMotDePasse
    expire_le: datetime | None
    derniere_connexion: datetime | None
    cles: int
    """Clés d'intégration in force that open this ESAT."""
    dernier_usage_cle: datetime | None
    """Of those."""


def auditer(
    dependencies: Dependencies, siret: str | None = None, *, ouverts: bool = False, auteur: Auteur = AU_CLAVIER
) -> list[LigneAudit]:
    """Return the accesses by ESAT then account, those of one ESAT, or those that open something only, when asked.

    Raises SaisieError when no ESAT has that SIRET.
    """
    with dependencies.unites.ecriture() as unite:
        seul = None if siret is None else exiger_esat(unite, siret)
        lignes = list(_des_esats(dependencies, unite, seul))
        if seul is None:
            lignes += [*_sans_droit(dependencies, unite), *_operateurs(dependencies, unite)]
        consigner(unite, auteur, Acte.AUDIT, dependencies.horloge(), siret=None if seul is None else seul.siret)
        unite.commit()
    return [ligne for ligne in lignes if not ouverts or ligne.acces is Acces.OUVERT]


def _des_esats(dependencies: Dependencies, unite: UnitOfWork, seul: EsatEnregistre | None) -> Iterator[LigneAudit]:
    comptes = {compte.courriel: compte for compte in unite.comptes.lister()}
    for esat in unite.esats.lister() if seul is None else [seul]:
        for droit in unite.habilitations.d_esat(esat.id):
            yield _ligne(dependencies, unite, esat, comptes, droit)


def _ligne(
    dependencies: Dependencies,
    unite: UnitOfWork,
    esat: EsatEnregistre,
    comptes: Mapping[str, CompteEnregistre],
    droit: HabilitationEnregistree,
) -> LigneAudit:
    maintenant = dependencies.horloge()
    jour, compte, convention = jour_de_paris(maintenant), comptes[droit.courriel], convention_de(esat)
    cles = [cle for cle in unite.cles.lister(compte.id) if cle.esat_id in (None, esat.id) and cle_en_cours(cle, jour)]
    usages = [cle.derniere_utilisation for cle in cles if cle.derniere_utilisation is not None]
    return LigneAudit(
        EspaceAudite.EXTRANET,
        *_identite(compte),
        Role(droit.role),
        esat.siret,
        esat.raison_sociale,
        convention.numero,
        convention.fin_le,
        acces(EtatCompte(compte.etat), droit.suspendue_le is not None, convention.en_cours(jour)),
        droit.depuis,
        etat_du_mot_de_passe(compte.provisoire, compte.expire_le, maintenant),
        compte.expire_le,
        compte.derniere_connexion,
        len(cles),
        max(usages, default=None),
    )


def _sans_droit(dependencies: Dependencies, unite: UnitOfWork) -> Iterator[LigneAudit]:
    """Accounts that no ESAT is left to: retired ones, and others that somebody should look at."""
    maintenant = dependencies.horloge()
    for compte in unite.comptes.lister():
        if not unite.habilitations.de_compte(compte.id):
            etat = EtatCompte(compte.etat)
            ouvre = Acces.AUCUN_DROIT if etat is EtatCompte.ACTIF else acces(etat, False, False)
            mot_de_passe = etat_du_mot_de_passe(compte.provisoire, compte.expire_le, maintenant)
            yield LigneAudit(
                EspaceAudite.EXTRANET,
                *_identite(compte),
                *(None,) * 5,
                ouvre,
                None,
                mot_de_passe,
                compte.expire_le,
                compte.derniere_connexion,
                0,
                None,
            )


def _operateurs(dependencies: Dependencies, unite: UnitOfWork) -> Iterator[LigneAudit]:
    maintenant = dependencies.horloge()
    for operateur in unite.operateurs.lister():
        yield LigneAudit(
            EspaceAudite.CONSOLE,
            operateur.courriel,
            operateur.nom,
            operateur.prenom,
            RoleOperateur(operateur.role),
            *(None,) * 4,
            acces(EtatCompte(operateur.etat), False, True),
            operateur.cree_le,
            etat_du_mot_de_passe(operateur.provisoire, operateur.expire_le, maintenant),
            operateur.expire_le,
            operateur.derniere_connexion,
            0,
            None,
        )


def _identite(compte: CompteEnregistre) -> tuple[str, str, str]:
    return compte.courriel, compte.nom, compte.prenom
