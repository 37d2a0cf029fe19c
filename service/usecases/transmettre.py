"""The feed to the back office: what was accepted, replaced or cancelled leaves as one file per organisme.

Invariants, in the order the code enforces them:

1. One transmitter at a time among all instances; each of its transactions would be right beside another's all the same.
2. The database comes first: movements get their file and number, declarations become TRANSMISE (`choisir_mouvements`);
   the content is composed and kept (`composer_transmission`); then the file is put on the disk; then that is noted.
3. Killed anywhere, the next run goes on from what the database says: it closes what was being filled, and writes again,
   the same bytes, what is not known to be on the disk. So a file leaves at least once, a declaration in one file only.
4. Messages get their turn between two lots.
"""

import time
from collections.abc import Sequence

from service.domain.actes import Acte
from service.domain.transmission import reference
from service.errors import IndisponibleError, SaisieError
from service.storage.transmissions import Fichier
from service.usecases.choisir_mouvements import Ouverts, choisir_un_lot
from service.usecases.composer_transmission import ecrire_le_fichier, fermer
from service.usecases.consigner import Auteur, consigner
from service.usecases.dependencies import Dependencies

TRAVAIL = "transmission"
"""Name under which transmitters of all instances exclude each other."""
_REPOS_MAX_S = 0.2
_PRISE = "Une transmission est déjà en cours, ici ou sur une autre instance : elle fera ce qui reste à faire."


def transmettre(dependencies: Dependencies, auteur: Auteur) -> Sequence[Fichier]:
    """Pass on what is new and finish what a stopped run left; return the files put on the disk, oldest first.

    Raises IndisponibleError: another transmission is under way, the database or the directory cannot be had.
    """
    with dependencies.unites.seul(TRAVAIL) as seul:
        if not seul:
            raise IndisponibleError(_PRISE)
        dependencies.transmissions.balayer()
        ecrits = _finir(dependencies, auteur)
        borne = _borne(dependencies)
        ouverts: Ouverts = {}
        debut = time.perf_counter()
        while choisir_un_lot(dependencies, borne, ouverts):
            time.sleep(min(time.perf_counter() - debut, _REPOS_MAX_S))
            debut = time.perf_counter()
        return [*ecrits, *_finir(dependencies, auteur)]


def refaire(dependencies: Dependencies, auteur: Auteur, organisme: str, numero: int) -> Fichier:
    """Put a file on the disk once more, the same bytes. Raises SaisieError or IndisponibleError."""
    with dependencies.unites.seul(TRAVAIL) as seul:
        if not seul:
            raise IndisponibleError(_PRISE)
        with dependencies.unites.lecture() as unite:
            fichier = unite.transmissions.un(organisme, numero)
        dit = reference(organisme, numero)
        if fichier is None:
            raise SaisieError(f"Aucune transmission ne porte le numéro {dit}.")
        if fichier.empreinte is None:
            raise SaisieError(f"La transmission {dit} est en préparation : « transmettre » l'achèvera.")
        dependencies.transmissions.balayer()
        if not ecrire_le_fichier(dependencies, fichier):
            raise SaisieError(
                f"Le contenu de la transmission {dit} a été effacé : sa durée de conservation est passée."
            )
        with dependencies.unites.ecriture() as unite:
            objet = f"{fichier.fichier} (écrite de nouveau)"
            consigner(unite, auteur, Acte.TRANSMISSION, dependencies.horloge(), objet=objet)
            unite.commit()
        return fichier


def _finir(dependencies: Dependencies, auteur: Auteur) -> list[Fichier]:
    """Close the files that are being filled, and put those on the disk that are not known to be there."""
    with dependencies.unites.lecture() as unite:
        ouverts = unite.transmissions.ouverts()
    for fichier in ouverts:
        fermer(dependencies, auteur, fichier)
    with dependencies.unites.lecture() as unite:
        a_ecrire = unite.transmissions.a_ecrire()
    return [fichier for fichier in a_ecrire if ecrire_le_fichier(dependencies, fichier)]


def _borne(dependencies: Dependencies) -> int:
    with dependencies.unites.lecture() as unite:
        borne = unite.mouvements.borne()
    if borne is None:
        raise IndisponibleError("Un dépôt est en cours d'enregistrement depuis trop longtemps : recommencer bientôt.")
    return borne
