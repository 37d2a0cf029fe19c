"""The invented people of the demonstration: always the same ones, none of whom can exist.

NIRs have right keys and commune codes from 900 up, which no commune has; names are drawn from common French ones.
Roughly: seven employees in ten are known by their NIR, two by their numéro allocataire, one by both; one in ten came
this year; two were born in Corsica.
"""

import random
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from service.domain.baremes import smic_mensuel
from service.domain.declaration import Salarie
from service.domain.identifiants import cle_nir
from service.domain.montants import arrondir


def _mots(texte: str) -> list[str]:
    return [mot.replace("_", " ") for mot in texte.split()]


_HOMMES = _mots(
    "Adrien Alexis Ange Bastien Benoît Cédric Damien Denis Éloi Fabrice Félix Gaël Gilles Hugo Jean-Marc Jérémie "
    "Joël Ludovic Malo Mathéo Noël Pascal Quentin Rémi Sami Tanguy Théo Ulysse Valentin Yanis"
)
_FEMMES = _mots(
    "Agathe Aïcha Anaïs Armelle Bérénice Capucine Céline Coralie Delphine Élise Estelle Fatou Françoise Gaëlle Inès "
    "Jeanne Judith Léonie Lou-Anne Maëlys Mélanie Myriam Noémie Océane Pauline Régine Solène Tiphaine Yasmine Zoé"
)
_NOMS = _mots(
    "Abadie Aubanel Barthélemy Bécaud Bonnafous Brémond Caillol Castagnier Chabrol Coulomb Dalmasso Delpuech Dufaÿ "
    "Escoffier Estienne Fabrègue Fouque Gastinel Giraudet Guérin Honoré Imbert Isnard Jaubert Joffret Kervella Lambert "
    "Laugier Le_Goff Lieutaud Maïstre Martel N'Diaye Nègre Olivari Ottavi Pélissier Peyron Quintric Raynaud "
    "Reboul Ricord Rostan Roumieu Sabran Seguin Sénéquier Tassy Thérond Toucas Truchet Urpar Vallauri Verdier Vial "
    "Vidal-Naquet Vinatier Wehrlé Ycard Zunino"
)
_DEPARTEMENTS = ("83", "83", "83", "13", "06", "84", "75", "59", "31", "99")
_ORGANISME = "831"
_LETTRES = "ABCDEFGHJKLMNPQRSTVWXYZ"
_NET_SUR_BRUT = Decimal("0.81")


class SalarieInvente(NamedTuple):
    """An invented employee, and what the ESAT pays for November."""

    matricule: str
    salarie: Salarie
    mois: int
    """Months of rémunération garantie over last year."""
    aide: Decimal
    """Aide au poste, in percents of the SMIC."""
    part: Decimal
    """Direct salary, in percents of the SMIC."""

    def net(self, annee: int, hausse: Decimal = Decimal(0)) -> Decimal:
        """Net rémunération garantie of November of that year, in euros, raised by `hausse` percents."""
        brut = (self.aide + self.part) * smic_mensuel(date(annee, 11, 1)) / 100
        return arrondir(brut * _NET_SUR_BRUT * (1 + hausse / 100))

    def aide_en_euros(self, annee: int) -> Decimal:
        """Aide au poste of November of that year."""
        return arrondir(self.aide * smic_mensuel(date(annee, 11, 1)) / 100)


def inventer_salaries(prefixe: str, nombre: int, graine: int) -> list[SalarieInvente]:
    """Return that many employees, the same ones for the same `graine`; `prefixe` opens their references."""
    hasard = random.Random(graine)  # noqa: S311 (people must be the same every time; nothing here is secret)
    return [_inventer(f"{prefixe}-{rang:03d}", rang, graine, hasard) for rang in range(1, nombre + 1)]


def _inventer(matricule: str, rang: int, graine: int, hasard: random.Random) -> SalarieInvente:
    femme = hasard.random() < 0.45
    prenoms = _FEMMES if femme else _HOMMES
    naissance = date(hasard.randint(1964, 2005), hasard.randint(1, 12), hasard.randint(1, 28))
    par_nir, par_numero = rang % 10 not in (4, 8), rang % 10 in (4, 6, 8)
    # 7 has no factor in common with the 60 surnames: nobody has the same one among 60 colleagues.
    nom = _NOMS[(rang * 7 + graine) % len(_NOMS)]
    salarie = Salarie(
        nir=_nir(femme, naissance, rang, hasard) if par_nir else None,
        numero_allocataire=_numero_allocataire(hasard) if par_numero else None,
        organisme=_ORGANISME if par_numero else None,
        nom=nom,
        nom_usage=_NOMS[(rang * 11 + graine + 1) % len(_NOMS)] if rang % 12 == 5 else None,
        prenom=prenoms[(rang * 13 + graine) % len(prenoms)],
        date_naissance=naissance,
    )
    temps = hasard.choice((Decimal(1), Decimal(1), Decimal(1), Decimal("0.8"), Decimal("0.5")))
    return SalarieInvente(
        matricule,
        salarie,
        hasard.choice((12, 12, 12, 12, 12, 10, 8)),
        arrondir(Decimal(hasard.randint(440, 500)) / 10 * temps),
        arrondir(max(Decimal(hasard.randint(60, 180)) / 10 * temps, Decimal("5.5"))),
    )


def _nir(femme: bool, naissance: date, rang: int, hasard: random.Random) -> str:
    departement = {11: "2A", 33: "2B"}.get(rang) or hasard.choice(_DEPARTEMENTS)
    debut = f"{2 if femme else 1}{naissance:%y%m}{departement}{hasard.randint(900, 989)}{hasard.randint(1, 999):03d}"
    return f"{debut}{cle_nir(debut):02d}"


def _numero_allocataire(hasard: random.Random) -> str:
    lettre = hasard.choice(_LETTRES) if hasard.random() < 0.7 else ""
    return f"{hasard.randint(1_000_000, 9_999_999)}{lettre}"
