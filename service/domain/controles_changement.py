"""Rules on one change of activity: A02, A03, A04, C16 and C17.

Every rule speaks for itself, on rounded hours. Months are calendar months.
"""

from calendar import monthrange
from datetime import MAXYEAR, date
from decimal import Decimal
from typing import NamedTuple

from service.domain.declaration import Anomalie, Changement, Nature
from service.domain.jugement import Antecedent, ContexteChangements
from service.domain.montants import arrondir, nombre
from service.domain.regles import anomalie

_HEURES_MAX = Decimal(48)
_MOIS_A_L_AVANCE = 3
_MOIS_PASSES = 24
_HEURES_ATTENDUES = "un nombre d'heures par semaine de 0 à 48 est attendu"
_SENS = {
    Nature.AUGMENTATION: "plus d'heures que dans augmentation/heuresAvant sont attendues",
    Nature.REDUCTION: "moins d'heures que dans reduction/heuresAvant sont attendues",
}


class Bornes(NamedTuple):
    """What the changes of one message are compared with, computed once."""

    hors_ligne: bool
    au_plus_tot: date
    au_plus_tard: date


def plus_mois(jour: date, mois: int) -> date:
    """Return the day `mois` calendar months later (earlier when negative).

    The last day of the month where that month is too short; the ends of the calendar where it goes beyond them.
    """
    annee, rang = divmod(jour.year * 12 + jour.month - 1 + mois, 12)
    if annee < 1:
        return date.min
    if annee > MAXYEAR:
        return date.max
    return date(annee, rang + 1, min(jour.day, monthrange(annee, rang + 1)[1]))


def bornes_des_dates(contexte: ContexteChangements) -> Bornes:
    """Return the dates of effect that a message may carry without A04."""
    return Bornes(
        contexte.hors_ligne,
        au_plus_tot=plus_mois(contexte.jour, -_MOIS_PASSES),
        au_plus_tard=plus_mois(contexte.jour, _MOIS_A_L_AVANCE),
    )


def controler_changement(
    changement: Changement, bornes: Bornes, antecedent: Antecedent, anomalies: list[Anomalie]
) -> Changement:
    """Append to `anomalies` what is wrong with a change, its employee apart; return it rounded."""
    if changement.nature is not Nature.DEPART:
        changement = _arrondir(changement, anomalies)
        _controler_heures(changement, anomalies)
    champ = f"{changement.nature.element}/dateEffet"
    if not bornes.au_plus_tot <= changement.date_effet <= bornes.au_plus_tard:
        minimum, maximum = f"{bornes.au_plus_tot:%d/%m/%Y}", f"{bornes.au_plus_tard:%d/%m/%Y}"
        anomalies.append(anomalie("A04", champ, minimum=minimum, maximum=maximum))
    _controler_depart(changement, champ, antecedent, anomalies)
    if not bornes.hors_ligne and changement.remplace and changement.remplace not in antecedent.remplacables:
        anomalies.append(anomalie("C16", "remplace", portee="de cet ESAT, pour un changement du même salarié"))
    return changement


def _arrondir(changement: Changement, anomalies: list[Anomalie]) -> Changement:
    """C17, and the change with its hours at two decimals."""
    retenues: list[Decimal | None] = []
    for nom, valeur in (("heuresAvant", changement.heures_avant), ("heuresApres", changement.heures_apres)):
        retenue = None if valeur is None else arrondir(valeur)
        if retenue is not None and retenue != valeur:
            anomalies.append(anomalie("C17", f"{changement.nature.element}/{nom}", retenue=nombre(retenue)))
        retenues.append(retenue)
    return changement._replace(heures_avant=retenues[0], heures_apres=retenues[1])


def _controler_heures(changement: Changement, anomalies: list[Anomalie]) -> None:
    """A02: hours that cannot be, then hours that contradict the direction (unchanged ones too)."""
    element = changement.nature.element
    avant, apres = changement.heures_avant, changement.heures_apres
    for nom, heures in (("heuresAvant", avant), ("heuresApres", apres)):
        if heures is None or not 0 <= heures <= _HEURES_MAX:
            anomalies.append(anomalie("A02", f"{element}/{nom}", attendu=_HEURES_ATTENDUES))
    if avant is None or apres is None:
        return
    if apres == avant or (apres > avant) is not (changement.nature is Nature.AUGMENTATION):
        anomalies.append(anomalie("A02", f"{element}/heuresApres", attendu=_SENS[changement.nature]))


def _controler_depart(changement: Changement, champ: str, antecedent: Antecedent, anomalies: list[Anomalie]) -> None:
    """A03: a second départ, or an effect after the last day of work; correcting that very départ is neither."""
    depart = antecedent.depart
    if depart is None or (changement.remplace and changement.remplace == antecedent.numero_depart):
        return
    if changement.nature is Nature.DEPART:
        attendu = "un second départ n'est attendu que pour remplacer le premier"
    elif changement.date_effet > depart:
        attendu = "une date d'effet au plus tard ce jour est attendue"
    else:
        return
    anomalies.append(anomalie("A03", champ, depart=f"{depart:%d/%m/%Y}", attendu=attendu))
