"""A real Chromium for the tests of pages: one a process of the tests, a fresh profile a test.

A page that logs an error, breaks its own Content-Security-Policy or answers 500 fails the test that opened it.
"""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
ECRAN = {"width": 1024, "height": 768}
TELEPHONE = {"width": 360, "height": 740}
_REGLES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],  # what passes is not told node by node, which took half of the time
}


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, the build of it that never has a window: a third less of both cores than the whole one."""
    chemin = shutil.which("chromium-headless-shell")
    assert chemin is not None, "Chromium is missing: tests/paquets.sh installs it"
    with sync_playwright() as playwright:
        navigateur = playwright.chromium.launch(executable_path=chemin, args=list(ARGUMENTS))
        yield navigateur
        navigateur.close()


@pytest.fixture
def ouvrir(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a page in a profile of its own: called twice, it is two people at two machines."""
    contextes: list[BrowserContext] = []
    erreurs: list[str] = []

    def nouvelle_page(adresse: str, ecran: dict[str, int] = ECRAN, **options: object) -> Page:
        contexte = chromium.new_context(
            base_url=adresse, viewport=ecran, locale="fr-FR", timezone_id="Europe/Paris", **options
        )
        contexte.set_default_timeout(15_000)
        contextes.append(contexte)
        page = contexte.new_page()
        page.on("pageerror", lambda erreur: erreurs.append(str(erreur)))
        page.on("console", lambda message: erreurs.append(message.text) if _grave(message.type, message.text) else None)
        page.on("response", lambda reponse: erreurs.append(reponse.url) if reponse.status >= 500 else None)
        return page

    yield nouvelle_page
    for contexte in contextes:
        contexte.close()
    assert erreurs == []


def _grave(genre: str, texte: str) -> bool:
    """Errors of the page's own; that a 4xx was answered, which Chromium tells as an error, is the test's affair."""
    return genre == "error" and "the server responded with a status of 4" not in texte


def exiger_accessible(page: Page) -> None:
    """Fail, with every violation and where it is, unless axe-core finds none on the page as it is now."""
    resultat = Axe().run(page, options=_REGLES)
    violations = [
        f"{une['id']}: {une['help']}: {[noeud['html'][:200] for noeud in une['nodes']]}"
        for une in resultat.response["violations"]
    ]
    assert violations == [], (page.url, violations)


def tenir_dans_la_page(page: Page) -> None:
    """Fail when the page is wider than the screen: nobody scrolls sideways to read."""
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), page.url


def photographier(page: Page, fichier: Path) -> None:
    """A picture of the whole page, to be looked at."""
    page.screenshot(path=str(fichier), full_page=True)
