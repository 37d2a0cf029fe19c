"""From the lines of a deposit to their judgement: the domain's rules, with what the database knows of each employee.

One set-based query a message, for one line as for a thousand.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple, cast

from service.domain.baremes import remuneration_garantie, smic_mensuel
from service.domain.campagne import Campagne, jour_de_paris
from service.domain.controles import (
    Antecedent,
    ContexteCertificats,
    ContexteChangements,
    Jugement,
    juger_annulations,
    juger_certificats,
    juger_changements,
)
from service.domain.declaration import Certificat, Changement, Nature, Operation
from service.storage.antecedents import Anterieure
from service.storage.unit_of_work import UnitOfWork
from service.usecases.demandes import DemandeDepot
from service.usecases.lignes import SalariesPrepares
from service.usecases.reception import Etablissement

NATURE_CERTIFICAT = "CERTIFICAT"
"""Value of a line's `nature` for the annual volet; the other ones are those of `Nature`."""
_CENT = Decimal(100)
Jugements = Sequence[Jugement[Certificat] | Jugement[Changement] | Jugement[str]]
"""Those of the lines of one deposit."""


class Passe(NamedTuple):
    """What the ESAT declared before, as far as it bears on the lines of a deposit."""

    anterieures: Sequence[Anterieure]
    """Active declarations of their employees."""
    actives: frozenset[str]
    """Numbers of active declarations, among those to cancel."""


AUCUN_PASSE = Passe((), frozenset())


def lire_le_passe(unite: UnitOfWork, esat_id: int, demande: DemandeDepot, prepares: SalariesPrepares) -> Passe:
    """Ask the database for it."""
    if demande.operation is Operation.ANNULE_DECLARATION:
        actives = unite.lignes.actives(esat_id, cast(Sequence[str], demande.lignes))
        return Passe((), frozenset(ligne.numero for ligne in actives))
    nirs, allocataires = ([repere for repere in reperes if repere is not None] for reperes in prepares[:2])
    annees = () if demande.annee is None else (demande.annee - 1, demande.annee)
    return Passe(unite.lignes.antecedents(esat_id, nirs, allocataires, annees), frozenset())


def juger(
    etablissement: Etablissement,
    demande: DemandeDepot,
    prepares: SalariesPrepares,
    passe: Passe,
    campagne: Campagne | None,
    instant: datetime,
) -> Jugements:
    """Judge every line; `campagne` is that of the certificates' year, None for the other operations."""
    jour, organisme = jour_de_paris(instant), etablissement.convention.organisme
    if demande.operation is Operation.ANNULE_DECLARATION:
        return juger_annulations(cast(Sequence[str], demande.lignes), passe.actives)
    connues = _par_ligne(passe.anterieures, prepares)
    if campagne is None:
        changements = cast(Sequence[Changement], demande.lignes)
        passes = {rang: _antecedent_de_changement(lignes) for rang, lignes in connues.items()}
        contexte = ContexteChangements(jour, organisme)
        return juger_changements(changements, contexte, passes)
    certificats = cast(Sequence[Certificat], demande.lignes)
    passes = {rang: _antecedent_de_certificat(lignes, campagne.annee) for rang, lignes in connues.items()}
    contexte_certificats = ContexteCertificats(
        campagne.annee, campagne.elements_attendus, jour, campagne.date_limite, organisme
    )
    return juger_certificats(certificats, contexte_certificats, passes)


def _par_ligne(anterieures: Sequence[Anterieure], prepares: SalariesPrepares) -> dict[int, list[Anterieure]]:
    """The active declarations of each line's employee, by 0-based index; lines without any are left out."""
    if not anterieures:
        return {}
    par_identite: dict[int | None, dict[str, Anterieure]] = defaultdict(dict)
    for ligne in anterieures:
        for identite in (ligne.nir_repere, ligne.allocataire_repere):
            if identite is not None:
                par_identite[identite][ligne.numero] = ligne
    connues = {}
    for rang, (nir, allocataire) in enumerate(zip(*prepares[:2], strict=True)):
        trouvees = par_identite.get(nir, {}) | par_identite.get(allocataire, {})
        if trouvees:
            connues[rang] = list(trouvees.values())
    return connues


def _antecedent_de_certificat(lignes: Sequence[Anterieure], annee: int) -> Antecedent:
    certificats = [ligne for ligne in lignes if ligne.nature == NATURE_CERTIFICAT]
    actifs = [ligne.numero for ligne in certificats if ligne.annee == annee]
    passees = [_remuneration(ligne) for ligne in certificats if ligne.annee == annee - 1]
    depart, numero_depart = _depart(lignes)
    return Antecedent(
        certificat_actif=actifs[0] if actifs else None,
        remplacables=frozenset(actifs),
        remuneration_an_passe=passees[0] if passees else None,
        depart=depart,
        numero_depart=numero_depart,
    )


def _antecedent_de_changement(lignes: Sequence[Anterieure]) -> Antecedent:
    depart, numero_depart = _depart(lignes)
    changements = frozenset(ligne.numero for ligne in lignes if ligne.nature != NATURE_CERTIFICAT)
    return Antecedent(None, changements, None, depart, numero_depart)


def _depart(lignes: Sequence[Anterieure]) -> tuple[date | None, str | None]:
    """The latest active départ: an employee who left and came back may leave again."""
    departs = [ligne for ligne in lignes if ligne.nature == Nature.DEPART and ligne.date_effet is not None]
    if not departs:
        return None, None
    dernier = max(departs, key=lambda ligne: ligne.date_effet or date.min)
    return dernier.date_effet, dernier.numero


def _remuneration(ligne: Anterieure) -> Decimal | None:
    smic = smic_mensuel(date(ligne.annee or 0, 11, 1))
    return remuneration_garantie(
        _euros(ligne.montant_net), _euros(ligne.montant_aide_poste), _euros(ligne.pourcentage_salaire_direct), smic
    )


def _euros(centiemes: int | None) -> Decimal | None:
    return None if centiemes is None else Decimal(centiemes) / _CENT
