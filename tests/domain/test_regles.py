"""The catalogue holds every rule of the contract, with texts that can be read."""

import re
from string import Formatter

import pytest

from service.domain.declaration import Gravite
from service.domain.regles import REGLES, VERSION_REGLES, Regle, anomalie

GRAVITES = {
    Gravite.REJET: {"I01", "I02", "I03", "I04", "I07", "C02", "C03", "C04", "C05", "C06", "C16", "A02"},
    Gravite.ALERTE: {
        *("I06", "C07", "C08", "C09", "C10", "C11", "C12", "A03", "C13", "C14", "A04", "A05"),
    },
    Gravite.INFO: {"C15", "C17"},
}


@pytest.mark.parametrize("gravite", Gravite)
def test_rules_and_their_gravity_are_those_of_the_contract(gravite: Gravite) -> None:
    assert {code for code, regle in REGLES.items() if regle.gravite is gravite} == GRAVITES[gravite]


def test_rules_are_listed_by_family_and_number() -> None:
    assert [code[0] for code in REGLES] == sorted((code[0] for code in REGLES), key="ICA".index)
    for famille in "ICA":
        codes = [code for code in REGLES if code[0] == famille]
        assert codes == sorted(codes)
    assert all(regle.code == code for code, regle in REGLES.items())


@pytest.mark.parametrize("regle", REGLES.values(), ids=lambda regle: regle.code)
def test_every_rule_tells_what_why_how_and_an_example(regle: Regle) -> None:
    for texte in (regle.libelle, regle.explication, regle.correction, regle.exemple, regle.message):
        assert texte == texte.strip()
        assert "  " not in texte
    assert not regle.libelle.endswith(".")
    for phrase in (regle.explication, regle.correction, regle.exemple):
        assert phrase.endswith(".")
        assert len(phrase) > 12
    assert not re.search(r"[^\s«] ?[«»]\S|[a-zé][:;!?]", " ".join(regle[2:6]))


@pytest.mark.parametrize("regle", REGLES.values(), ids=lambda regle: regle.code)
def test_messages_have_no_room_for_a_person(regle: Regle) -> None:
    champs = {nom for _, nom, _, _ in Formatter().parse(regle.message) if nom}

    assert champs <= {
        *("champ", "attendu", "attendus", "donnes", "indice", "premier", "actif", "portee", "retenue"),
        *("minimum", "maximum", "plafond", "taux", "smic", "depart", "date_limite"),
    }


def test_c03_tells_vendors_of_the_indicators_of_net_style_proxies() -> None:
    assert "xxxSpecified" in REGLES["C03"].explication
    assert ".NET" in REGLES["C03"].explication
    assert "montantNetSpecified" in REGLES["C03"].correction
    assert all(valeur in REGLES["C03"].explication for valeur in ("DEUX", "AU_MOINS_DEUX", "TROIS"))


def test_an_anomaly_takes_gravity_and_words_from_the_catalogue() -> None:
    faite = anomalie("I07", "salarie")

    assert (faite.code, faite.gravite, faite.champ) == ("I07", Gravite.REJET, "salarie")
    assert faite.message == REGLES["I07"].message.format(champ="salarie")


def test_an_unknown_code_or_a_missing_detail_is_refused() -> None:
    with pytest.raises(KeyError, match="I05"):
        anomalie("I05")
    with pytest.raises(KeyError, match="premier"):
        anomalie("I04", "salarie/nir")


def test_the_version_is_a_year_and_a_number() -> None:
    assert re.fullmatch(r"20\d\d\.\d+", VERSION_REGLES)
