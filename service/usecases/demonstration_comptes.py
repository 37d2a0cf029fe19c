"""The accounts of the demonstration: definitive passwords, so that programs can use them at once, and clés."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from service.domain.habilitation import Role
from service.domain.mot_de_passe import raisons_de_refus
from service.security.passwords import entropie_bits, mot_de_passe_provisoire
from service.usecases.administrer_cles import creer_cle
from service.usecases.administrer_habilitations import habiliter
from service.usecases.comptes import exiger_compte
from service.usecases.demonstration_messages import LOGICIEL
from service.usecases.dependencies import Dependencies
from service.usecases.ouvrir_comptes import HabilitationDemandee, NouveauCompte, creer_compte

DUREE = timedelta(days=180)
"""How long the definitive passwords live: the default of a convention."""


class CompteInvente(NamedTuple):
    """An invented person with an account."""

    courriel: str
    nom: str
    prenom: str
    role: Role
    provisoire: bool = False
    """The password is left provisional, as a person finds it at first."""


def ouvrir_comptes(
    dependencies: Dependencies, comptes: Mapping[str, Sequence[CompteInvente]]
) -> dict[str, list[dict[str, Any]]]:
    """Open the accounts of each ESAT, by SIRET; return them as ``demo.json`` tells them.

    An account given under two ESATs is one account with a right on each.
    """
    ouverts: dict[str, dict[str, Any]] = {}
    for siret, siens in comptes.items():
        for invente in siens:
            if invente.courriel in ouverts:
                habiliter(dependencies, invente.courriel, siret, invente.role, prevenir=False)
            else:
                ouverts[invente.courriel] = _ouvrir(dependencies, invente, siret)
    return {siret: [ouverts[invente.courriel] for invente in siens] for siret, siens in comptes.items()}


def _ouvrir(dependencies: Dependencies, invente: CompteInvente, siret: str) -> dict[str, Any]:
    droits = (HabilitationDemandee(siret, invente.role),)
    nouveau = NouveauCompte(invente.courriel, invente.nom, invente.prenom, droits)
    mot_de_passe = creer_compte(dependencies, nouveau, prevenir=False).mot_de_passe
    if not invente.provisoire:
        mot_de_passe = _definitif(dependencies, invente.courriel)
    cle = creer_cle(dependencies, invente.courriel, LOGICIEL.nom, prevenir=False)
    compte = {
        "courriel": invente.courriel,
        "role": invente.role.value,
        "mot_de_passe": mot_de_passe,
        "cle_integration": cle.secret,
    }
    return compte | {"provisoire": True} if invente.provisoire else compte


def bon_mot_de_passe(dependencies: Dependencies, courriel: str) -> str:
    """Return a random password that satisfies the policy for that user code."""
    nouveau = mot_de_passe_provisoire()
    while raisons_de_refus(nouveau, courriel, entropie_bits(nouveau), False, dependencies.politique):
        nouveau = mot_de_passe_provisoire()
    return nouveau


def _definitif(dependencies: Dependencies, courriel: str) -> str:
    """Give the account a definitive password; return it."""
    nouveau = bon_mot_de_passe(dependencies, courriel)
    hache, maintenant = dependencies.hacheur.hacher(nouveau), dependencies.horloge()
    with dependencies.unites.ecriture() as unite:
        compte = exiger_compte(unite, courriel)
        change = unite.comptes.changer_mot_de_passe(
            compte.id, compte.version, hache, provisoire=False, expire_le=maintenant + DUREE, maintenant=maintenant
        )
        assert change  # nobody else knows this database yet
        unite.commit()
    return nouveau
