"""What people do on the extranet, as the tests of its pages say it."""

from typing import Any

from playwright.sync_api import Page


def compte(demo: dict[str, Any], role: str = "AGENT", esat: int = 0, provisoire: bool = False) -> dict[str, Any]:
    """An account of one of the demonstration's ESATs."""
    return next(
        un for un in demo["esats"][esat]["comptes"] if un["role"] == role and bool(un.get("provisoire")) is provisoire
    )


def de_deux_esats(demo: dict[str, Any]) -> dict[str, Any]:
    """The account that serves both of the demonstration's ESATs."""
    premiers, seconds = (esat["comptes"] for esat in demo["esats"])
    return next(un for un in premiers if any(un["courriel"] == autre["courriel"] for autre in seconds))


def se_connecter(page: Page, courriel: str, mot_de_passe: str) -> None:
    """Fill in the login page and send it."""
    page.goto("/extranet/connexion")
    page.get_by_label("Adresse électronique").fill(courriel)
    page.get_by_label("Mot de passe", exact=True).fill(mot_de_passe)
    page.get_by_role("button", name="Se connecter").click()
