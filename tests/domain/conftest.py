"""Builders: one clean line, of which a test changes what it is about."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from service.domain.campagne import ElementsAttendus
from service.domain.controles import (
    INCONNU,
    ContexteCertificats,
    ContexteChangements,
    Jugement,
    juger_certificats,
    juger_changements,
)
from service.domain.declaration import Certificat, Changement, Nature, Salarie

SALARIE = Salarie("185057800608491", None, None, "ZQUENEHEN", "ZQYMALLOC", "ZQWILFRID", date(1985, 5, 17))
CERTIFICAT = Certificat("R1", SALARIE, 12, Decimal("850.00"), Decimal("700.00"), None, None)
CHANGEMENT = Changement(
    "R1", SALARIE, Nature.AUGMENTATION, date(2026, 12, 1), Decimal("17.50"), Decimal("35.00"), None, None
)
DES_CERTIFICATS = ContexteCertificats(
    2026, ElementsAttendus.DEUX, date(2026, 12, 5), date(2027, 1, 15), organisme="831"
)
DES_CHANGEMENTS = ContexteChangements(date(2026, 12, 5), organisme="831")

Juger = Callable[..., Jugement[Any]]


def _repartir(base: Any, valeurs: dict[str, Any]) -> Any:
    """`base` with those of the values that it has, taken out of them; text becomes the amount it writes."""
    prises = {nom: valeurs.pop(nom) for nom in base._fields if nom in valeurs}
    montants = ("montant_net", "montant_aide_poste", "pourcentage_salaire_direct", "heures_avant", "heures_apres")
    return base._replace(
        **{nom: Decimal(v) if nom in (*montants, "remuneration_an_passe") and v else v for nom, v in prises.items()}
    )


def _juger(ligne: Any, contexte: Any, fonction: Any, valeurs: dict[str, Any]) -> Any:
    if "organisme_convention" in valeurs:
        contexte = contexte._replace(organisme=valeurs.pop("organisme_convention"))
    antecedent = _repartir(INCONNU, valeurs)
    ligne = _repartir(ligne, valeurs)
    ligne = ligne._replace(salarie=_repartir(ligne.salarie, valeurs))
    contexte = _repartir(contexte, valeurs)
    assert not valeurs, f"unknown: {valeurs}"
    [jugement] = fonction([ligne], contexte, {0: antecedent})
    return jugement


@pytest.fixture
def juger_certificat() -> Juger:
    """Judge one certificate; keywords are fields of the line, its employee, the context or the antecedent."""
    return lambda **valeurs: _juger(CERTIFICAT, DES_CERTIFICATS, juger_certificats, valeurs)


@pytest.fixture
def juger_changement() -> Juger:
    """Judge one change; keywords as in `juger_certificat`."""
    return lambda **valeurs: _juger(CHANGEMENT, DES_CHANGEMENTS, juger_changements, valeurs)


@pytest.fixture
def salarie() -> Salarie:
    """An invented employee whose NIR has the right key."""
    return SALARIE


@pytest.fixture
def certificat() -> Certificat:
    """A certificate without anomaly."""
    return CERTIFICAT


@pytest.fixture
def changement() -> Changement:
    """A change without anomaly."""
    return CHANGEMENT


@pytest.fixture
def contexte_certificats() -> ContexteCertificats:
    """A message of the campaign 2026, in time."""
    return DES_CERTIFICATS


@pytest.fixture
def contexte_changements() -> ContexteChangements:
    """A message of 5 December 2026."""
    return DES_CHANGEMENTS
