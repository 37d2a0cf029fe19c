"""Déclare des certificats d'emploi et des changements d'activité avec suds, puis relit, liste et annule.

Réglages (variables d'environnement) et sortie : ../README.md.
"""

import base64
import hashlib
import os
import secrets
import uuid
from pathlib import Path

import suds
from suds.client import Client
from suds.sax.date import DateTime
from suds.wsse import Security, UsernameToken

ENV = {nom.removeprefix("DECLARER_ESAT_"): v for nom, v in os.environ.items() if nom.startswith("DECLARER_ESAT_")}
SIRET = ENV["SIRET"]


class JetonCondense(UsernameToken):
    """A clé d'intégration travels as a digest, with a nonce and a date of its own at each call."""

    def __init__(self, compte, cle):
        super().__init__(compte, cle)
        self.cle = cle

    def xml(self):
        nonce = secrets.token_bytes(16)
        self.setnonce(base64.b64encode(nonce).decode())
        self.setcreated()
        condense = hashlib.sha1(nonce + str(DateTime(self.created)).encode() + self.cle.encode()).digest()  # noqa: S324
        self.setpassworddigest(base64.b64encode(condense).decode())
        return super().xml()


def connecter(secret):
    """The client and its port, with the credential that the settings name."""
    client = Client(ENV["URL"] + "?wsdl", cache=None)
    securite = Security()
    # A password travels as text, over TLS only.
    securite.tokens.append((JetonCondense if "CLE" in ENV else UsernameToken)(ENV["UTILISATEUR"], secret))
    client.set_options(wsse=securite)
    return client, client.service


def entete():
    """The header of a new message."""
    return {
        # To repeat a message after a lost answer, repeat its identifier too: the service gives the first receipt again.
        "identifiantMessage": str(uuid.uuid4()),
        "siret": SIRET,
        "logiciel": {"editeur": "Exemple", "nom": "suds", "version": suds.__version__},
        "essai": False,
    }


def champ(objet, nom):
    """suds leaves out the attributes of what was not in the answer."""
    return getattr(objet, nom, "-")


def montrer(titre, reponse):
    """Print what became of each line, and keep the signed receipt."""
    accuse = reponse.accuse
    print(
        f"{titre} : {accuse.numeroDepot} {accuse.statut}, {accuse.nombreAcceptees} acceptée(s) et "
        f"{accuse.nombreRejetees} rejetée(s) sur {accuse.nombreRecues}"
    )
    for ligne in accuse.resultat:
        dit = ", ".join(f"{anomalie.code} {champ(anomalie, 'champ')}" for anomalie in getattr(ligne, "anomalie", []))
        numero = champ(ligne, "numeroDeclaration")
        suite = f" [{dit}]" if dit else ""
        print(f"  ligne {ligne.rang} {champ(ligne, 'reference')} : {ligne.statut} {numero}{suite}")
    # The proof of deposit: these bytes, as they are.
    Path(f"accuse-{accuse.numeroDepot}.xml").write_bytes(base64.b64decode(reponse.accuseSigne))


def montrer_faute(titre, operation, **demande):
    """Why a message was refused: the fault's detail says it, field by field."""
    try:
        operation(**demande)
    except suds.WebFault as faute:
        erreur = faute.fault.detail.Erreur
        # Outside the WSDL's types suds gives one as an object, several as a list.
        precisions = getattr(erreur, "precision", [])
        champs = [
            champ(precision, "champ") for precision in (precisions if isinstance(precisions, list) else [precisions])
        ]
        print(f"{titre} : {erreur.code}" + (f" [{', '.join(champs)}]" if champs else ""))
    else:
        raise SystemExit(f"{titre} : attendue, elle n'est pas venue.")


secret = ENV.get("CLE") or ENV["MOT_DE_PASSE"]
_, port = connecter(secret)

service = port.ConsulteService()
annee = service.campagne.annee
print(
    f"Service : {service.environnement}, contrat {service.versionContrat}, "
    f"règles {service.versionRegles}, campagne {annee}"
)
catalogue = port.ListeAnomalies()
print(f"Catalogue : {len(catalogue.regle)} règles, version {catalogue.versionRegles}")

bruno = {"nir": "185058300100192", "nom": "Martin", "prenom": "Bruno", "dateNaissance": "1985-05-12"}
anais = {"nir": "290118300200256", "nom": "Lefèvre", "prenom": "Anaïs", "dateNaissance": "1990-11-03"}
chloe = {
    "numeroAllocataire": "1234567A",
    "organisme": "831",
    "nom": "Nguyen",
    "prenom": "Chloé",
    "dateNaissance": "1975-02-20",
}
certificats = port.DeclareCertificatEmploi(
    entete=entete(),
    annee=annee,
    certificat=[
        {
            "reference": "CERT-1",
            "salarie": bruno,
            "nombreMois": 12,
            "montantNet": "812.40",
            "montantAidePoste": "640.10",
        },
        # Refused with two anomalies: thirteen months, and one amount where two are expected.
        {"reference": "CERT-2", "salarie": anais, "nombreMois": 13, "montantNet": "798.15"},
    ],
)
montrer("Certificats", certificats)
augmentation = {"dateEffet": f"{annee}-10-01", "heuresAvant": "17.5", "heuresApres": "24"}
depart = {"dateEffet": f"{annee}-10-30", "motif": "RETRAITE"}
changements = port.DeclareChangementActivite(
    entete=entete(),
    changement=[
        {"reference": "CHGT-1", "salarie": anais, "augmentation": augmentation},
        {"reference": "CHGT-2", "salarie": chloe, "depart": depart},
    ],
)
montrer("Changements", changements)

depot = port.ConsulteDepot(siret=SIRET, numeroDepot=certificats.accuse.numeroDepot)
identique = "identique" if depot.accuseSigne == certificats.accuseSigne else "DIFFÉRENT"
etats = "".join(f", {etat.numeroDeclaration} {etat.statut}" for etat in depot.etat)
print(f"Dépôt relu : {depot.accuse.numeroDepot}, accusé signé {identique}{etats}")
depots = port.ListeDepots(siret=SIRET, depuis=f"{annee}-01-01", jusque=f"{annee + 1}-12-31")
print("Dépôts :", ", ".join(depot.numeroDepot for depot in depots.depot))
reste = port.ListeResteADeclarer(siret=SIRET, annee=annee)
noms = ", ".join(f"{salarie.prenom} {salarie.nom}" for salarie in reste.salarie)
print(f"Reste à déclarer : {noms} avant le {reste.dateLimite}")

lignes = [*certificats.accuse.resultat, *changements.accuse.resultat]
numeros = [ligne.numeroDeclaration for ligne in lignes if ligne.statut == "ACCEPTEE"]
motif = "Déclarations de démonstration"
montrer("Annulation", port.AnnuleDeclaration(entete=entete(), numeroDeclaration=numeros, motif=motif))

montrer_faute("Faute de schéma", port.ConsulteDepot, siret="123")
_, port_inconnu = connecter(secret + "?")
montrer_faute("Faute d'authentification", port_inconnu.ConsulteService)

if "NOUVEAU_MOT_DE_PASSE" in ENV:
    expiration = port.ModifieMotDePasse(ancienMotDePasse=secret, nouveauMotDePasse=ENV["NOUVEAU_MOT_DE_PASSE"])
    print(f"Mot de passe : changé, valable jusqu'au {expiration.isoformat()}")
