"""Rules on certificates: for each, a line that must trigger it and the nearest one that must not.

The SMIC of 1 November 2026 is 1823.03 €: 50.7 % of it are 924.27621 €, 110.7 % are 2018.09421 €.
"""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from service.domain.campagne import ElementsAttendus
from service.domain.controles import Antecedent, ContexteCertificats, juger_certificats
from service.domain.declaration import Certificat

SANS_AIDE: dict[str, Any] = {"montant_aide_poste": None, "pourcentage_salaire_direct": "10.00"}
SANS_NET: dict[str, Any] = {"montant_net": None, "pourcentage_salaire_direct": "10.00"}
TROIS: dict[str, Any] = {"pourcentage_salaire_direct": "10.00"}
UN: dict[str, Any] = {"montant_net": None}
PASSE = {**SANS_AIDE, "remuneration_an_passe": "1000.00"}

CAS: dict[str, tuple[set[str], dict[str, Any], dict[str, Any]]] = {
    "C02 thirteen": ({"C02"}, {"nombre_mois": 13}, {"nombre_mois": 12}),
    "C02 below nothing": ({"C02"}, {**SANS_AIDE, "nombre_mois": -1}, {"nombre_mois": 1}),
    "C03 DEUX": ({"C03"}, UN, {}),
    "C03 AU_MOINS_DEUX": (
        {"C03"},
        {**UN, "elements_attendus": ElementsAttendus.AU_MOINS_DEUX},
        {"elements_attendus": ElementsAttendus.AU_MOINS_DEUX},
    ),
    "C03 TROIS": (
        {"C03"},
        {"elements_attendus": ElementsAttendus.TROIS},
        {**TROIS, "elements_attendus": ElementsAttendus.TROIS},
    ),
    "C04 DEUX": ({"C04"}, TROIS, {}),
    "C04 not for AU_MOINS_DEUX": ({"C04"}, TROIS, {**TROIS, "elements_attendus": ElementsAttendus.AU_MOINS_DEUX}),
    "C05 net": ({"C05"}, {**SANS_AIDE, "montant_net": "0.00"}, {**SANS_AIDE, "montant_net": "0.01"}),
    "C05 aide": ({"C05"}, {**SANS_NET, "montant_aide_poste": "-0.01"}, {**SANS_NET, "montant_aide_poste": "0.01"}),
    "C05 share": (
        {"C05", "C08"},
        {"montant_net": None, "pourcentage_salaire_direct": "0.00"},
        {"montant_net": None, "pourcentage_salaire_direct": "5.00"},
    ),
    "C06": ({"C06"}, {"certificat_actif": "D1-0001"}, {"certificat_actif": None}),
    "C06 replaced": (
        {"C06"},
        {"certificat_actif": "D1-0001", "remplacables": frozenset({"D1-0001"})},
        {"certificat_actif": "D1-0001", "remplacables": frozenset({"D1-0001"}), "remplace": "D1-0001"},
    ),
    "C07": ({"C07"}, {"nombre_mois": 0}, {"nombre_mois": 1}),
    "C08 low": (
        {"C08"},
        {**SANS_AIDE, "pourcentage_salaire_direct": "4.99"},
        {**SANS_AIDE, "pourcentage_salaire_direct": "5.00"},
    ),
    "C08 high": (
        {"C08"},
        {**SANS_AIDE, "pourcentage_salaire_direct": "100.01"},
        {**SANS_AIDE, "pourcentage_salaire_direct": "100.00"},
    ),
    "C09": ({"C09"}, {"montant_aide_poste": "924.28"}, {"montant_aide_poste": "924.27"}),
    "C10 net": ({"C10"}, {**SANS_AIDE, "montant_net": "2018.10"}, {**SANS_AIDE, "montant_net": "2018.09"}),
    "C10 aide and share": (
        {"C10", "C12"},
        {"montant_net": None, "montant_aide_poste": "195.07", "pourcentage_salaire_direct": "100.00"},
        {"montant_net": None, "montant_aide_poste": "195.06", "pourcentage_salaire_direct": "100.00"},
    ),
    "C11 low": (
        {"C11"},
        {"montant_net": "1000.00", "montant_aide_poste": "96.99"},
        {"montant_net": "1000.00", "montant_aide_poste": "97.00"},
    ),
    "C11 high": (
        {"C11"},
        {"montant_net": "500.00", "montant_aide_poste": "625.01"},
        {"montant_net": "500.00", "montant_aide_poste": "625.00"},
    ),
    "C12 share of 40": (
        {"C12"},
        {"montant_net": None, "montant_aide_poste": "741.98", "pourcentage_salaire_direct": "40.00"},
        {"montant_net": None, "montant_aide_poste": "741.97", "pourcentage_salaire_direct": "40.00"},
    ),
    "C12 share of 20": (
        {"C09", "C12"},
        {"montant_net": None, "montant_aide_poste": "924.28", "pourcentage_salaire_direct": "20.00"},
        {"montant_net": None, "montant_aide_poste": "924.27", "pourcentage_salaire_direct": "20.00"},
    ),
    "C12 just above 20": (
        {"C12"},
        {"montant_net": None, "montant_aide_poste": "924.19", "pourcentage_salaire_direct": "20.01"},
        {"montant_net": None, "montant_aide_poste": "924.18", "pourcentage_salaire_direct": "20.01"},
    ),
    "C13 months": ({"C13"}, {**SANS_AIDE, "nombre_mois": 11}, {**SANS_AIDE, "nombre_mois": 12}),
    "C13 aide": ({"C13"}, {**SANS_AIDE, "nombre_mois": 11}, {"nombre_mois": 11}),
    "C13 no month at all": ({"C07", "C13"}, {**SANS_AIDE, "nombre_mois": 0}, {**SANS_AIDE, "nombre_mois": 12}),
    "C14 more": ({"C14"}, {**PASSE, "montant_net": "1300.01"}, {**PASSE, "montant_net": "1300.00"}),
    "C14 less": ({"C14"}, {**PASSE, "montant_net": "699.99"}, {**PASSE, "montant_net": "700.00"}),
    "C14 on aide + share × SMIC, 882.303": (
        {"C14"},
        {**SANS_NET, "remuneration_an_passe": "1260.44"},
        {**SANS_NET, "remuneration_an_passe": "1260.43"},
    ),
    "C15": ({"C15"}, {"jour": date(2027, 1, 16)}, {"jour": date(2027, 1, 15)}),
    "C16": (
        {"C16"},
        {"remplace": "D1-0001", "remplacables": frozenset({"D1-0002"})},
        {"remplace": "D1-0002", "remplacables": frozenset({"D1-0002"})},
    ),
    "C17 net": ({"C17"}, {"montant_net": "850.001"}, {"montant_net": "850.000"}),
    "C17 aide": ({"C17"}, {"montant_aide_poste": "700.4999"}, {"montant_aide_poste": "700.5"}),
    "C17 share": (
        {"C17"},
        {**SANS_AIDE, "pourcentage_salaire_direct": "12.345"},
        {**SANS_AIDE, "pourcentage_salaire_direct": "12.3400000"},
    ),
    "A05 in the year": (
        {"A05"},
        {"depart": date(2026, 4, 30), "nombre_mois": 5},
        {"depart": date(2026, 4, 1), "nombre_mois": 4},
    ),
    "A05 before the year": (
        {"A05"},
        {"depart": date(2025, 12, 31), "nombre_mois": 1},
        {"depart": date(2027, 1, 1), "nombre_mois": 1},
    ),
}


@pytest.mark.parametrize(("attendues", "fautive", "limite"), CAS.values(), ids=CAS)
def test_rule_speaks_on_the_wrong_line_and_not_on_the_nearest_right_one(
    juger_certificat: Any, attendues: set[str], fautive: dict[str, Any], limite: dict[str, Any]
) -> None:
    assert {anomalie.code for anomalie in juger_certificat(**fautive).anomalies} == attendues
    assert juger_certificat(**limite).anomalies == ()


def test_no_month_at_all_is_beyond_no_departure(juger_certificat: Any) -> None:
    jugement = juger_certificat(depart=date(2025, 12, 31), nombre_mois=0)

    assert [anomalie.code for anomalie in jugement.anomalies] == ["C07"]


CHAMPS = {
    "C02": ({"nombre_mois": 13}, "nombreMois"),
    "C03": (UN, None),
    "C04": (TROIS, None),
    "C05": ({**SANS_AIDE, "montant_net": "-3"}, "montantNet"),
    "C06": ({"certificat_actif": "D1-0001"}, "remplace"),
    "C07": ({"nombre_mois": 0}, "nombreMois"),
    "C08": ({**SANS_AIDE, "pourcentage_salaire_direct": "1"}, "pourcentageSalaireDirect"),
    "C09": ({"montant_net": "1800", "montant_aide_poste": "1000"}, "montantAidePoste"),
    "C10": ({**SANS_AIDE, "montant_net": "3000"}, "montantNet"),
    "C11": ({"montant_aide_poste": "1"}, "montantAidePoste"),
    "C13": ({**SANS_AIDE, "nombre_mois": 3}, "montantAidePoste"),
    "C14": ({**SANS_NET, "remuneration_an_passe": "10"}, "montantAidePoste"),
    "C15": ({"jour": date(2027, 2, 1)}, None),
    "C16": ({"remplace": "D1-0001"}, "remplace"),
    "C17": ({"montant_aide_poste": "700.009"}, "montantAidePoste"),
    "A05": ({"depart": date(2026, 2, 1)}, "nombreMois"),
}


@pytest.mark.parametrize("code", CHAMPS)
def test_anomaly_names_the_path_of_the_field(juger_certificat: Any, code: str) -> None:
    valeurs, champ = CHAMPS[code]

    [anomalie] = juger_certificat(**valeurs).anomalies

    assert (anomalie.code, anomalie.champ) == (code, champ)


MESSAGES = {
    "C03 tells what is given and expected": (UN, "1 élément(s) donné(s)"),
    "C03 tells the setting": ({"elements_attendus": ElementsAttendus.TROIS}, "les trois sont attendus"),
    "C03 without any amount names the indicators of .NET": ({**UN, "montant_aide_poste": None}, "Specified"),
    "C04 tells what is expected": (TROIS, "exactement deux des trois sont attendus"),
    "C06 gives the number to replace": ({"certificat_actif": "D1-0001"}, "D1-0001"),
    "C09 tells the highest whole cent": ({"montant_aide_poste": "950"}, "au plus 924,27 €"),
    "C09 tells the rate and the SMIC": ({"montant_aide_poste": "950"}, "50,7 % du SMIC de novembre (1823,03 €)"),
    "C10 tells the highest whole cent": ({**SANS_AIDE, "montant_net": "2100"}, "au plus 2018,09 €"),
    "C11 tells both ends": ({"montant_net": "333.33", "montant_aide_poste": "10"}, "de 32,34 € à 416,66 €"),
    "C12 tells the share's ceiling": (
        {"montant_net": None, "montant_aide_poste": "900", "pourcentage_salaire_direct": "40"},
        "au plus 741,97 € sont attendus pour la part de salaire direct donnée, soit 40,7 %",
    ),
    "C14 tells both ends": ({**PASSE, "montant_net": "2000"}, "de 700,00 € à 1300,00 €"),
    "C15 tells the last day in time": ({"jour": date(2027, 1, 20)}, "15/01/2027"),
    "C17 tells what is kept": ({"montant_net": "812.4000244140625"}, "retenue est 812,4"),
    "A05 tells the départ": ({"depart": date(2026, 4, 30)}, "au plus 4 mois sont attendus"),
}


@pytest.mark.parametrize("cas", MESSAGES)
def test_message_tells_what_is_expected(juger_certificat: Any, cas: str) -> None:
    valeurs, texte = MESSAGES[cas]

    [anomalie] = juger_certificat(**valeurs).anomalies

    assert texte in anomalie.message


def test_c03_with_one_amount_given_does_not_suspect_the_toolkit(juger_certificat: Any) -> None:
    assert "Specified" not in juger_certificat(**UN).anomalies[0].message


def test_all_anomalies_of_a_line_are_told_at_once(juger_certificat: Any) -> None:
    jugement = juger_certificat(
        nir="185057800608492",
        nombre_mois=0,
        montant_net="-1.004",
        montant_aide_poste="2500",
        pourcentage_salaire_direct="150",
        certificat_actif="D1-0001",
        remuneration_an_passe="900",
        depart=date(2025, 1, 1),
        jour=date(2027, 2, 1),
    )

    codes = {anomalie.code for anomalie in jugement.anomalies}
    assert codes == {"I02", "C17", "C07", "C04", "C05", "C09", "C08", "C14", "C12", "C06", "C15"}
    assert jugement.rejetee


@pytest.mark.parametrize(("net", "code"), [("-700.00", "C05"), ("0.00", "C05"), ("0.01", "C11")])
def test_an_aide_is_compared_with_a_positive_net_amount_only(juger_certificat: Any, net: str, code: str) -> None:
    assert [anomalie.code for anomalie in juger_certificat(montant_net=net).anomalies] == [code]


def test_alerts_and_informations_do_not_stop_a_line(juger_certificat: Any) -> None:
    jugement = juger_certificat(jour=date(2027, 2, 1), montant_net="850.001", nombre_mois=0)

    assert [anomalie.code for anomalie in jugement.anomalies] == ["C17", "C07", "C15"]
    assert not jugement.rejetee


@pytest.mark.parametrize(
    ("recue", "retenue"),
    [("850.005", "850.01"), ("850.0049", "850.00"), ("850", "850.00"), ("812.4000244140625", "812.40")],
)
def test_amounts_are_kept_rounded_half_up(juger_certificat: Any, recue: str, retenue: str) -> None:
    assert str(juger_certificat(montant_net=recue).ligne.montant_net) == retenue


def test_rules_run_on_rounded_values(juger_certificat: Any) -> None:
    presque_rien = juger_certificat(**SANS_AIDE, montant_net="0.004")
    au_plafond = juger_certificat(montant_aide_poste="924.274")

    assert [anomalie.code for anomalie in presque_rien.anomalies] == ["C17", "C05"]
    assert [anomalie.code for anomalie in au_plafond.anomalies] == ["C17"]


def test_smic_is_that_of_november_of_the_year_declared(juger_certificat: Any) -> None:
    # 50.7 % of 1801.80 € (1 November 2024) are 913.5126 €; in October they were 895.83 €.
    a_temps = {"jour": date(2024, 12, 5), "date_limite": date(2025, 1, 15), "annee": 2024}

    assert juger_certificat(**a_temps, montant_aide_poste="913.51").anomalies == ()
    assert [a.code for a in juger_certificat(**a_temps, montant_aide_poste="913.52").anomalies] == ["C09"]


def test_a_value_that_is_exactly_the_threshold_is_right(juger_certificat: Any) -> None:
    # Of 1801.80 €: 15 % are 270.27 €, and with 95.7 % make the ceiling of C10; 50 % are 900.90 €, that of C12 at 21.4.
    en_2024: dict[str, Any] = {"jour": date(2024, 12, 5), "date_limite": date(2025, 1, 15), "annee": 2024, **UN}
    au_plafond = juger_certificat(**en_2024, montant_aide_poste="270.27", pourcentage_salaire_direct="95.70")

    assert [anomalie.code for anomalie in au_plafond.anomalies] == ["C12"]
    assert juger_certificat(**en_2024, montant_aide_poste="900.90", pourcentage_salaire_direct="21.40").anomalies == ()


def test_away_from_the_database_its_rules_do_not_speak(juger_certificat: Any) -> None:
    connu = {
        "certificat_actif": "D1-0001",
        "remuneration_an_passe": "10",
        "depart": date(2025, 1, 1),
        "hors_ligne": True,
    }

    assert juger_certificat(**connu).anomalies == ()
    assert juger_certificat(**connu, remplace="D9-0009").anomalies == ()


def test_antecedents_belong_to_the_line_of_their_index(
    certificat: Certificat, contexte_certificats: ContexteCertificats
) -> None:
    autre = certificat._replace(salarie=certificat.salarie._replace(nir=None, numero_allocataire="1234567"))
    connus = {1: Antecedent(None, frozenset(), Decimal("10"), None)}
    jugements = juger_certificats([certificat, autre], contexte_certificats, connus)

    assert [[a.code for a in jugement.anomalies] for jugement in jugements] == [[], ["C14"]]


def test_a_year_before_the_tables_is_refused(certificat: Certificat, contexte_certificats: ContexteCertificats) -> None:
    with pytest.raises(ValueError, match="Aucun barème connu avant le 01/01/2018"):
        juger_certificats([certificat], contexte_certificats._replace(annee=2017))
