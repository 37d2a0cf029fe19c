"""What a running service does on its own, every now and then."""

from service.storage.journal import NouvelleEntree
from service.usecases.dependencies import Dependencies
from service.usecases.reception import Issue

REFUS_COMPTES = "REFUS_COMPTES"
"""Code of the log entry that stands for many refusals of one address in one minute."""


def entretenir(dependencies: Dependencies, *, arret: bool = False) -> None:
    """Forget replay keys and attempts that no longer count, and log the refusals that were only counted.

    With `arret`, the counts of the running minute too: the process is leaving. Raises IndisponibleError.
    """
    maintenant = dependencies.horloge()
    with dependencies.unites.ecriture() as unite:
        unite.jetons.purger(maintenant)
        unite.tentatives.purger(maintenant - dependencies.seuils.oubli)
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
