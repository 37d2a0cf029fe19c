"""The invented people: valid numbers, nobody real, always the same."""

from decimal import Decimal

import pytest

from service.domain.baremes import smic_mensuel
from service.domain.declaration import Salarie
from service.domain.identifiants import naissance_du_nir, nir_valide, numero_allocataire_valide
from service.usecases.demonstration_personnes import inventer_salaries

INVENTES = [invente for graine in (1, 2) for invente in inventer_salaries("X", 75, graine)]
SALARIES: list[Salarie] = [invente.salarie for invente in INVENTES]


def test_people_are_the_same_every_time():
    assert inventer_salaries("X", 75, 1) == inventer_salaries("X", 75, 1)
    assert inventer_salaries("X", 75, 1) != inventer_salaries("X", 75, 2)


def test_every_number_is_valid_and_agrees_with_the_birth():
    for salarie in SALARIES:
        assert salarie.nir or salarie.numero_allocataire
        if salarie.nir:
            assert nir_valide(salarie.nir)
            assert naissance_du_nir(salarie.nir) == (salarie.date_naissance.year % 100, salarie.date_naissance.month)
        if salarie.numero_allocataire:
            assert numero_allocataire_valide(salarie.numero_allocataire)
            assert salarie.organisme == "831"


def test_no_commune_has_the_code_of_a_birth_so_that_nobody_exists():
    assert all(int(salarie.nir[7:10]) >= 900 for salarie in SALARIES if salarie.nir)


def test_nobody_is_there_twice():
    assert len({salarie.nir for salarie in SALARIES if salarie.nir}) == sum(bool(salarie.nir) for salarie in SALARIES)
    numeros = [salarie.numero_allocataire for salarie in SALARIES if salarie.numero_allocataire]
    assert len(set(numeros)) == len(numeros)
    assert len({invente.matricule for invente in INVENTES}) == 75


@pytest.mark.parametrize(
    ("genre", "existe"),
    [
        ("NIR only", lambda s: s.nir and not s.numero_allocataire),
        ("numéro only", lambda s: s.numero_allocataire and not s.nir),
        ("both", lambda s: s.nir and s.numero_allocataire),
        ("numéro without letter", lambda s: s.numero_allocataire and s.numero_allocataire.isdigit()),
        ("born in 2A", lambda s: s.nir and s.nir[5:7] == "2A"),
        ("born in 2B", lambda s: s.nir and s.nir[5:7] == "2B"),
        ("used name", lambda s: s.nom_usage),
        ("accents", lambda s: not s.nom.isascii()),
        ("two words", lambda s: " " in s.nom),
    ],
)
def test_every_kind_of_identity_is_there(genre, existe):
    assert any(map(existe, SALARIES)), genre


def test_amounts_are_plausible_whole_cents():
    smic = smic_mensuel(INVENTES[0].salarie.date_naissance.replace(year=2025, month=11))
    for invente in INVENTES:
        net, aide = invente.net(2025), invente.aide_en_euros(2025)
        assert net == net.quantize(Decimal("0.01"))
        assert aide <= smic * Decimal("0.507")
        assert net * Decimal("0.097") <= aide <= net * Decimal("1.25")
        assert 5 <= invente.part <= 100


def test_a_raise_raises_the_net_by_its_percents():
    invente = INVENTES[0]

    assert abs(invente.net(2025, Decimal(10)) - invente.net(2025) * Decimal("1.1")) <= Decimal("0.01")
