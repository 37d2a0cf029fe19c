"""Taking the file of seals up again from the database, once somebody knows why the two told different histories.

A database restored from a backup is the honest case: what the file tells beyond it is lost. The old file is kept beside
the new one, and the act, with its reason, becomes an entry of the log that the next seal covers.
"""

from pathlib import Path

from service.domain.actes import Acte
from service.errors import Precision, SaisieError
from service.usecases.consigner import Auteur, consigner
from service.usecases.dependencies import Dependencies
from service.usecases.sceller import sceller
from service.usecases.verifier_fichier import comparer_fichier

MOTIF_MAX = 500
"""Characters of a reason."""


def reprendre_sceaux(dependencies: Dependencies, auteur: Auteur, motif: str) -> Path:
    """Set the file aside, write it anew from the database, seal the act; return where the old file now is.

    Raises SaisieError without a reason, or where the file and the database agree: nothing is to be taken up then.
    """
    motif = motif.strip()
    if not 0 < len(motif) <= MOTIF_MAX:
        message = f"un motif de 1 à {MOTIF_MAX} caractères est attendu."
        raise SaisieError(precisions=[Precision(message, champ="motif")])
    fichier, maintenant = dependencies.sceaux.fichier, dependencies.horloge()
    with fichier.seul(attendre=True):
        if not comparer_fichier(dependencies):
            raise SaisieError("Le fichier des sceaux et la base sont d'accord : il n'y a rien à reprendre.")
        ailleurs = fichier.a_cote(maintenant)
        with dependencies.unites.ecriture() as unite:
            consigner(unite, auteur, Acte.SCEAUX_REPRIS, maintenant, objet=ailleurs.name, motif=motif)
            unite.commit()
        fichier.mettre_de_cote(ailleurs)
    sceller(dependencies, attendre=True)
    return ailleurs


def ecarter_ancien_fichier(dependencies: Dependencies) -> Path | None:
    """Set aside a file left by a database that a new, empty one takes the place of; return where it now is."""
    fichier = dependencies.sceaux.fichier
    with fichier.seul(attendre=True):
        if fichier.derniere() is None:
            return None
        ailleurs = fichier.a_cote(dependencies.horloge())
        fichier.mettre_de_cote(ailleurs)
    return ailleurs
