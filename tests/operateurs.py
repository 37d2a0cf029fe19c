"""What operators do on the console, as the tests of its pages say it."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pyotp
from playwright.sync_api import Page, expect
from serveur import Serveur

_utilises: dict[tuple[Path, str], int] = {}
"""The last time step used with a secret: none serves twice at a service. Copies of a demonstration share secrets."""


def operateur(demo: Mapping[str, Any], role: str = "LECTURE") -> dict[str, Any]:
    """An operator of the demonstration."""
    return next(un for un in demo["operateurs"] if un["role"] == role)


def code(serveur: Serveur, secret: str) -> str:
    """A code that was not used there yet: that of now, of the next step, or waited for."""
    cle = serveur.donnees, secret
    while True:
        present = int(time.time()) // 30
        for pas in (present, present + 1):
            if pas > _utilises.get(cle, 0):
                _utilises[cle] = pas
                return pyotp.TOTP(secret).generate_otp(pas)
        time.sleep(1)


def se_connecter(page: Page, courriel: str, mot_de_passe: str, totp: str = "") -> None:
    """Fill in the login page of the console and send it."""
    page.goto("/console/connexion")
    page.get_by_label("Adresse électronique").fill(courriel)
    page.get_by_label("Mot de passe", exact=True).fill(mot_de_passe)
    page.get_by_label("Code de votre application").fill(totp)
    page.get_by_role("button", name="Se connecter").click()


def entrer(page: Page, serveur: Serveur, role: str = "LECTURE") -> None:
    """Log an operator of the demonstration in."""
    un = operateur(serveur.demo, role)
    se_connecter(page, un["courriel"], un["mot_de_passe"], code(serveur, un["totp"]))
    expect(page.get_by_role("heading", name="Journal")).to_be_visible()


_ouvertes: dict[tuple[Path, str], Any] = {}
"""Cookies of the operators who are logged in, by service and role: a code is waited for once only."""


def ouvert_par(ouvrir: Callable[..., Page], serveur: Serveur, role: str = "LECTURE") -> Page:
    """A page of the console as that operator, in a profile of its own; what the session remembers is shared."""
    cle = serveur.donnees, role
    if cle not in _ouvertes:
        page = ouvrir(serveur.adresse)
        entrer(page, serveur, role)
        _ouvertes[cle] = page.context.storage_state()
    return ouvrir(serveur.adresse, storage_state=_ouvertes[cle])
