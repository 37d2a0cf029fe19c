"""Déclare des certificats d'emploi et des changements d'activité avec zeep, puis relit, liste et annule.

Réglages (variables d'environnement) et sortie : ../README.md. Le client complet, installable, est dans ../python.
"""

import os
import uuid
from pathlib import Path

import zeep
from zeep.wsse.username import UsernameToken

ENV = {nom.removeprefix("DECLARER_ESAT_"): v for nom, v in os.environ.items() if nom.startswith("DECLARER_ESAT_")}
SIRET = ENV["SIRET"]


def connecter(secret):
    """The client and its port, with the credential that the settings name."""
    # A clé d'intégration travels as a digest; a password as text, over TLS only. Nonce and date are new at each call.
    jeton = UsernameToken(ENV["UTILISATEUR"], secret, use_digest="CLE" in ENV)
    variante = ENV.get("WSDL", "")
    client = zeep.Client(f"{ENV['URL']}?wsdl={variante}".rstrip("="), wsse=jeton)
    port = client.bind("TeledeclarationEsatService", "Soap12" if variante == "soap12" else "Soap11")
    return client, port


def entete():
    """The header of a new message."""
    return {
        # To repeat a message after a lost answer, repeat its identifier too: the service gives the first receipt again.
        "identifiantMessage": str(uuid.uuid4()),
        "siret": SIRET,
        "logiciel": {"editeur": "Exemple", "nom": "zeep", "version": zeep.__version__},
        "essai": False,
    }


def montrer(titre, reponse):
    """Print what became of each line, and keep the signed receipt."""
    accuse = reponse.accuse
    print(
        f"{titre} : {accuse.numeroDepot} {accuse.statut}, {accuse.nombreAcceptees} acceptée(s) et "
        f"{accuse.nombreRejetees} rejetée(s) sur {accuse.nombreRecues}"
    )
    for ligne in accuse.resultat:
        dit = ", ".join(f"{anomalie.code} {anomalie.champ or '-'}" for anomalie in ligne.anomalie)
        numero = ligne.numeroDeclaration or "-"
        suite = f" [{dit}]" if dit else ""
        print(f"  ligne {ligne.rang} {ligne.reference or '-'} : {ligne.statut} {numero}{suite}")
    # The proof of deposit: these bytes, as they are.
    Path(f"accuse-{accuse.numeroDepot}.xml").write_bytes(reponse.accuseSigne)


def montrer_faute(titre, client, operation, **demande):
    """Why a message was refused: the fault's detail says it, field by field."""
    try:
        operation(**demande)
    except zeep.exceptions.Fault as faute:
        erreur = client.wsdl.types.deserialize(faute.detail[0])
        champs = ", ".join(precision.champ or "-" for precision in erreur.precision)
        print(f"{titre} : {erreur.code}" + (f" [{champs}]" if champs else ""))
    else:
        raise SystemExit(f"{titre} : attendue, elle n'est pas venue.")


secret = ENV.get("CLE") or ENV["MOT_DE_PASSE"]
client, port = connecter(secret)

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

montrer_faute("Faute de schéma", client, port.ConsulteDepot, siret="123")
inconnu, port_inconnu = connecter(secret + "?")
montrer_faute("Faute d'authentification", inconnu, port_inconnu.ConsulteService)

if "NOUVEAU_MOT_DE_PASSE" in ENV:
    expiration = port.ModifieMotDePasse(ancienMotDePasse=secret, nouveauMotDePasse=ENV["NOUVEAU_MOT_DE_PASSE"])
    print(f"Mot de passe : changé, valable jusqu'au {expiration.isoformat()}")
