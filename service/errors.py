"""Every error this service can tell a caller, one sentence each.

::

    TeledeclarationError
    ├── MessageRefuseError            a SOAP message gets a fault; `code` is the `Erreur/code` of the contract
    │   ├── MessageIllisibleError     it is not a SOAP message that can be read
    │   ├── VersionSoapError          its envelope is of no SOAP version we speak
    │   ├── EnteteNonComprisError     it has a mandatory header that we do not know
    │   ├── OperationInconnueError    its payload is none of our operations, or not the one SOAPAction names
    │   ├── SchemaInvalideError       its payload is not valid against the schemas
    │   ├── SecuriteInvalideError     it has no usable WS-Security header
    │   ├── JetonNonSupporteError     its token or password is of a type we do not take
    │   ├── AuthentificationError     its sender is not authenticated (never says why)
    │   ├── MessageExpireError        its token or timestamp is outside the window
    │   ├── RejeuError                its nonce was already used
    │   ├── MotDePasseAChangerError   its sender's password is provisional or expired
    │   ├── MotDePasseRefuseError     the new password it proposes is against the policy
    │   ├── HabilitationError         its sender has no right on the SIRET
    │   ├── CampagneFermeeError       the campaign of the year it declares is not open
    │   ├── ConflitIdentifiantError   its identifier was used before with other content
    │   ├── IntrouvableError          the deposit it asks for is unknown to this ESAT
    │   ├── DebitDepasseError         its sender calls too often, or the service is at its limit
    │   └── IncidentError             something unforeseen happened, logged under an identifier
    ├── RequeteHttpError              an HTTP request that never becomes a SOAP message (405, 413, 415)
    ├── TropLongError                 a search was stopped: what it asks takes too long
    ├── SceauxContrairesError         the file of seals and the database tell different logs (exit code 1)
    ├── SaisieError                   a person's input to a command is refused; all problems told (exit code 1)
    ├── ConfigurationError            settings are wrong; all of them told at once (exit code 2)
    └── IndisponibleError             the database, the service or a lock cannot be had (exit code 3)

Messages are French and public: they never quote personal data, a password, a path or a library's own text.
"""

from collections.abc import Sequence
from typing import NamedTuple


class Precision(NamedTuple):
    """One point of a refusal: where it is, and what was expected and found there."""

    message: str
    ligne: int | None = None
    """Line of the XML message as received, 1-based."""
    champ: str | None = None
    """Path by element names, such as ``certificat[3]/salarie/nir``."""


class TeledeclarationError(Exception):
    """Root of everything that can be told to a caller: a stable `code`, a French `message`, its `precisions`."""

    code = "INCIDENT"
    message = "Le service a rencontré une erreur."

    def __init__(self, message: str | None = None, precisions: Sequence[Precision] = ()) -> None:
        if message is not None:
            self.message = message
        self.precisions = tuple(precisions)
        super().__init__(self.message)


class MessageRefuseError(TeledeclarationError):
    """A SOAP message is refused as a whole: nothing is recorded but its trace in the log."""


class MessageIllisibleError(MessageRefuseError):
    """The bytes are not a SOAP message that can be read."""

    code = "MESSAGE_ILLISIBLE"
    message = "Le message n'est pas une enveloppe SOAP lisible."


class VersionSoapError(MessageRefuseError):
    """The envelope's namespace is neither that of SOAP 1.1 nor that of SOAP 1.2."""

    code = "VERSION_SOAP"
    message = (
        "Version de SOAP inconnue : l'enveloppe doit être de l'espace de noms "
        "http://schemas.xmlsoap.org/soap/envelope/ (SOAP 1.1) ou http://www.w3.org/2003/05/soap-envelope (SOAP 1.2)."
    )


class EnteteNonComprisError(MessageRefuseError):
    """A header block marked mustUnderstand is not one we process; `entetes` are their names in Clark notation."""

    code = "ENTETE_NON_COMPRIS"
    message = "Un en-tête SOAP marqué mustUnderstand n'est pas compris : seul wsse:Security l'est."

    def __init__(self, entetes: Sequence[str] = ()) -> None:
        self.entetes = tuple(entetes)
        super().__init__()


class OperationInconnueError(MessageRefuseError):
    """The payload names no operation of the contract, or SOAPAction names another one."""

    code = "OPERATION_INCONNUE"
    message = "L'opération demandée n'existe pas dans ce service."


class SchemaInvalideError(MessageRefuseError):
    """The payload is not valid against the schemas; each error is a `Precision` with its line and path."""

    code = "SCHEMA_INVALIDE"
    message = "Le message n'est pas conforme au schéma."


class SecuriteInvalideError(MessageRefuseError):
    """The WS-Security header is missing or unusable."""

    code = "SECURITE_INVALIDE"
    message = "L'en-tête de sécurité wsse:Security est absent ou inutilisable."


class JetonNonSupporteError(MessageRefuseError):
    """The security token, or the type of its password, is not one we take."""

    code = "JETON_NON_SUPPORTE"
    message = (
        "Ce type de jeton n'est pas pris en charge : un UsernameToken (PasswordText ou PasswordDigest) est attendu."
    )


class AuthentificationError(MessageRefuseError):
    """The sender is not authenticated. The answer is the same whatever the reason."""

    code = "AUTHENTIFICATION"
    message = "Code utilisateur, mot de passe ou clé d'intégration non reconnu."


class MessageExpireError(MessageRefuseError):
    """Created or Timestamp is outside the accepted window."""

    code = "MESSAGE_EXPIRE"
    message = "La date du jeton de sécurité est hors de la fenêtre acceptée."


class RejeuError(MessageRefuseError):
    """This nonce was already presented by this user."""

    code = "REJEU"
    message = "Ce jeton de sécurité a déjà servi : chaque envoi doit porter un nonce nouveau."


class MotDePasseAChangerError(MessageRefuseError):
    """The password is provisional or expired: only ModifieMotDePasse is open to it."""

    code = "MOT_DE_PASSE_A_CHANGER"
    message = (
        "Le mot de passe est provisoire ou expiré : seule l'opération ModifieMotDePasse est ouverte "
        "tant qu'il n'a pas été changé."
    )


class MotDePasseRefuseError(MessageRefuseError):
    """The new password is against the policy; each reason is a `Precision`."""

    code = "MOT_DE_PASSE_REFUSE"
    message = "Le nouveau mot de passe ne respecte pas la politique des mots de passe."


class HabilitationError(MessageRefuseError):
    """The account has no right on this SIRET, or the convention does not run."""

    code = "HABILITATION"
    message = "Ce compte n'est pas habilité pour ce SIRET, ou la convention de l'établissement n'est pas en cours."


class CampagneFermeeError(MessageRefuseError):
    """The campaign of the declared year is not open at the time of reception."""

    code = "CAMPAGNE_FERMEE"
    message = "La campagne des certificats d'emploi de cette année n'est pas ouverte."


class ConflitIdentifiantError(MessageRefuseError):
    """The identifier of the message was used before for another content or operation."""

    code = "CONFLIT_IDENTIFIANT"
    message = (
        "Cet identifiantMessage a déjà servi pour un autre contenu : un message nouveau doit porter un UUID nouveau, "
        "un message répété doit l'être à l'identique."
    )


class IntrouvableError(MessageRefuseError):
    """No deposit of this ESAT bears this number or identifier."""

    code = "INTROUVABLE"
    message = "Aucun dépôt de cet établissement ne porte ce numéro ou cet identifiant."


class DebitDepasseError(MessageRefuseError):
    """Too many requests; `attente` is how many seconds to wait before the next one."""

    code = "DEBIT_DEPASSE"

    def __init__(self, attente: int = 1) -> None:
        self.attente = attente
        super().__init__(f"Trop de demandes : attendre {attente} s avant de réessayer.")


class IncidentError(MessageRefuseError):
    """Something unforeseen: the log has the details under `identifiant`."""

    code = "INCIDENT"

    def __init__(self, identifiant: str) -> None:
        self.identifiant = identifiant
        super().__init__(
            f"Incident technique {identifiant} : rien n'a été enregistré. Réessayer plus tard avec le même "
            "identifiantMessage ; si l'incident persiste, donner cet identifiant à l'assistance."
        )


class RequeteHttpError(TeledeclarationError):
    """An HTTP request that never becomes a SOAP message; `statut` is the HTTP status line to answer."""

    def __init__(self, statut: str, message: str) -> None:
        self.statut = statut
        self.code = f"HTTP_{statut[:3]}"
        super().__init__(message)


class TropLongError(TeledeclarationError):
    """A search was stopped after the time that it may take."""

    code = "TROP_LONG"
    message = "Cette recherche demande trop de temps : la préciser par une période ou un ESAT."


class SceauxContrairesError(TeledeclarationError):
    """The file of seals and the database tell different histories of the log: an operator has to say why."""

    code = "SCEAUX_CONTRAIRES"

    def __init__(self, raison: str) -> None:
        super().__init__(
            f"Le fichier des sceaux contredit la base : {raison}. Rien n'est scellé tant que la cause n'est pas "
            "connue : « journal verifier » montre où, « journal reprendre » repart de la base, avec un motif."
        )


class SaisieError(TeledeclarationError):
    """What a person typed or a file contains is refused, each problem as a `Precision`."""

    code = "SAISIE"
    message = "La saisie est refusée."


class ConfigurationError(TeledeclarationError):
    """Settings are missing or wrong, each as a `Precision` whose `champ` is the setting's name."""

    code = "CONFIGURATION"
    message = "La configuration est incorrecte."


class IndisponibleError(TeledeclarationError):
    """The database, another process's lock or the service cannot be had now."""

    code = "INDISPONIBLE"
    message = "Le service ou sa base de données n'est pas joignable."
