"""actes: every act and channel has its French label, and fits its column."""

import pytest

from service.domain.actes import Acte, Canal


@pytest.mark.parametrize("valeur", [*Acte, *Canal])
def test_each_has_a_label_of_its_own(valeur):
    libelles = [autre.libelle for autre in type(valeur)]
    assert valeur.libelle
    assert libelles.count(valeur.libelle) == 1


def test_codes_fit_their_columns():
    assert max(map(len, Acte)) <= 40
    assert max(map(len, Canal)) <= 10
