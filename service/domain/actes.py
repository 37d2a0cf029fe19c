"""What people and the service itself do, as the log tells it: one entry an act, beside the entries of messages.

The log keeps who, what, when, from where and, where the law or the house asks for one, why (loi du 6 janvier 1978,
art. 34; CNIL on logging). Personal data of employees is never part of an entry.
"""

from enum import StrEnum


class Canal(StrEnum):
    """The way an entry of the log came."""

    SOAP = "SOAP"
    EXTRANET = "EXTRANET"
    CONSOLE = "CONSOLE"
    COMMANDE = "COMMANDE"

    @property
    def libelle(self) -> str:
        """French label."""
        return _CANAUX[self]


_CANAUX = {
    Canal.SOAP: "service SOAP",
    Canal.EXTRANET: "extranet",
    Canal.CONSOLE: "console",
    Canal.COMMANDE: "ligne de commande",
}


class Acte(StrEnum):
    """An act that is logged."""

    CONNEXION = "CONNEXION"
    CONNEXION_REFUSEE = "CONNEXION_REFUSEE"
    DECONNEXION = "DECONNEXION"
    MOT_DE_PASSE_CHANGE = "MOT_DE_PASSE_CHANGE"
    MOT_DE_PASSE_OUBLIE = "MOT_DE_PASSE_OUBLIE"
    MOT_DE_PASSE_ATTRIBUE = "MOT_DE_PASSE_ATTRIBUE"
    BLOCAGE_LEVE = "BLOCAGE_LEVE"
    ACCES_REFUSE = "ACCES_REFUSE"
    AUDIT = "AUDIT"
    COMPTE_CREE = "COMPTE_CREE"
    COMPTE_SUSPENDU = "COMPTE_SUSPENDU"
    COMPTE_REACTIVE = "COMPTE_REACTIVE"
    COMPTE_RETIRE = "COMPTE_RETIRE"
    HABILITATION_DONNEE = "HABILITATION_DONNEE"
    HABILITATION_RETIREE = "HABILITATION_RETIREE"
    HABILITATION_SUSPENDUE = "HABILITATION_SUSPENDUE"
    HABILITATION_RETABLIE = "HABILITATION_RETABLIE"
    REFERENT_CHANGE = "REFERENT_CHANGE"
    CLE_CREEE = "CLE_CREEE"
    CLE_REVOQUEE = "CLE_REVOQUEE"
    CONVENTION_CREEE = "CONVENTION_CREEE"
    CONVENTION_TERMINEE = "CONVENTION_TERMINEE"
    ESAT_CREE = "ESAT_CREE"
    OPERATEUR_CREE = "OPERATEUR_CREE"
    OPERATEUR_CHANGE = "OPERATEUR_CHANGE"
    SECOND_FACTEUR_POSE = "SECOND_FACTEUR_POSE"
    PERSONNE_CHERCHEE = "PERSONNE_CHERCHEE"
    SALARIES_CONSULTES = "SALARIES_CONSULTES"
    DEPOT_CONSULTE = "DEPOT_CONSULTE"
    BRUT_CONSULTE = "BRUT_CONSULTE"
    JOURNAL_EXPORTE = "JOURNAL_EXPORTE"
    ALERTE_VUE = "ALERTE_VUE"
    RAPPEL_ENVOYE = "RAPPEL_ENVOYE"
    COURRIEL_RELANCE = "COURRIEL_RELANCE"
    COURRIEL_ABANDONNE = "COURRIEL_ABANDONNE"
    CAMPAGNE_FIXEE = "CAMPAGNE_FIXEE"
    TRANSMISSION = "TRANSMISSION"
    INTEGRATION = "INTEGRATION"
    PURGE = "PURGE"
    SCEAUX_REPRIS = "SCEAUX_REPRIS"

    @property
    def libelle(self) -> str:
        """French label."""
        return _ACTES[self]


_ACTES = {
    Acte.CONNEXION: "connexion",
    Acte.CONNEXION_REFUSEE: "connexion refusée",
    Acte.DECONNEXION: "déconnexion",
    Acte.MOT_DE_PASSE_CHANGE: "mot de passe changé",
    Acte.MOT_DE_PASSE_OUBLIE: "mot de passe provisoire demandé",
    Acte.MOT_DE_PASSE_ATTRIBUE: "mot de passe provisoire attribué",
    Acte.BLOCAGE_LEVE: "blocage levé",
    Acte.ACCES_REFUSE: "accès refusé",
    Acte.AUDIT: "audit des accès",
    Acte.COMPTE_CREE: "compte ouvert",
    Acte.COMPTE_SUSPENDU: "compte suspendu",
    Acte.COMPTE_REACTIVE: "compte réactivé",
    Acte.COMPTE_RETIRE: "compte retiré",
    Acte.HABILITATION_DONNEE: "habilitation donnée",
    Acte.HABILITATION_RETIREE: "habilitation retirée",
    Acte.HABILITATION_SUSPENDUE: "habilitation suspendue",
    Acte.HABILITATION_RETABLIE: "habilitation rétablie",
    Acte.REFERENT_CHANGE: "changement de référent",
    Acte.CLE_CREEE: "clé d'intégration créée",
    Acte.CLE_REVOQUEE: "clé d'intégration révoquée",
    Acte.CONVENTION_CREEE: "convention créée",
    Acte.CONVENTION_TERMINEE: "convention terminée",
    Acte.ESAT_CREE: "ESAT créé",
    Acte.OPERATEUR_CREE: "opérateur créé",
    Acte.OPERATEUR_CHANGE: "opérateur modifié",
    Acte.SECOND_FACTEUR_POSE: "second facteur enregistré",
    Acte.PERSONNE_CHERCHEE: "recherche d'une personne",
    Acte.SALARIES_CONSULTES: "liste de salariés consultée",
    Acte.DEPOT_CONSULTE: "dépôt consulté",
    Acte.BRUT_CONSULTE: "message d'origine consulté",
    Acte.JOURNAL_EXPORTE: "journal exporté",
    Acte.ALERTE_VUE: "alerte marquée vue",
    Acte.RAPPEL_ENVOYE: "rappel envoyé",
    Acte.COURRIEL_RELANCE: "courriel relancé",
    Acte.COURRIEL_ABANDONNE: "courriel abandonné",
    Acte.CAMPAGNE_FIXEE: "campagne fixée",
    Acte.TRANSMISSION: "transmission au système d'information",
    Acte.INTEGRATION: "retour du système d'information",
    Acte.PURGE: "purge",
    Acte.SCEAUX_REPRIS: "fichier des sceaux repris",
}
