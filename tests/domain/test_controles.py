"""Properties that every judgement has, whatever the line; numbers to cancel; the SIRET."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain.campagne import ElementsAttendus
from service.domain.controles import (
    Antecedent,
    ContexteCertificats,
    ContexteChangements,
    juger_annulations,
    juger_certificats,
    juger_changements,
    verifier_siret,
)
from service.domain.declaration import Certificat, Changement, Gravite, Nature, Salarie
from service.domain.montants import arrondir
from service.domain.regles import REGLES

LARGES = settings(deadline=None, database=None, max_examples=200)

MONTANTS = st.decimals("-99999.99", "99999.99", allow_nan=False, allow_infinity=False) | st.decimals(
    "-99999.99", "99999.99", places=40
)
TEXTES = st.text(max_size=20)
NUMEROS = st.sampled_from(["", "D261205-0123ABCD-0001", "D261205-0123ABCD-0002"])
SALARIES = st.builds(
    Salarie,
    nir=st.none() | TEXTES | st.from_regex(r"[12][0-9]{4}(2A|2B|[0-9]{2})[0-9]{8}", fullmatch=True),
    numero_allocataire=st.none() | TEXTES | st.from_regex(r"[0-9]{7}[A-Z]?", fullmatch=True),
    organisme=st.none() | TEXTES | st.just("831"),
    nom=TEXTES,
    nom_usage=st.none() | TEXTES,
    prenom=TEXTES,
    date_naissance=st.dates(),
)
CERTIFICATS = st.builds(
    Certificat,
    reference=st.none() | TEXTES,
    salarie=SALARIES,
    nombre_mois=st.integers(-(2**31), 2**31 - 1) | st.integers(-1, 13),
    montant_net=st.none() | MONTANTS,
    montant_aide_poste=st.none() | MONTANTS,
    pourcentage_salaire_direct=st.none() | MONTANTS | st.decimals("0", "130", places=2),
    remplace=st.none() | NUMEROS,
)
CHANGEMENTS = st.builds(
    Changement,
    reference=st.none() | TEXTES,
    salarie=SALARIES,
    nature=st.sampled_from(Nature),
    date_effet=st.dates(),
    heures_avant=st.none() | MONTANTS,
    heures_apres=st.none() | MONTANTS,
    motif=st.none(),
    remplace=st.none() | NUMEROS,
)
CONTEXTES = st.builds(
    ContexteCertificats,
    annee=st.integers(2018, 9999),
    elements_attendus=st.sampled_from(ElementsAttendus),
    jour=st.dates(),
    date_limite=st.dates(),
    organisme=st.none() | st.just("831"),
    hors_ligne=st.booleans(),
)
ANTECEDENTS = st.dictionaries(
    st.integers(0, 3),
    st.builds(
        Antecedent,
        certificat_actif=st.none() | NUMEROS.filter(bool),
        remplacables=st.frozensets(NUMEROS),
        remuneration_an_passe=st.none() | MONTANTS,
        depart=st.none() | st.dates(),
        numero_depart=st.none() | NUMEROS,
    ),
)


@LARGES
@given(st.lists(CERTIFICATS, max_size=4), CONTEXTES, ANTECEDENTS)
def test_any_certificates_are_judged_with_anomalies_of_the_catalogue(
    certificats: list[Certificat], contexte: ContexteCertificats, antecedents: dict[int, Antecedent]
) -> None:
    jugements = juger_certificats(certificats, contexte, antecedents)

    assert len(jugements) == len(certificats)
    for certificat, jugement in zip(certificats, jugements, strict=True):
        verifier(jugement)
        assert jugement.ligne == certificat._replace(
            montant_net=arrondi(certificat.montant_net),
            montant_aide_poste=arrondi(certificat.montant_aide_poste),
            pourcentage_salaire_direct=arrondi(certificat.pourcentage_salaire_direct),
        )


@LARGES
@given(
    st.lists(CHANGEMENTS, max_size=4),
    st.builds(ContexteChangements, st.dates(), st.none() | st.just("831"), st.booleans()),
    ANTECEDENTS,
)
def test_any_changes_are_judged_with_anomalies_of_the_catalogue(
    changements: list[Changement], contexte: ContexteChangements, antecedents: dict[int, Antecedent]
) -> None:
    jugements = juger_changements(changements, contexte, antecedents)

    assert len(jugements) == len(changements)
    for jugement in jugements:
        verifier(jugement)


def arrondi(valeur: Decimal | None) -> Decimal | None:
    return None if valeur is None else arrondir(valeur)


def verifier(jugement: Any) -> None:
    for code, gravite, champ, message in jugement.anomalies:
        assert REGLES[code].gravite is gravite
        assert message
        assert "{" not in message
        assert champ is None or message.startswith(f"{champ} : ")
    assert jugement.rejetee is (Gravite.REJET in {anomalie.gravite for anomalie in jugement.anomalies})


def oracle(certificat: Certificat, an_passe: Decimal | None) -> set[str]:
    """The formulas of the contract on 1 November 2026, written again in exact fractions."""
    net, aide, part = (None if v is None else Fraction(v) for v in certificat[3:6])
    smic, codes = Fraction("1823.03"), set()
    remuneration = net
    if net is None and aide is not None and part is not None:
        remuneration = aide + part * smic / 100
    if any(valeur is not None and valeur <= 0 for valeur in (net, aide, part)):
        codes.add("C05")
    if part is not None and (part < 5 or part > 100):
        codes.add("C08")
    if aide is not None and aide > smic * Fraction("0.507"):
        codes.add("C09")
    if remuneration is not None and remuneration > smic * Fraction("1.107"):
        codes.add("C10")
    if net is not None and net > 0 and aide is not None and not Fraction("0.097") <= aide / net <= Fraction("1.25"):
        codes.add("C11")
    if aide is not None and part is not None:
        plafond = max(Fraction("50.7") - Fraction("0.5") * max(Fraction(0), part - 20), Fraction(0))
        if aide > plafond * smic / 100:
            codes.add("C12")
    if remuneration is not None and an_passe is not None:
        passe = Fraction(an_passe)
        if abs(remuneration - passe) > passe * Fraction("0.3"):
            codes.add("C14")
    return codes


CENTIMES = st.none() | st.decimals("-10", "2500", places=2) | st.decimals("600", "1000", places=2)


@LARGES
@given(
    CENTIMES, CENTIMES, st.none() | st.decimals("-1", "140", places=2), st.none() | st.decimals("1", "2500", places=2)
)
def test_amounts_are_judged_as_the_formulas_of_the_contract_say(
    net: Decimal | None, aide: Decimal | None, part: Decimal | None, an_passe: Decimal | None
) -> None:
    salarie = Salarie(None, "1234567", "831", "A", None, "B", date(1985, 5, 17))
    certificat = Certificat(None, salarie, 12, net, aide, part, None)
    contexte = ContexteCertificats(2026, ElementsAttendus.DEUX, date(2026, 12, 5), date(2027, 1, 15), None)

    [jugement] = juger_certificats([certificat], contexte, {0: Antecedent(None, frozenset(), an_passe, None)})

    codes = {anomalie.code for anomalie in jugement.anomalies}
    assert codes - {"C03", "C04"} == oracle(certificat, an_passe)
    donnes = sum(valeur is not None for valeur in (net, aide, part))
    assert codes & {"C03", "C04"} == ({"C03"} if donnes < 2 else {"C04"} if donnes > 2 else set())


@LARGES
@given(st.lists(CERTIFICATS, min_size=1, max_size=3), CONTEXTES, ANTECEDENTS)
def test_judging_again_what_was_kept_tells_the_same_but_the_rounding(
    certificats: list[Certificat], contexte: ContexteCertificats, antecedents: dict[int, Antecedent]
) -> None:
    premiers = juger_certificats(certificats, contexte, antecedents)
    seconds = juger_certificats([jugement.ligne for jugement in premiers], contexte, antecedents)

    for premier, second in zip(premiers, seconds, strict=True):
        assert second.anomalies == tuple(a for a in premier.anomalies if a.code != "C17")


PERSONNE = Salarie("299139812345699", "9876543Z9", "98X", "ZQNAISSANCE", "ZQUSAGE", "ZQPRENOM", date(1999, 8, 27))
PERSONNEL = (
    *("299139812345699", "2991398123456", "9876543", "98X", "ZQNAISSANCE", "ZQUSAGE", "ZQPRENOM"),
    *("1999-08-27", "27/08/1999", "19990827", "27 août", "1999"),
)


def test_no_message_quotes_who_the_employee_is() -> None:
    """Lines that break every rule but I01 and I07, of an employee whose every value would show."""
    centre = Certificat("ref", PERSONNE, 0, Decimal("-5.001"), Decimal("3000"), Decimal("1"), None)
    certificats = [
        centre,
        centre._replace(nombre_mois=13, montant_net=Decimal(3000), remplace="D1-0001"),
        centre._replace(nombre_mois=3, montant_net=None, montant_aide_poste=None),
        centre._replace(
            salarie=PERSONNE._replace(nir="299089812345699", date_naissance=date(1999, 9, 27)),
            montant_net=Decimal(100),
        ),
    ]
    changements = [
        Changement(
            "ref", PERSONNE, Nature.REDUCTION, date(2062, 1, 1), Decimal("50.001"), Decimal(51), None, "D1-0001"
        ),
    ]
    connus = {i: Antecedent("D2-0002", frozenset(), Decimal(9), date(2025, 1, 1)) for i in range(4)}
    contexte = ContexteCertificats(2026, ElementsAttendus.DEUX, date(2027, 2, 1), date(2027, 1, 15), None)

    jugements = [
        *juger_certificats(certificats, contexte, connus),
        *juger_changements(changements, ContexteChangements(date(2026, 12, 5), None), connus),
    ]

    anomalies = [anomalie for jugement in jugements for anomalie in jugement.anomalies]
    assert {anomalie.code for anomalie in anomalies} == REGLES.keys() - {"I01", "I07"}
    for anomalie in anomalies:
        assert not [valeur for valeur in PERSONNEL if valeur.casefold() in anomalie.message.casefold()]


@pytest.mark.parametrize(
    ("numeros", "refuses"),
    [
        (["D1-0001"], []),
        (["D1-0009"], [0]),
        (["D1-0001", "D1-0002"], []),
        (["D1-0001", "D1-0001"], [1]),
        (["D1-0009", "D1-0009", "D1-0002"], [0, 1]),
        ([], []),
    ],
)
def test_a_number_to_cancel_is_active_and_given_once(numeros: list[str], refuses: list[int]) -> None:
    jugements = juger_annulations(numeros, frozenset({"D1-0001", "D1-0002"}))

    assert len(jugements) == len(numeros)
    assert [jugement.ligne for jugement in jugements] == numeros
    assert [index for index, jugement in enumerate(jugements) if jugement.rejetee] == refuses
    codes = {(a.code, a.champ) for jugement in jugements for a in jugement.anomalies}
    assert codes <= {("C16", "numeroDeclaration")}


def test_siret_with_a_wrong_key_gets_i01() -> None:
    [anomalie] = verifier_siret("73282932000075")

    assert (anomalie.code, anomalie.champ, anomalie.gravite) == ("I01", "siret", Gravite.REJET)
    assert verifier_siret("73282932000074") == ()
