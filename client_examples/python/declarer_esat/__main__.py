"""``declarer-esat``: its commands, and what each outcome gives as exit code.

0 done; 1 refused by a rule, the service or the input; 2 wrong usage or settings; 3 the service cannot be reached;
130 stopped by the keyboard.
"""

import sys
from collections.abc import Sequence

import click

from declarer_esat.affichage import Ecran
from declarer_esat.annuler import annuler
from declarer_esat.bilan import FAIT, INJOIGNABLE, REFUSE
from declarer_esat.compte import mot_de_passe
from declarer_esat.consulter import depots, reste_a_declarer, service, suivi
from declarer_esat.declarer import certificat, changement
from declarer_esat.erreurs import RefusDuServiceError
from declarer_esat.modele import modele
from declarer_esat.recus import accuse
from service import __version__
from service.errors import ConfigurationError, IndisponibleError, TeledeclarationError
from service.langue import installer
from service.langue.commandes import Groupe

USAGE, INTERROMPU = 2, 130


@click.group("declarer-esat", cls=Groupe)
@click.version_option(__version__, message="declarer-esat %(version)s", help="Affiche la version.")
def groupe() -> None:
    """Télédéclare les salariés d'un Esat à la Caf, depuis un fichier de paie.

    Chaque option de connexion peut aussi venir d'une variable d'environnement (--url : DECLARER_ESAT_URL,
    --mot-de-passe : DECLARER_ESAT_MOT_DE_PASSE…) ou du fichier declarer-esat.toml (url = "…"). Les secrets y sont mieux
    qu'en ligne de commande, où d'autres les voient.

    \b
    Pour commencer :
      declarer-esat modele certificat paie.xlsx      un fichier à remplir
      declarer-esat certificat paie.xlsx --verifier  le contrôler, sans réseau
      declarer-esat certificat paie.xlsx --essai     l'essayer auprès du service
      declarer-esat certificat paie.xlsx             le déclarer

    Codes de sortie : 0 fait, 1 refusé, 2 mauvais usage, 3 service injoignable, 130 interrompu.
    """


for _commande in (
    certificat,
    changement,
    annuler,
    accuse,
    suivi,
    depots,
    reste_a_declarer,
    service,
    mot_de_passe,
    modele,
):
    groupe.add_command(_commande)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command and leave with its exit code; no outcome shows a stack trace."""
    installer()
    for flux in (sys.stdout, sys.stderr):
        if hasattr(flux, "reconfigure"):
            flux.reconfigure(errors="replace")
    sys.exit(_executer(sys.argv[1:] if arguments is None else arguments))


def _executer(arguments: Sequence[str]) -> int:
    ecran = Ecran()
    try:
        resultat = groupe.main(args=list(arguments), prog_name="declarer-esat", standalone_mode=False)
        return resultat if isinstance(resultat, int) else FAIT
    except click.ClickException as erreur:
        erreur.show()
        return USAGE
    except (KeyboardInterrupt, click.Abort):
        ecran.dire("\nArrêt demandé. Ce qui est fait est gardé : relancer la même commande pour continuer.")
        return INTERROMPU
    except BrokenPipeError:
        return REFUSE
    except TeledeclarationError as erreur:
        return _dire(ecran, erreur)


def _dire(ecran: Ecran, erreur: TeledeclarationError) -> int:
    """Tell an error with all its points, and return its exit code."""
    entete = f"le service refuse, {erreur.code} : " if isinstance(erreur, RefusDuServiceError) else ""
    ecran.refuser(entete + erreur.message)
    for precision in erreur.precisions:
        ecran.dire(f"  {precision.champ + ' : ' if precision.champ else ''}{precision.message}")
    if isinstance(erreur, RefusDuServiceError):
        if erreur.incident:
            ecran.dire(f"  Identifiant pour l'assistance : {erreur.incident}")
        return INJOIGNABLE if erreur.passager else REFUSE
    if isinstance(erreur, ConfigurationError):
        return USAGE
    return INJOIGNABLE if isinstance(erreur, IndisponibleError) else REFUSE


if __name__ == "__main__":
    main()
