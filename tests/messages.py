"""Messages as payroll software writes them, in plain text so that a test can also write them wrongly."""

import base64
import hashlib
import itertools
import uuid
from datetime import UTC, datetime
from xml.sax.saxutils import escape

NS = "urn:caf:teleprocedure-esat:v1"
SOAP_11 = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP_12 = "http://www.w3.org/2003/05/soap-envelope"
_OASIS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-"
NS_WSSE = _OASIS + "wssecurity-secext-1.0.xsd"
NS_WSU = _OASIS + "wssecurity-utility-1.0.xsd"
PASSWORD_TEXT = _OASIS + "username-token-profile-1.0#PasswordText"
PASSWORD_DIGEST = _OASIS + "username-token-profile-1.0#PasswordDigest"

SIRET = "12345678200010"
AUTRE_SIRET = "98765432100017"
ANNEE = 2026


def enveloppe(charge: str, entetes: str = "", soap: str = SOAP_11) -> bytes:
    """An envelope around a payload; `entetes` are the children of Header."""
    header = f"<s:Header>{entetes}</s:Header>" if entetes else ""
    return f'<s:Envelope xmlns:s="{soap}">{header}<s:Body>{charge}</s:Body></s:Envelope>'.encode()


def securite(contenu: str, attributs: str = "") -> str:
    """A Security header around its children."""
    return f'<wsse:Security xmlns:wsse="{NS_WSSE}" xmlns:wsu="{NS_WSU}"{attributs}>{contenu}</wsse:Security>'


def jeton(*enfants: str) -> str:
    """A UsernameToken."""
    return f"<wsse:UsernameToken>{''.join(enfants)}</wsse:UsernameToken>"


def utilisateur(code: str) -> str:
    """The Username of a token."""
    return f"<wsse:Username>{escape(code)}</wsse:Username>"


def mot_de_passe(texte: str, type_: str = PASSWORD_TEXT) -> str:
    """The Password of a token."""
    return f'<wsse:Password Type="{type_}">{escape(texte)}</wsse:Password>'


def nonce(octets: bytes) -> str:
    """The Nonce of a token."""
    return f"<wsse:Nonce>{base64.b64encode(octets).decode()}</wsse:Nonce>"


def created(texte: str) -> str:
    """The Created of a token."""
    return f"<wsu:Created>{texte}</wsu:Created>"


def en_clair(code: str, secret: str) -> str:
    """A Security header with a PasswordText."""
    return securite(jeton(utilisateur(code), mot_de_passe(secret)))


def condense(octets: bytes, date: str, secret: str) -> str:
    """The digest of UsernameToken Profile 1.1.1, 3.1, in Base64."""
    return base64.b64encode(hashlib.sha1(octets + date.encode() + secret.encode()).digest()).decode()


def en_condense(code: str, secret: str, instant: datetime, octets: bytes | None = None) -> str:
    """A Security header with a PasswordDigest, its nonce a new one unless given."""
    octets = uuid.uuid4().bytes if octets is None else octets
    date = f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return securite(
        jeton(
            utilisateur(code),
            mot_de_passe(condense(octets, date, secret), PASSWORD_DIGEST),
            nonce(octets),
            created(date),
        )
    )


def cle_du_nir(nir13: str) -> str:
    """A NIR with its key: 97 − (number mod 97), 2A and 2B counting as 19 and 18."""
    nombre = int(nir13.replace("2A", "19", 1).replace("2B", "18", 1))
    return f"{nir13}{97 - nombre % 97:02d}"


_rangs = itertools.count(1)


def nouveau_nir() -> str:
    """A valid NIR of somebody born in May 1985, another one at each call."""
    return cle_du_nir(f"18505{next(_rangs):08d}")


def salarie(nir: str | None = None, numero: str | None = None, organisme: str | None = None, **autres: str) -> str:
    """An employee; a new NIR where neither NIR nor numéro is given."""
    if nir is None and numero is None:
        nir = nouveau_nir()
    champs = {"nir": nir, "numeroAllocataire": numero, "organisme": organisme, "nom": "Lefèvre"}
    champs |= {"nomUsage": None, "prenom": "Camille", "dateNaissance": "1985-05-14"} | autres
    return "<salarie>" + elements(champs) + "</salarie>"


def elements(champs: dict[str, str | None]) -> str:
    """Elements in order, without those that are None."""
    return "".join(f"<{nom}>{escape(valeur)}</{nom}>" for nom, valeur in champs.items() if valeur is not None)


def certificat(personne: str | None = None, remplace: str | None = None, reference: str | None = None, **autres) -> str:
    """A certificate without anomaly, save those that its employee or `autres` bring."""
    montants = {
        "nombreMois": "12",
        "montantNet": "812.40",
        "montantAidePoste": "640.10",
        "pourcentageSalaireDirect": None,
    } | autres
    fin = elements(montants | {"remplace": remplace})
    return f"<certificat>{elements({'reference': reference})}{personne or salarie()}{fin}</certificat>"


def changement(personne: str | None = None, detail: str | None = None, remplace: str | None = None) -> str:
    """A change, an augmentation by default."""
    return (
        f"<changement>{personne or salarie()}{detail or augmentation()}{elements({'remplace': remplace})}</changement>"
    )


def augmentation(date_effet: str = "2026-11-02", avant: str = "17.5", apres: str = "35") -> str:
    """More weekly hours."""
    heures = elements({"heuresAvant": avant, "heuresApres": apres})
    return f"<augmentation>{elements({'dateEffet': date_effet})}{heures}</augmentation>"


def reduction(date_effet: str = "2026-11-02", avant: str = "35", apres: str = "17.5") -> str:
    """Less weekly hours."""
    heures = elements({"heuresAvant": avant, "heuresApres": apres})
    return f"<reduction>{elements({'dateEffet': date_effet})}{heures}</reduction>"


def depart(date_effet: str, motif: str = "RETRAITE") -> str:
    """The end of an employment."""
    return f"<depart>{elements({'dateEffet': date_effet, 'motif': motif})}</depart>"


def entete(identifiant: str | None = None, siret: str = SIRET, essai: bool | str = False) -> str:
    """The header of a deposit, its identifier a new one unless given."""
    texte = essai if isinstance(essai, str) else str(essai).lower()
    return (
        f"<entete><identifiantMessage>{identifiant or uuid.uuid4()}</identifiantMessage><siret>{siret}</siret>"
        "<logiciel><editeur>Éditions Mimosa</editeur><nom>Mimosa Paie</nom><version>12.3</version></logiciel>"
        f"<essai>{texte}</essai></entete>"
    )


def operation(nom: str, contenu: str = "") -> str:
    """The payload of an operation."""
    return f'<{nom} xmlns="{NS}">{contenu}</{nom}>'


def declare_certificats(*lignes: str, annee: int | str = ANNEE, **options) -> str:
    """DeclareCertificatEmploi; options are those of `entete`."""
    corps = "".join(lignes or (certificat(),))
    return operation("DeclareCertificatEmploi", f"{entete(**options)}<annee>{annee}</annee>{corps}")


def declare_changements(*lignes: str, **options) -> str:
    """DeclareChangementActivite."""
    return operation("DeclareChangementActivite", entete(**options) + "".join(lignes or (changement(),)))


def annule(*numeros: str, motif: str = "Mauvaise année", **options) -> str:
    """AnnuleDeclaration."""
    corps = "".join(f"<numeroDeclaration>{escape(numero)}</numeroDeclaration>" for numero in numeros)
    return operation("AnnuleDeclaration", f"{entete(**options)}{corps}<motif>{escape(motif)}</motif>")


def consulte_depot(numero: str | None = None, identifiant: str | None = None, siret: str = SIRET) -> str:
    """ConsulteDepot."""
    champs = {"siret": siret, "numeroDepot": numero, "identifiantMessage": identifiant}
    return operation("ConsulteDepot", elements(champs))


def liste_depots(
    depuis: str = "2026-01-01", jusque: str = "2026-12-31", curseur=None, limite=None, siret: str = SIRET
) -> str:
    """ListeDepots."""
    champs = {"siret": siret, "depuis": depuis, "jusque": jusque, "curseur": curseur}
    return operation("ListeDepots", elements(champs | {"limite": None if limite is None else str(limite)}))


def reste_a_declarer(annee: int | str = ANNEE, siret: str = SIRET) -> str:
    """ListeResteADeclarer."""
    return operation("ListeResteADeclarer", elements({"siret": siret, "annee": str(annee)}))


def modifie_mot_de_passe(ancien: str, nouveau: str) -> str:
    """ModifieMotDePasse."""
    return operation("ModifieMotDePasse", elements({"ancienMotDePasse": ancien, "nouveauMotDePasse": nouveau}))
