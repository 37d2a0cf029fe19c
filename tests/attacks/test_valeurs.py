"""Values at the edge of what they may be, and values that mean something to somebody else: all of them are data."""

from datetime import date

import pytest
from fautes import exiger_faute
from maison import MAINTENANT
from messages import (
    NS,
    annule,
    certificat,
    changement,
    consulte_depot,
    declare_certificats,
    declare_changements,
    depart,
    nouveau_nir,
    reste_a_declarer,
    salarie,
)

INJECTIONS = [
    "Robert'); DROP TABLE ligne;--",
    "' OR '1'='1",
    '" UNION SELECT mot_de_passe FROM compte --',
    "%s%n%x {0.__class__} {} $1 :nom ?1 @p \\'",
    "${jndi:ldap://127.0.0.1/a}",
    "*)(uid=*))(|(uid=*",
    "$(id) `id` | id ; id && id",
    "../../../../etc/passwd",
    "<script>alert(1)</script>",
    "]]>&lt;nom&gt;",
    "=CMD|' /C calc'!A0",
    "=HYPERLINK(1)",
    "\u202egnidaer sdrawkcab",
    "N\u0303u\u0301n\u0303ez",
    "محمد علي",
    "李小龍",
    "🦙🦙",
    "\ufffd\ufeff\u200b",
    "a\u0085b\u2028c",
    "O'Brien \u2019 d\u2019Été",
    "x" * 80,
    "é" * 80,
    "𝄞" * 80,
]


def test_names_that_mean_something_elsewhere_come_out_as_they_went_in(service_partout):
    lignes = [changement(salarie(nom=texte, nomUsage=texte, prenom=texte)) for texte in INJECTIONS]
    assert service_partout.post(declare_changements(*lignes)).codes == [[]] * len(INJECTIONS)
    reponse = service_partout.post(reste_a_declarer())
    for champ in ("nom", "nomUsage", "prenom"):
        assert sorted(reponse.textes(f"salarie/{champ}")) == sorted(INJECTIONS)


def test_references_that_mean_something_elsewhere_come_out_as_they_went_in(service_partout):
    references = [texte[:40] for texte in INJECTIONS]
    depot = service_partout.post(declare_certificats(*(certificat(reference=texte) for texte in references)))
    attendues = [" ".join(texte.split(" ")).strip() for texte in references]
    assert depot.textes("accuse/resultat/reference") == attendues
    relu = service_partout.post(consulte_depot(depot.texte("accuse/numeroDepot")))
    assert relu.textes("accuse/resultat/reference") == attendues
    assert relu.accuse_signe == depot.accuse_signe


def test_numbers_that_mean_something_elsewhere_are_no_numbers_of_ours(service_partout):
    for texte in INJECTIONS:
        court = texte[:40]
        exiger_faute(service_partout.post(consulte_depot(numero=court)), "INTROUVABLE", court)
        assert service_partout.post(declare_certificats(certificat(remplace=court))).codes == [["C16"]]


@pytest.mark.parametrize("nombre", [0, 1, 1000, 1001])
@pytest.mark.parametrize("volet", ["certificats", "changements", "annulations"])
def test_a_message_has_from_1_to_1000_lines(service, volet, nombre):
    if volet == "certificats":
        charge = declare_certificats(*(certificat() for _ in range(nombre)) if nombre else [" "])
    elif volet == "changements":
        charge = declare_changements(*(changement() for _ in range(nombre)) if nombre else [" "])
    else:
        charge = annule(*(f"D261204-{rang:08d}-0001" for rang in range(nombre)))
    reponse = service.post(charge)
    if 1 <= nombre <= 1000:
        assert len(reponse.codes) == nombre
        assert reponse.texte("accuse/nombreRecues") == str(nombre)
    else:
        exiger_faute(reponse, "SCHEMA_INVALIDE")
        (precision,) = reponse.faute.precisions
        assert precision["champ"].endswith("[1001]" if nombre else charge[1 : charge.index(" ")])


NOMBRES = {
    "812.40": [],
    "812.4": [],
    "+812.40": [],
    "0812.40": [],
    " 812.40\n": [],
    "812.": [],
    "812.40000000": [],
    "812.4000244140625": ["C17"],
    "812.404999999999999999999999999999999": ["C17"],
    "812.4" + "0" * 500 + "1": ["C17"],
    "0.004": ["C17", "C05"],
    "0.005": ["C17"],
    "-0.004": ["C17", "C05"],
    "-0": ["C05"],
    "0": ["C05"],
    "-812.40": ["C05"],
    "99999.99": ["C10"],
    "99999.9899999999999999999999": ["C17", "C10"],
    "-99999.99": ["C05"],
}


@pytest.mark.parametrize(("ecrit", "codes"), NOMBRES.items(), ids=[nombre[:24] for nombre in NOMBRES])
def test_an_amount_is_read_however_it_is_written_and_rounded_once(service, ecrit, codes):
    ligne = certificat(montantNet=ecrit, montantAidePoste=None, pourcentageSalaireDirect="10")
    assert service.post(declare_certificats(ligne)).codes == [codes]


ENTIERS = {"12": [], "+12": [], "0012": [], " 12 ": [], "0": ["C07"], "-0": ["C07"], "13": ["C02"], "-1": ["C02"]}
BORNES = {"2147483647": ["C02"], "-2147483648": ["C02"]}


def test_months_are_read_however_they_are_written(service_partout):
    cas = ENTIERS | BORNES
    reponse = service_partout.post(declare_certificats(*(certificat(nombreMois=ecrit) for ecrit in cas)))
    assert dict(zip(cas, reponse.codes, strict=True)) == cas


DATES = ["1985-05-14", "1985-05-14Z", "1985-05-14+02:00", "1985-05-14-14:00", "\n 1985-05-14+14:00 \t"]


@pytest.mark.parametrize("ecrite", DATES, ids=repr)
def test_a_date_is_the_day_that_is_written_whatever_its_offset(service, ecrite):
    nir = nouveau_nir()
    assert service.post(declare_changements(changement(salarie(nir, dateNaissance=ecrite)))).codes == [[]]
    restants = service.post(reste_a_declarer()).elements("salarie")
    naissances = {restant.findtext(f"{{{NS}}}nir"): restant.findtext(f"{{{NS}}}dateNaissance") for restant in restants}
    assert naissances[nir] == "1985-05-14"


def test_the_ends_of_the_calendar_are_dates_like_others(service_partout):
    assert MAINTENANT.date() == date(2026, 12, 4)
    cas = {
        "0001-01-01": ["A04"],
        "9999-12-31": ["A04"],
        "2024-12-04": [],
        "2024-12-03": ["A04"],
        "2027-03-04": [],
        "2027-03-05": ["A04"],
    }
    reponse = service_partout.post(declare_changements(*(changement(detail=depart(jour)) for jour in cas)))
    assert dict(zip(cas, reponse.codes, strict=True)) == cas
    anciens = [changement(salarie(dateNaissance=jour)) for jour in ("0001-01-01", "9999-12-31", "1885-05-01")]
    assert service_partout.post(declare_changements(*anciens)).codes == [["I06"], ["I06"], []]
    assert "0001-01-01" in service_partout.post(reste_a_declarer()).textes("salarie/dateNaissance")
