"""What the service says of itself, and what stands for it away from the network."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from declarer_esat.etat_du_service import en_ligne, hors_ligne

from service.domain.campagne import ElementsAttendus
from service.domain.regles import VERSION_REGLES
from service.errors import SaisieError


def reponse(elements="TROIS", expiration=None, lignes=500):
    return SimpleNamespace(
        environnement="essai",
        campagne=SimpleNamespace(
            annee=2026,
            ouverture=date(2026, 11, 20),
            dateLimite=date(2027, 1, 20),
            fermeture=date(2027, 3, 31),
            elementsAttendus=elements,
            ouverte=True,
        ),
        limites=SimpleNamespace(lignesParMessage=lignes, octetsParMessage=100_000),
        versionRegles="2027.1",
        compte=SimpleNamespace(expiration=expiration or datetime(2030, 1, 1, tzinfo=UTC)),
    )


def test_the_campaign_and_limits_are_those_of_the_service():
    etat = en_ligne(reponse(), None)
    assert etat.campagne.annee == 2026
    assert etat.campagne.date_limite == date(2027, 1, 20)
    assert etat.campagne.elements_attendus is ElementsAttendus.TROIS
    assert (etat.limites.lignes, etat.limites.octets, etat.ouverte) == (500, 100_000, True)


def test_the_rules_that_will_judge_are_told():
    assert en_ligne(reponse(), None).regles == "2027.1"
    assert hors_ligne(2026).regles == VERSION_REGLES


def test_of_another_year_only_the_default_is_known():
    etat = en_ligne(reponse(), 2025)
    assert etat.campagne.annee == 2025
    assert etat.campagne.elements_attendus is ElementsAttendus.DEUX
    assert etat.ouverte is None


def test_a_setting_newer_than_this_program_leaves_the_judgement_to_the_service():
    assert en_ligne(reponse("QUATRE"), None).campagne.elements_attendus is ElementsAttendus.AU_MOINS_DEUX


def test_a_message_never_has_more_lines_than_the_contract():
    assert en_ligne(reponse(lignes=100_000), None).limites.lignes == 1000


@pytest.mark.parametrize(("jours", "dit"), [(3, 2), (15, 14), (17, None), (-1, -2)])
def test_a_password_about_to_end_is_told(jours, dit):
    fin = datetime.now(UTC) + timedelta(days=jours)
    assert en_ligne(reponse(expiration=fin), None).expire_dans == dit


def test_away_from_the_network_two_amounts_are_expected_unless_told():
    assert hors_ligne(2026).campagne.elements_attendus is ElementsAttendus.DEUX
    assert hors_ligne(2026, "TROIS").campagne.elements_attendus is ElementsAttendus.TROIS
    assert hors_ligne(None).campagne.annee >= 2025
    assert hors_ligne(2026).expire_dans is None


def test_a_year_out_of_the_calendar_is_refused():
    with pytest.raises(SaisieError):
        hors_ligne(9999)
