"""Command ``annuler``: cancel declarations by their numbers, with the same care as declaring them."""

import hashlib
from collections.abc import Sequence
from uuid import uuid4

import click

from declarer_esat.affichage import accorder
from declarer_esat.affichage_accuse import heure_de_paris, tableau_des_depots
from declarer_esat.donnees import depots_en_json
from declarer_esat.envoi import envoyer
from declarer_esat.lots import LIGNES_MAX, Lot
from declarer_esat.messages import Redacteur
from declarer_esat.options import ESSAI, Reglages, avec_reglages
from declarer_esat.parcours import LOGICIEL
from declarer_esat.registre import Envoi, Identite
from declarer_esat.seance import Seance
from service.domain.declaration import Entete, Operation
from service.errors import Precision, SaisieError
from service.langue.commandes import Commande

_NUMERO_MAX = 40
_MOTIF_MAX = 250


@click.command("annuler", cls=Commande, short_help="Annule des déclarations, par leur numéro.")
@click.argument("numeros", metavar="NUMERO...", nargs=-1, required=True)
@click.option("--motif", metavar="TEXTE", required=True, help="Pourquoi, en une phrase sans donnée personnelle.")
@ESSAI
@avec_reglages
def annuler(reglages: Reglages, numeros: tuple[str, ...], motif: str, essai: bool) -> int:
    """Annule des déclarations acceptées, désignées par le NUMERO que l'accusé donne à chaque ligne.

    Exemple : declarer-esat annuler D261205-7K3M9QXA-0001 --motif "Déclarée pour la mauvaise année"
    """
    retenus, phrase = _verifier(numeros, motif)
    reglages.exiger()
    seance = Seance(reglages)
    contenu = hashlib.sha256("\n".join([*retenus, phrase]).encode()).hexdigest()
    identite = Identite(Operation.ANNULE_DECLARATION.value, reglages.siret_exige(), reglages.base, essai, contenu)
    envoi = seance.registre.dernier(identite, None)
    if envoi is not None and envoi.termine:
        quand = heure_de_paris(envoi.cree_le)
        seance.ecran.dire(f"Ces déclarations ont déjà été annulées le {quand} : voici l'accusé.")
    if envoi is None:
        lots = _lots(seance, identite, retenus, phrase)
        envoi = seance.registre.preparer(identite, None, "annulation", lots, "annulation")
    return _envoyer(seance, envoi, retenus)


def _verifier(numeros: Sequence[str], motif: str) -> tuple[list[str], str]:
    """Return numbers and reason without idle space. Raises `SaisieError` for what the contract could not carry."""
    retenus = [numero.strip().upper() for numero in numeros]
    phrase = " ".join(motif.split())
    precisions = [
        Precision(f"le numéro d'une déclaration est attendu, {_NUMERO_MAX} caractères au plus", champ=f"NUMERO {rang}")
        for rang, numero in enumerate(retenus, 1)
        if not 0 < len(numero) <= _NUMERO_MAX or not numero.isprintable()
    ]
    if not 0 < len(phrase) <= _MOTIF_MAX or not phrase.isprintable():
        precisions.append(Precision(f"une phrase de 1 à {_MOTIF_MAX} caractères est attendue", champ="--motif"))
    if precisions:
        raise SaisieError(precisions=precisions)
    return retenus, phrase


def _lots(seance: Seance, identite: Identite, numeros: Sequence[str], motif: str) -> list[Lot]:
    redacteur = Redacteur(seance.service.client)
    lots = []
    for debut in range(0, len(numeros), LIGNES_MAX):
        partie = numeros[debut : debut + LIGNES_MAX]
        identifiant = str(uuid4())
        charge = redacteur.annulation(Entete(identifiant, identite.siret, LOGICIEL, identite.essai), partie, motif)
        lots.append(Lot(identifiant, tuple(range(debut + 1, debut + len(partie) + 1)), charge))
    return lots


def _envoyer(seance: Seance, envoi: Envoi, numeros: Sequence[str]) -> int:
    depots = list(envoyer(envoi, seance.service, seance.accuses))
    ecran = seance.ecran
    for depot in depots:
        for constat in depot.constats:
            ecran.refuser(f"{numeros[(constat.ligne or 1) - 1]} : {constat.message}")
    ecran.montrer(tableau_des_depots(depots))
    refusees = sum(len(depot.rejetees) for depot in depots)
    ecran.dire(
        f"{accorder(len(numeros) - refusees, 'déclaration annulée', 'déclarations annulées')}"
        f"{' (ESSAI : rien ne change)' if envoi.identite.essai else ''}, {accorder(refusees, 'refusée')}."
    )
    ecran.donner({"depots": depots_en_json(depots)})
    return 1 if refusees else 0
