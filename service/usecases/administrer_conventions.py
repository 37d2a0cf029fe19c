"""The conventions d'usage between the Caf and the managers of ESATs: everything else hangs on them."""

from datetime import date

from service.domain.actes import Acte
from service.domain.campagne import jour_de_paris
from service.domain.habilitation import Convention
from service.domain.identifiants import organisme_valide
from service.errors import Precision, SaisieError
from service.storage.conventions import ConventionEnregistree
from service.usecases.consigner import AU_CLAVIER, Auteur, consigner
from service.usecases.dependencies import Dependencies
from service.usecases.saisie import exiger, texte_refuse

NUMERO_MAX = 40
DUREES = range(1, 731)
"""Days after which a convention may have passwords expire."""


def creer_convention(
    dependencies: Dependencies,
    numero: str,
    signee_le: date,
    fin_le: date | None = None,
    organisme: str | None = None,
    duree_mot_de_passe: int = 180,
    auteur: Auteur = AU_CLAVIER,
) -> None:
    """Record a convention; `duree_mot_de_passe` in days. Raises SaisieError, all problems at once."""
    problemes = texte_refuse("numero", numero, NUMERO_MAX)
    if fin_le is not None and fin_le < signee_le:
        problemes.append(Precision("le dernier jour ne peut pas précéder la signature.", champ="fin-le"))
    if organisme is not None and not organisme_valide(organisme):
        problemes.append(Precision("trois chiffres sont attendus, ceux de la Caf.", champ="organisme"))
    if duree_mot_de_passe not in DUREES:
        attendu = f"un nombre de jours de {DUREES.start} à {DUREES.stop - 1} est attendu."
        problemes.append(Precision(attendu, champ="duree-mot-de-passe"))
    exiger(problemes)
    with dependencies.unites.ecriture() as unite:
        if unite.conventions.creer(numero, signee_le, fin_le, organisme, duree_mot_de_passe) is None:
            raise SaisieError(f"La convention {numero} existe déjà.")
        consigner(unite, auteur, Acte.CONVENTION_CREEE, dependencies.horloge(), objet=numero)
        unite.commit()


def terminer_convention(
    dependencies: Dependencies, numero: str, fin_le: date | None = None, auteur: Auteur = AU_CLAVIER
) -> date:
    """Set the last day of a convention, today without one; return it. Raises SaisieError."""
    dernier = fin_le or jour_de_paris(dependencies.horloge())
    with dependencies.unites.ecriture() as unite:
        convention = unite.conventions.par_numero(numero)
        if convention is None:
            raise SaisieError(f"Aucune convention ne porte le numéro {numero}.")
        if dernier < convention.signee_le:
            raise SaisieError(f"Le dernier jour ne peut pas précéder la signature ({convention.signee_le:%d/%m/%Y}).")
        unite.conventions.terminer(numero, dernier)
        objet = f"{numero} (dernier jour : {dernier:%d/%m/%Y})"
        consigner(unite, auteur, Acte.CONVENTION_TERMINEE, dependencies.horloge(), objet=objet)
        unite.commit()
    return dernier


def lister_conventions(dependencies: Dependencies) -> list[tuple[ConventionEnregistree, int, bool]]:
    """Return every convention by number, with how many ESATs hang on it and whether it runs today."""
    jour = jour_de_paris(dependencies.horloge())
    with dependencies.unites.lecture() as unite:
        conventions = unite.conventions.lister()
        rattaches = [esat.convention for esat in unite.esats.lister()]
    return [
        (une, rattaches.count(une.numero), Convention(une.numero, une.signee_le, une.fin_le, None).en_cours(jour))
        for une in conventions
    ]
