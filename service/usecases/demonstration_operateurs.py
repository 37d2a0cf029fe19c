"""The operators of the demonstration: one of each role, password and second factor set, so that programs can log in."""

from typing import Any

from service.domain.operateurs import RoleOperateur
from service.security.second_facteur import nouveau_secret
from service.usecases.administrer_operateurs import creer_operateur, exiger_operateur
from service.usecases.connecter_operateur import CONTEXTE_TOTP, DUREE
from service.usecases.demonstration_comptes import bon_mot_de_passe
from service.usecases.dependencies import Dependencies

OPERATEURS = (
    ("nadia.roux@caf.example", "Roux", "Nadia", RoleOperateur.LECTURE),
    ("marc.teissier@caf.example", "Teissier", "Marc", RoleOperateur.GESTION),
    ("anne.delmas@caf.example", "Delmas", "Anne", RoleOperateur.ADMINISTRATION),
)


def ouvrir_operateurs(dependencies: Dependencies) -> list[dict[str, Any]]:
    """Open the accounts; return them as ``demo.json`` tells them, `totp` being the Base32 secret."""
    return [_ouvrir(dependencies, *operateur) for operateur in OPERATEURS]


def _ouvrir(dependencies: Dependencies, courriel: str, nom: str, prenom: str, role: RoleOperateur) -> dict[str, Any]:
    creer_operateur(dependencies, courriel, nom, prenom, role)
    mot_de_passe, totp = bon_mot_de_passe(dependencies, courriel), nouveau_secret()
    hache, maintenant = dependencies.hacheur.hacher(mot_de_passe), dependencies.horloge()
    with dependencies.unites.ecriture() as unite:
        un = exiger_operateur(unite, courriel)
        change = unite.operateurs.changer_mot_de_passe(
            un.id, un.version, hache, provisoire=False, expire_le=maintenant + DUREE, maintenant=maintenant
        )
        assert change  # nobody else knows this database yet
        unite.operateurs.poser_totp(un.id, dependencies.coffre.chiffrer(totp.encode(), CONTEXTE_TOTP), None)
        unite.commit()
    return {"courriel": courriel, "role": role.value, "mot_de_passe": mot_de_passe, "totp": totp}
