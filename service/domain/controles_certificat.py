"""Rules on one certificate: C02 to C17 and A05.

Every rule speaks for itself: a line gets all its anomalies at once, and a value that is absurd may break several rules.
They run on rounded values. Comparisons with thresholds are exact; messages tell thresholds in whole cents.
"""

from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from service.domain.baremes import (
    Bornes,
    aide_maximale_pct,
    bornes,
    jour_de_reference,
    remuneration_garantie,
    smic_mensuel,
)
from service.domain.campagne import ElementsAttendus
from service.domain.declaration import Anomalie, Certificat
from service.domain.jugement import Antecedent, ContexteCertificats
from service.domain.montants import CENTIEME, arrondir, au_moins, au_plus, euros, nombre
from service.domain.regles import anomalie
from service.domain.regles_certificat import INDICE_SPECIFIED

NET = "montantNet"
AIDE = "montantAidePoste"
PART = "pourcentageSalaireDirect"
MOIS = "nombreMois"

_MOIS_DE_L_ANNEE = 12
_PART_MAX = Decimal(100)
_AIDE_SUR_NET_MIN = Decimal("0.097")
_AIDE_SUR_NET_MAX = Decimal("1.25")
_ECART_MAX = Decimal("0.30")
"""Of the rémunération garantie with last year's."""

_COMPTES: dict[ElementsAttendus, tuple[int, int]] = {
    ElementsAttendus.DEUX: (2, 2),
    ElementsAttendus.AU_MOINS_DEUX: (2, 3),
    ElementsAttendus.TROIS: (3, 3),
}
"""Fewest and most amounts for each setting of a campaign."""


class Seuils(NamedTuple):
    """What the certificates of one message are compared with, computed once for those of a day."""

    annee: int
    hors_ligne: bool
    elements_min: int
    elements_max: int
    elements: str
    """How many are expected, in French."""
    smic: Decimal
    bornes: Bornes
    aide_max: Decimal
    """Euros."""
    rg_max: Decimal
    """Euros."""
    part_min: Decimal
    part_pleine: Decimal
    tardif: Anomalie | None
    """C15, the same for every line of a late message."""


@lru_cache(maxsize=8)
def seuils(contexte: ContexteCertificats) -> Seuils:
    """Return the thresholds of a message. Raises `ValueError` for a year before the tables begin (2018)."""
    jour = jour_de_reference(contexte.annee)
    smic = smic_mensuel(jour)
    applicables = bornes(jour)
    elements_min, elements_max = _COMPTES[contexte.elements_attendus]
    tardif = contexte.jour > contexte.date_limite
    return Seuils(
        contexte.annee,
        contexte.hors_ligne,
        elements_min,
        elements_max,
        contexte.elements_attendus.libelle,
        smic,
        applicables,
        aide_max=applicables.aide_max * smic / 100,
        rg_max=applicables.rg_max * smic / 100,
        part_min=applicables.part_min,
        part_pleine=applicables.part_pleine,
        tardif=anomalie("C15", date_limite=f"{contexte.date_limite:%d/%m/%Y}") if tardif else None,
    )


def controler_certificat(
    certificat: Certificat, seuils: Seuils, antecedent: Antecedent, anomalies: list[Anomalie]
) -> Certificat:
    """Append to `anomalies` what is wrong with a certificate, its employee apart; return it rounded."""
    _, _, mois, net, aide, part, remplace = certificat
    if (
        (net is not None and not net.same_quantum(CENTIEME))
        or (aide is not None and not aide.same_quantum(CENTIEME))
        or (part is not None and not part.same_quantum(CENTIEME))
    ):
        certificat = _arrondir(certificat, anomalies)
        _, _, mois, net, aide, part, remplace = certificat
    if not 0 < mois <= _MOIS_DE_L_ANNEE:
        anomalies.append(anomalie("C02" if mois else "C07", MOIS))
    donnes = (net is not None) + (aide is not None) + (part is not None)
    if not seuils.elements_min <= donnes <= seuils.elements_max:
        _compter(donnes, seuils, anomalies)
    if aide is None and 0 <= mois < _MOIS_DE_L_ANNEE:
        anomalies.append(anomalie("C13", AIDE))
    _controler_valeurs(net, aide, part, seuils, anomalies)
    _controler_rapports(net, aide, part, seuils, antecedent.remuneration_an_passe, anomalies)
    if not seuils.hors_ligne and (remplace or antecedent.certificat_actif):
        _controler_remplace(remplace, antecedent, anomalies)
    if antecedent.depart is not None:
        _controler_depart(mois, seuils.annee, antecedent.depart, anomalies)
    if seuils.tardif is not None:
        anomalies.append(seuils.tardif)
    return certificat


def _arrondir(certificat: Certificat, anomalies: list[Anomalie]) -> Certificat:
    """C17, and the certificate with every value at two decimals."""
    reference, salarie, mois, net, aide, part, remplace = certificat
    net_retenu = None if net is None else arrondir(net)
    aide_retenue = None if aide is None else arrondir(aide)
    part_retenue = None if part is None else arrondir(part)
    for champ, valeur, retenue in ((NET, net, net_retenu), (AIDE, aide, aide_retenue), (PART, part, part_retenue)):
        if retenue is not None and retenue != valeur:
            anomalies.append(anomalie("C17", champ, retenue=nombre(retenue)))
    return Certificat(reference, salarie, mois, net_retenu, aide_retenue, part_retenue, remplace)


def _compter(donnes: int, seuils: Seuils, anomalies: list[Anomalie]) -> None:
    """C03 and C04."""
    if donnes < seuils.elements_min:
        indice = "" if donnes else INDICE_SPECIFIED
        anomalies.append(anomalie("C03", donnes=donnes, attendus=seuils.elements, indice=indice))
    else:
        anomalies.append(anomalie("C04", donnes=donnes, attendus=seuils.elements))


def _controler_valeurs(
    net: Decimal | None, aide: Decimal | None, part: Decimal | None, seuils: Seuils, anomalies: list[Anomalie]
) -> None:
    """C05, C08 and C09: each value alone."""
    if net is not None and net <= 0:
        anomalies.append(anomalie("C05", NET))
    if aide is not None:
        if aide <= 0:
            anomalies.append(anomalie("C05", AIDE))
        elif aide > seuils.aide_max:
            anomalies.append(
                anomalie(
                    "C09",
                    AIDE,
                    plafond=au_plus(seuils.aide_max),
                    taux=nombre(seuils.bornes.aide_max),
                    smic=euros(seuils.smic),
                )
            )
    if part is not None:
        if part <= 0:
            anomalies.append(anomalie("C05", PART))
        if not seuils.part_min <= part <= _PART_MAX:
            anomalies.append(anomalie("C08", PART, minimum=nombre(seuils.part_min)))


def _controler_rapports(
    net: Decimal | None,
    aide: Decimal | None,
    part: Decimal | None,
    seuils: Seuils,
    an_passe: Decimal | None,
    anomalies: list[Anomalie],
) -> None:
    """C10, C11, C12 and C14: values with one another, with the SMIC and with last year."""
    remuneration = net if net is not None else remuneration_garantie(net, aide, part, seuils.smic)
    if remuneration is not None:
        champ = AIDE if net is None else NET
        if remuneration > seuils.rg_max:
            plafond, taux = au_plus(seuils.rg_max), nombre(seuils.bornes.rg_max)
            anomalies.append(anomalie("C10", champ, plafond=plafond, taux=taux, smic=euros(seuils.smic)))
        if an_passe is not None:
            ecart = an_passe * _ECART_MAX
            if abs(remuneration - an_passe) > ecart:
                minimum, maximum = au_moins(an_passe - ecart), au_plus(an_passe + ecart)
                anomalies.append(anomalie("C14", champ, minimum=minimum, maximum=maximum))
    if aide is None:
        return
    # A net amount that is not positive is C05's affair: no aide could be in proportion to it.
    if net is not None and net > 0 and not net * _AIDE_SUR_NET_MIN <= aide <= net * _AIDE_SUR_NET_MAX:
        minimum, maximum = au_moins(net * _AIDE_SUR_NET_MIN), au_plus(net * _AIDE_SUR_NET_MAX)
        anomalies.append(anomalie("C11", AIDE, minimum=minimum, maximum=maximum))
    if part is not None:
        plein = part <= seuils.part_pleine
        plafond_exact = seuils.aide_max if plein else aide_maximale_pct(part, seuils.bornes) * seuils.smic / 100
        if aide > plafond_exact:
            taux = nombre(aide_maximale_pct(part, seuils.bornes))
            anomalies.append(anomalie("C12", AIDE, plafond=au_plus(plafond_exact), taux=taux, smic=euros(seuils.smic)))


def _controler_remplace(remplace: str | None, antecedent: Antecedent, anomalies: list[Anomalie]) -> None:
    """C16 and C06."""
    if remplace:
        if remplace not in antecedent.remplacables:
            anomalies.append(
                anomalie(
                    "C16", "remplace", portee="de cet ESAT, pour un certificat du même salarié et de la même année"
                )
            )
    else:
        anomalies.append(anomalie("C06", "remplace", actif=antecedent.certificat_actif))


def _controler_depart(mois: int, annee: int, depart: date, anomalies: list[Anomalie]) -> None:
    """A05: no month of the year counts after the one of the départ."""
    if depart.year > annee:
        return
    maximum = depart.month if depart.year == annee else 0
    if mois > maximum:
        anomalies.append(anomalie("A05", MOIS, maximum=maximum, depart=f"{depart:%d/%m/%Y}"))
