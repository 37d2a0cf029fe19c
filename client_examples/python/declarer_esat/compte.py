"""Command ``mot-de-passe``: change the password of a person's account."""

import os
import sys
from dataclasses import replace

import click

from declarer_esat.affichage_accuse import heure_de_paris
from declarer_esat.configuration import PREFIXE
from declarer_esat.options import Reglages, avec_reglages, demander
from declarer_esat.service_esat import ServiceEsat
from service.errors import ConfigurationError, Precision
from service.langue.commandes import Commande

_NOUVEAU = f"{PREFIXE}NOUVEAU_MOT_DE_PASSE"


@click.command("mot-de-passe", cls=Commande, short_help="Change le mot de passe du compte.")
@avec_reglages
def mot_de_passe(reglages: Reglages) -> int:
    """Change le mot de passe du compte : le présent, provisoire compris, puis le nouveau deux fois, sans les montrer.

    Un programme donne le nouveau par la variable DECLARER_ESAT_NOUVEAU_MOT_DE_PASSE. Une clé d'intégration ne se change
    pas ainsi : la Caf en donne une autre.
    """
    if reglages.cle and not reglages.mot_de_passe:
        reglages.ecran.dire("Une clé d'intégration est réglée : c'est le mot de passe de la personne qu'il faut ici.")
    connexion = reglages.connexion(cle_admise=False)
    nouveau = _nouveau()
    reponse = ServiceEsat(replace(connexion, condense=False), reglages.ecran.annoncer_reprise).modifier_mot_de_passe(
        connexion.secret, nouveau
    )
    reglages.ecran.dire(f"Mot de passe changé ; il vaut jusqu'au {heure_de_paris(reponse)}.")
    reglages.ecran.donner({"expiration": reponse})
    return 0


def _nouveau() -> str:
    """Return the new password, asked for twice. Raises `ConfigurationError` where nobody can be asked."""
    donne = os.environ.get(_NOUVEAU)
    if donne:
        return donne
    if not sys.stdin.isatty():
        raise ConfigurationError(precisions=[Precision("le nouveau mot de passe est attendu", champ=_NOUVEAU)])
    return demander("Nouveau mot de passe", "Le même, encore")
