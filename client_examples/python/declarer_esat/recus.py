"""Commands ``accuse verifier`` and ``accuse montrer``: receipts, away from the service."""

import hashlib
from pathlib import Path

import click
from rich.text import Text

from declarer_esat.accuses import AccuseLu, lire_accuse
from declarer_esat.affichage_accuse import fiche, tableau_des_resultats
from declarer_esat.certificats import empreinte, tous_les_certificats
from declarer_esat.configuration import PREFIXE, adresses
from declarer_esat.donnees import accuse_en_json
from declarer_esat.erreurs import AccuseDouteuxError
from declarer_esat.options import Reglages, avec_reglages
from declarer_esat.registre import Registre
from declarer_esat.signature import certificats_du_pem, verifier
from declarer_esat.transport import TransportEsat
from service.errors import SaisieError
from service.langue.commandes import Commande, Groupe

_OCTETS_MAX = 20 * 1024 * 1024
_FICHIERS = click.argument("fichiers", metavar="FICHIER...", nargs=-1, required=True, type=click.Path(path_type=Path))
_CERTIFICATS = click.option(
    "--certificats",
    metavar="PEM|URL",
    envvar=f"{PREFIXE}CERTIFICATS",
    help="Certificats du service : fichier PEM, ou adresse /certificats ; par défaut ceux gardés dans le dossier.",
)


@click.group("accuse", cls=Groupe, short_help="Vérifie ou montre des accusés signés.")
def accuse() -> None:
    """Vérifie ou montre des accusés de réception signés."""


@accuse.command("verifier", cls=Commande, short_help="Vérifie la signature d'accusés.")
@_FICHIERS
@_CERTIFICATS
@avec_reglages
def verifier_accuses(reglages: Reglages, fichiers: tuple[Path, ...], certificats: str | None) -> int:
    """Vérifie que chaque FICHIER est un accusé signé par le service, tel qu'il l'a signé, et dit ce qu'il atteste.

    Code de sortie 0 si tous sont authentiques, 1 sinon.
    """
    pem = _charger_certificats(reglages, certificats)
    ecran, donnees, faux = reglages.ecran, [], 0
    for fichier in fichiers:
        try:
            lu = lire_accuse(verifier(_lire(fichier), pem))
        except SaisieError as refus:
            faux += 1
            ecran.refuser(f"{fichier} : {refus.message}")
            donnees.append({"fichier": str(fichier), "authentique": False, "raison": refus.message})
            continue
        ecran.montrer(Text("Accusé authentique", "bold green") + Text(" : signé par le service et inchangé."))
        ecran.montrer(fiche(lu, fichier))
        envoye = _contenu_envoye(reglages.dossier, lu)
        ecran.montrer(f"{envoye}\n")
        donnees.append({"fichier": str(fichier), "authentique": True, **accuse_en_json(lu)})
    ecran.donner(donnees)
    return 1 if faux else 0


@accuse.command("montrer", cls=Commande, short_help="Montre ce qu'un accusé dit de chaque ligne.")
@click.argument("fichier", metavar="FICHIER", type=click.Path(path_type=Path))
@_CERTIFICATS
@avec_reglages
def montrer_accuse(reglages: Reglages, fichier: Path, certificats: str | None) -> int:
    """Montre un accusé, ligne par ligne, après avoir vérifié sa signature."""
    lu = lire_accuse(verifier(_lire(fichier), _charger_certificats(reglages, certificats)))
    ecran = reglages.ecran
    ecran.montrer(fiche(lu, fichier))
    ecran.montrer("")
    ecran.montrer(tableau_des_resultats(lu))
    for resultat in lu.resultats:
        for anomalie in resultat.anomalies:
            ecran.montrer(f"Rang {resultat.rang}, {anomalie.code} ({anomalie.gravite}) : {anomalie.message}")
    ecran.donner(accuse_en_json(lu))
    return 0


def _charger_certificats(reglages: Reglages, source: str | None) -> bytes:
    """Return the certificates to trust, from a file, an address, or the folder. Raises `SaisieError`."""
    if source is None:
        return tous_les_certificats(reglages.dossier)
    if source.startswith(("http://", "https://")):
        adresses(source, reglages.autoriser_http)
        pem = TransportEsat(reglages.delai).lire(source)
    else:
        pem = _lire(Path(source))
    reconnus = certificats_du_pem(pem)
    reglages.ecran.dire(f"Certificats de {source} : empreinte SHA-256 {', '.join(map(empreinte, reconnus))}.")
    return pem


def _lire(fichier: Path) -> bytes:
    try:
        if fichier.stat().st_size > _OCTETS_MAX:
            raise AccuseDouteuxError("le fichier est trop gros pour un accusé.")
        return fichier.read_bytes()
    except OSError as erreur:
        raise AccuseDouteuxError(f"{fichier} ne peut pas être lu ({erreur.strerror}).") from None


def _contenu_envoye(dossier: Path, lu: AccuseLu) -> str:
    """Say whether the message that the receipt speaks of is still in the folder, and is the one received."""
    if not (dossier / "envois").is_dir():
        return "Contenu déclaré : absent de ce dossier, son empreinte n'est pas recalculée."
    for envoi in Registre(dossier).tous():
        for lot in envoi.lots:
            if lot.identifiant == lu.identifiant_message:
                meme = hashlib.sha256(lot.charge).hexdigest() == lu.empreinte
                verdict = "c'est bien ce que le service a reçu" if meme else "il DIFFÈRE de ce que le service a reçu"
                return f"Contenu déclaré : gardé dans {envoi.dossier}, {verdict}."
    return "Contenu déclaré : absent de ce dossier, son empreinte n'est pas recalculée."
