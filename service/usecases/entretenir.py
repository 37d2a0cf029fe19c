"""What a running service does on its own, every now and then."""

from service.storage.journal import NouvelleEntree
from service.usecases.courriels import ranger
from service.usecases.dependencies import Dependencies
from service.usecases.expedier import reprendre_les_perdus
from service.usecases.prevenir import des_expirations
from service.usecases.reception import Issue
from service.usecases.seances import DUREE_MAX

REFUS_COMPTES = "REFUS_COMPTES"
"""Code of the log entry that stands for many refusals of one address in one minute."""


def entretenir(dependencies: Dependencies, *, arret: bool = False) -> None:
    """Forget replay keys, attempts, sessions and mails that no longer count, log the refusals that were only counted,
    find the mails that lost their sender, warn of the passwords that expire.

    With `arret`, the counts of the running minute too: the process is leaving. Raises IndisponibleError.
    """
    maintenant = dependencies.horloge()
    reprendre_les_perdus(dependencies)
    des_expirations(dependencies)
    with dependencies.unites.ecriture() as unite:
        unite.jetons.purger(maintenant)
        unite.tentatives.purger(maintenant - dependencies.seuils.oubli)
        unite.sessions_web.purger(maintenant - DUREE_MAX)
        ranger(unite, maintenant)
        # Taken out once the database is there to keep them.
        for refus in dependencies.refus_anonymes.echus(None if arret else maintenant):
            unite.journal.ajouter(
                NouvelleEntree(
                    instant=refus.minute,
                    adresse=refus.adresse,
                    agent=None,
                    utilisateur=None,
                    compte_id=None,
                    siret=None,
                    esat_id=None,
                    operation=None,
                    taille=0,
                    duree_us=0,
                    issue=Issue.REFUSE.value,
                    code=REFUS_COMPTES,
                    identifiant_message=None,
                    numero_depot=None,
                    identifiant_incident=None,
                    identifiant_requete="",
                    nombre=refus.nombre,
                )
            )
        unite.commit()


def verifier_la_base(dependencies: Dependencies) -> None:
    """Raise IndisponibleError unless the database answers."""
    with dependencies.unites.lecture() as unite:
        unite.campagnes.toutes()
