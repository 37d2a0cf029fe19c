"""The sample payroll files: what they look like, and which rows are wrong on purpose."""

import csv
import io
from collections import Counter
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest

from service.domain.campagne import ElementsAttendus
from service.domain.controles import ContexteCertificats, ContexteChangements, juger_certificats, juger_changements
from service.domain.declaration import Certificat, Changement, Nature, Salarie
from service.usecases.demonstration_fichiers import (
    CERTIFICATS,
    CHANGEMENTS,
    changements_du_mois,
    en_csv,
    en_xlsx,
    paie_de_novembre,
)
from service.usecases.demonstration_personnes import inventer_salaries

JOUR = date(2026, 11, 23)
SALARIES = inventer_salaries("MIM", 72, 1)
PAIE = paie_de_novembre(SALARIES, 2026)
CHANGES = changements_du_mois(SALARIES, JOUR)


def salarie(ligne):
    return Salarie(*(ligne[nom] for nom in CERTIFICATS[1:8]))


def certificat(ligne):
    return Certificat(ligne["reference"], salarie(ligne), *(ligne[nom] for nom in CERTIFICATS[8:]))


def changement(ligne):
    return Changement(
        ligne["reference"],
        salarie(ligne),
        Nature(ligne["nature"].upper()),
        *(ligne[nom] for nom in CHANGEMENTS[9:]),
    )


def rejets(jugements):
    return Counter(une.code for jugement in jugements for une in jugement.anomalies if une.gravite == "REJET")


def test_the_certificates_hold_one_deliberate_mistake_of_each_kind_and_no_other():
    contexte = ContexteCertificats(2026, ElementsAttendus.DEUX, JOUR, date(2027, 1, 15), "831")

    jugements = juger_certificats([certificat(ligne) for ligne in PAIE], contexte)

    assert rejets(jugements) == {"I02": 1, "C02": 1, "C04": 1, "C05": 1, "I04": 1}
    assert sum(jugement.rejetee for jugement in jugements) == 5
    assert len(PAIE) == 73


def test_one_net_is_sixty_percents_above_last_year_and_the_others_close_to_it():
    ecarts = [
        ligne["montant_net"] / invente.net(2025)
        for ligne, invente in zip(PAIE, SALARIES, strict=False)
        if ligne["montant_net"] > 0
    ]

    assert sum(ecart > Decimal("1.3") for ecart in ecarts) == 1
    assert all(Decimal("0.95") < ecart < Decimal("1.1") or Decimal("1.55") < ecart < Decimal("1.7") for ecart in ecarts)


def test_the_changes_hold_two_deliberate_mistakes_and_no_other():
    jugements = juger_changements([changement(ligne) for ligne in CHANGES], ContexteChangements(JOUR, "831"))

    assert rejets(jugements) == {"A02": 1, "I02": 1}
    assert sum(jugement.rejetee for jugement in jugements) == 2
    assert len(CHANGES) == 12
    assert {ligne["nature"] for ligne in CHANGES} == {"augmentation", "reduction", "depart"}


@pytest.mark.parametrize("jour", [date(2026, 1, 1), date(2026, 12, 31), date(2028, 2, 29)])
def test_changes_take_effect_around_the_day_whatever_it_is(jour):
    effets = {ligne["date_effet"] for ligne in changements_du_mois(SALARIES, jour)}

    assert all(-31 <= (effet - jour).days <= 0 for effet in effets)


def test_a_csv_has_semicolons_decimal_commas_and_french_dates():
    texte = en_csv(CERTIFICATS, PAIE).decode("utf-8")
    lignes = list(csv.DictReader(io.StringIO(texte), delimiter=";"))

    assert list(lignes[0]) == list(CERTIFICATS)
    assert lignes[0]["montant_net"] == f"{PAIE[0]['montant_net']}".replace(".", ",")
    assert lignes[0]["date_naissance"] == f"{SALARIES[0].salarie.date_naissance:%d/%m/%Y}"
    assert lignes[0]["remplace"] == ""
    assert len(lignes) == len(PAIE)


def test_a_spreadsheet_has_native_dates_and_numbers_and_text_for_what_has_zeros():
    feuille = openpyxl.load_workbook(io.BytesIO(en_xlsx(CERTIFICATS, PAIE))).active
    entete, premiere, *_ = [[cellule.value for cellule in rangee] for rangee in feuille.iter_rows()]
    lue = dict(zip(entete, premiere, strict=True))

    assert tuple(entete) == CERTIFICATS
    assert lue["nir"] == SALARIES[0].salarie.nir
    assert lue["montant_net"] == float(PAIE[0]["montant_net"])
    assert lue["date_naissance"] == datetime.combine(SALARIES[0].salarie.date_naissance, datetime.min.time())
    assert feuille["H2"].number_format == "dd/mm/yyyy"
    assert feuille["B2"].number_format == "@"
    assert feuille.max_row == len(PAIE) + 1
