"""An account as its owner sees it: who, for which ESATs, with which clés d'intégration."""

from collections.abc import Sequence
from typing import NamedTuple

from service.domain.campagne import jour_de_paris
from service.domain.habilitation import Acces, EtatCompte, Role, acces
from service.storage.cles import CleEnregistree
from service.usecases.administrer_esats import convention_de, exiger_esat
from service.usecases.comptes import cle_en_cours, exiger_compte
from service.usecases.dependencies import Dependencies


class MonDroit(NamedTuple):
    """A right of the account, and what it opens today."""

    siret: str
    raison_sociale: str
    role: Role
    acces: Acces


class FicheCompte(NamedTuple):
    """The account, its rights by SIRET, its clés in force."""

    courriel: str
    prenom: str
    nom: str
    droits: Sequence[MonDroit]
    cles: Sequence[CleEnregistree]


def consulter_compte(dependencies: Dependencies, courriel: str) -> FicheCompte:
    """Return an account of the extranet. Raises SaisieError when there is none."""
    jour = jour_de_paris(dependencies.horloge())
    with dependencies.unites.lecture() as unite:
        compte = exiger_compte(unite, courriel)
        droits = []
        for droit in unite.habilitations.de_compte(compte.id):
            esat = exiger_esat(unite, droit.siret)
            ouvre = acces(EtatCompte(compte.etat), droit.suspendue_le is not None, convention_de(esat).en_cours(jour))
            droits.append(MonDroit(esat.siret, esat.raison_sociale, Role(droit.role), ouvre))
        cles = [cle for cle in unite.cles.lister(compte.id) if cle_en_cours(cle, jour)]
    return FicheCompte(compte.courriel, compte.prenom, compte.nom, droits, cles)
