"""What an ESAT declares, and what it is answered, as plain records.

Named tuples rather than classes: a payroll run brings a thousand lines a message, and a tuple is the cheapest record
Python makes. Names are those of the contract (`schemas/`), in Python's spelling. Amounts are euros, shares are percents
of the SMIC, hours are weekly hours, all `Decimal`; dates are calendar dates in France.

A `Salarie` is personal data: its `repr` tells nothing, so that no traceback or log line can either.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple


class Operation(StrEnum):
    """The nine operations of the contract; the value is the name of the request element."""

    DECLARE_CERTIFICAT_EMPLOI = "DeclareCertificatEmploi"
    DECLARE_CHANGEMENT_ACTIVITE = "DeclareChangementActivite"
    ANNULE_DECLARATION = "AnnuleDeclaration"
    CONSULTE_DEPOT = "ConsulteDepot"
    LISTE_DEPOTS = "ListeDepots"
    LISTE_RESTE_A_DECLARER = "ListeResteADeclarer"
    LISTE_ANOMALIES = "ListeAnomalies"
    CONSULTE_SERVICE = "ConsulteService"
    MODIFIE_MOT_DE_PASSE = "ModifieMotDePasse"

    @property
    def depot(self) -> bool:
        """Whether the operation makes a deposit, answered by a receipt."""
        return self in _DEPOTS

    @property
    def libelle(self) -> str:
        """French label, for pages and tables."""
        return _LIBELLES_DES_OPERATIONS[self]


_DEPOTS = frozenset(
    {Operation.DECLARE_CERTIFICAT_EMPLOI, Operation.DECLARE_CHANGEMENT_ACTIVITE, Operation.ANNULE_DECLARATION}
)

_LIBELLES_DES_OPERATIONS = {
    Operation.DECLARE_CERTIFICAT_EMPLOI: "Déclaration de certificats d'emploi",
    Operation.DECLARE_CHANGEMENT_ACTIVITE: "Déclaration de changements d'activité",
    Operation.ANNULE_DECLARATION: "Annulation de déclarations",
    Operation.CONSULTE_DEPOT: "Consultation d'un dépôt",
    Operation.LISTE_DEPOTS: "Liste des dépôts",
    Operation.LISTE_RESTE_A_DECLARER: "Liste des salariés restant à déclarer",
    Operation.LISTE_ANOMALIES: "Catalogue des anomalies",
    Operation.CONSULTE_SERVICE: "État du service",
    Operation.MODIFIE_MOT_DE_PASSE: "Changement de mot de passe",
}


class Nature(StrEnum):
    """What changes in an employee's activity."""

    AUGMENTATION = "AUGMENTATION"
    REDUCTION = "REDUCTION"
    DEPART = "DEPART"

    @property
    def element(self) -> str:
        """Name of the contract's element that carries it."""
        return _ELEMENTS_DES_NATURES[self]

    @property
    def libelle(self) -> str:
        """French label."""
        return _LIBELLES_DES_NATURES[self]


_ELEMENTS_DES_NATURES = {
    Nature.AUGMENTATION: "augmentation",
    Nature.REDUCTION: "reduction",
    Nature.DEPART: "depart",
}

_LIBELLES_DES_NATURES = {
    Nature.AUGMENTATION: "Augmentation du temps de travail",
    Nature.REDUCTION: "Réduction du temps de travail",
    Nature.DEPART: "Départ",
}


MOTIFS_DE_DEPART: Mapping[str, str] = MappingProxyType(
    {
        "DEMISSION": "Démission",
        "LICENCIEMENT": "Licenciement",
        "FIN_DE_CONTRAT": "Fin de contrat",
        "RETRAITE": "Retraite",
        "MILIEU_ORDINAIRE": "Entrée en milieu ordinaire",
        "AUTRE_ESAT": "Départ pour un autre ESAT",
        "DECES": "Décès",
        "AUTRE": "Autre motif",
    }
)
"""The contract's reasons of a départ, with their French labels."""


class Gravite(StrEnum):
    """Weight of an anomaly: only REJET stops the line; an ALERTE is marked for an operator's eye; an INFO informs."""

    REJET = "REJET"
    ALERTE = "ALERTE"
    INFO = "INFO"

    @property
    def libelle(self) -> str:
        """French label."""
        return _LIBELLES_DES_GRAVITES[self]


_LIBELLES_DES_GRAVITES = {Gravite.REJET: "Rejet", Gravite.ALERTE: "Alerte", Gravite.INFO: "Information"}


class StatutLigne(StrEnum):
    """What became of one line of a deposit."""

    ACCEPTEE = "ACCEPTEE"
    REJETEE = "REJETEE"

    @property
    def libelle(self) -> str:
        """French label."""
        return "Acceptée" if self is StatutLigne.ACCEPTEE else "Rejetée"


class StatutDepot(StrEnum):
    """What became of a deposit as a whole: all, some or none of its lines accepted."""

    ACCEPTE = "ACCEPTE"
    ACCEPTE_PARTIELLEMENT = "ACCEPTE_PARTIELLEMENT"
    REJETE = "REJETE"

    @property
    def libelle(self) -> str:
        """French label."""
        return _LIBELLES_DES_DEPOTS[self]


_LIBELLES_DES_DEPOTS = {
    StatutDepot.ACCEPTE: "Accepté",
    StatutDepot.ACCEPTE_PARTIELLEMENT: "Accepté partiellement",
    StatutDepot.REJETE: "Rejeté",
}


class Logiciel(NamedTuple):
    """The payroll software that made the message."""

    editeur: str
    nom: str
    version: str


class Entete(NamedTuple):
    """Header of a deposit."""

    identifiant_message: str
    """UUID chosen by the sender, in lower case: the idempotency key."""
    siret: str
    logiciel: Logiciel
    essai: bool
    """A dry run: all controls, a receipt marked ESSAI, nothing passed on."""


class Salarie(NamedTuple):
    """An employee, known by NIR, by numéro allocataire, or by both."""

    nir: str | None
    numero_allocataire: str | None
    organisme: str | None
    """Three digits of the Caf that gave the numéro; None means the one of the ESAT's convention."""
    nom: str
    """Birth name."""
    nom_usage: str | None
    prenom: str
    date_naissance: date

    def __repr__(self) -> str:
        """Nothing personal: records end up in tracebacks."""
        return "Salarie(…)"


class Certificat(NamedTuple):
    """One line of the annual volet: the rémunération garantie due for November."""

    reference: str | None
    """The sender's own key of the line."""
    salarie: Salarie
    nombre_mois: int
    """Months of rémunération garantie over the year."""
    montant_net: Decimal | None
    montant_aide_poste: Decimal | None
    pourcentage_salaire_direct: Decimal | None
    remplace: str | None
    """numeroDeclaration of the certificate that this one replaces."""


class Changement(NamedTuple):
    """One line of the volet open all year."""

    reference: str | None
    salarie: Salarie
    nature: Nature
    date_effet: date
    """First day of the new hours; last day of work for a départ."""
    heures_avant: Decimal | None
    heures_apres: Decimal | None
    motif: str | None
    """Reason of a départ, one of the contract's values."""
    remplace: str | None


class Anomalie(NamedTuple):
    """One rule that a line breaks; `code` is a key of the catalogue (`regles.REGLES`)."""

    code: str
    gravite: Gravite
    champ: str | None
    """Path within the line, such as ``salarie/nir``; None where the whole line is meant."""
    message: str


class Resultat(NamedTuple):
    """The answer to one line."""

    rang: int
    """1-based place of the line in the message."""
    reference: str | None
    statut: StatutLigne
    numero_declaration: str | None
    """None when rejected."""
    anomalies: tuple[Anomalie, ...]
