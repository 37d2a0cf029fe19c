"""The Caf's operators: three roles, each allowed what the one before is and more."""

from enum import StrEnum


class RoleOperateur(StrEnum):
    """What an operator is there for."""

    LECTURE = "LECTURE"
    GESTION = "GESTION"
    ADMINISTRATION = "ADMINISTRATION"

    @property
    def libelle(self) -> str:
        """French label."""
        return _ROLES[self]

    def peut(self, permission: "Permission") -> bool:
        """Whether the role opens that."""
        rangs = list(RoleOperateur)
        return rangs.index(self) >= rangs.index(_DES_ROLES[permission])


class Permission(StrEnum):
    """What a page of the console asks of an operator's role."""

    CONSULTER = "CONSULTER"
    EXPORTER = "EXPORTER"
    VERIFIER_ALERTES = "VERIFIER_ALERTES"
    LIRE_BRUT = "LIRE_BRUT"
    GERER_ESATS = "GERER_ESATS"
    RAPPELER = "RAPPELER"
    GERER_CAMPAGNES = "GERER_CAMPAGNES"
    TRANSMETTRE = "TRANSMETTRE"
    GERER_OPERATEURS = "GERER_OPERATEURS"

    @property
    def libelle(self) -> str:
        """French label."""
        return _PERMISSIONS[self]


_ROLES = {
    RoleOperateur.LECTURE: "lecture",
    RoleOperateur.GESTION: "gestion",
    RoleOperateur.ADMINISTRATION: "administration",
}
_PERMISSIONS = {
    Permission.CONSULTER: "consulter les dépôts, le journal et les campagnes",
    Permission.EXPORTER: "exporter le journal",
    Permission.VERIFIER_ALERTES: "marquer les alertes comme vues",
    Permission.LIRE_BRUT: "lire un message d'origine",
    Permission.GERER_ESATS: "gérer les conventions, les ESAT et les comptes",
    Permission.RAPPELER: "écrire aux référents",
    Permission.GERER_CAMPAGNES: "fixer les campagnes",
    Permission.TRANSMETTRE: "transmettre au système d'information",
    Permission.GERER_OPERATEURS: "gérer les opérateurs",
}
_DES_ROLES = {
    Permission.CONSULTER: RoleOperateur.LECTURE,
    Permission.EXPORTER: RoleOperateur.LECTURE,
    Permission.VERIFIER_ALERTES: RoleOperateur.GESTION,
    Permission.LIRE_BRUT: RoleOperateur.GESTION,
    Permission.GERER_ESATS: RoleOperateur.GESTION,
    Permission.RAPPELER: RoleOperateur.GESTION,
    Permission.GERER_CAMPAGNES: RoleOperateur.ADMINISTRATION,
    Permission.TRANSMETTRE: RoleOperateur.ADMINISTRATION,
    Permission.GERER_OPERATEURS: RoleOperateur.ADMINISTRATION,
}
