"""The valid samples, whole or altered at one place."""

from pathlib import Path

import pytest

from service.contract.reading import lire_enveloppe

VALIDES = Path(__file__).parents[1] / "samples" / "valid"


@pytest.fixture(scope="session")
def echantillon():
    """Text of the valid sample of an operation, each `(avant, apres)` replaced once; what is replaced must be there."""

    def lire(operation, *remplacements):
        texte = (VALIDES / f"{operation}.xml").read_text(encoding="utf-8")
        for avant, apres in remplacements:
            assert avant in texte, avant
            texte = texte.replace(avant, apres, 1)
        return texte

    return lire


@pytest.fixture(scope="session")
def charge(echantillon):
    """Payload of a sample, altered as `echantillon` does."""

    def lire(operation, *remplacements):
        return lire_enveloppe(echantillon(operation, *remplacements).encode(), "utf-8").charge

    return lire
