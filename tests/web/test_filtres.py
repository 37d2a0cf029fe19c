"""filtres: dates, amounts and numbers as French readers write them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from markupsafe import Markup

from service.web import filtres


@pytest.mark.parametrize(
    ("filtre", "valeur", "attendu"),
    [
        (filtres.jour, date(2026, 12, 1), "1er\u00a0décembre 2026"),
        (filtres.jour, datetime(2026, 12, 31, 23, 30, tzinfo=UTC), "1er\u00a0janvier 2027"),
        (filtres.jour_court, date(2026, 2, 3), "03/02/2026"),
        (filtres.instant, datetime(2026, 7, 14, 7, 5, tzinfo=UTC), "14\u00a0juillet 2026 à 9\u00a0h\u00a005"),
        (filtres.instant_court, datetime(2026, 12, 1, 8, 5, 7, tzinfo=UTC), "01/12/2026 09:05:07"),
        (filtres.nombre, 12345, "12\u202f345"),
        (filtres.euros, Decimal("1234.5"), "1\u202f234,50\u00a0€"),
        (filtres.pourcentage, Decimal("12"), "12,00\u00a0%"),
        (filtres.insecable, "Oui : « non » ; si ?", "Oui\u00a0: «\u00a0non\u00a0»\u00a0; si\u00a0?"),
        (filtres.insecable, Markup("<b>a</b> : b"), Markup("<b>a</b>\u00a0: b")),
        (filtres.siret, "99910083700015", "999\u00a0100\u00a0837\u00a000015"),
    ],
)
def test_values_read_as_in_france(filtre, valeur, attendu):
    assert filtre(valeur) == attendu
    assert type(filtre(valeur)) is type(attendu)


@pytest.mark.parametrize(
    ("texte", "colonne", "attendu"),
    [
        ("depart", "nature", "Départ"),
        (" Augmentation ", "nature", "Augmentation du temps de travail"),
        ("fin_de_contrat", "motif", "Fin de contrat"),
        ("parti", "motif", "parti"),
        ("DEMISSION", "nom", "DEMISSION"),
    ],
)
def test_codes_that_a_file_or_a_form_wrote_are_told_in_words(texte, colonne, attendu):
    assert filtres.saisi(texte, colonne) == attendu
