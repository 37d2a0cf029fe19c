"""Lines that are set aside before the parser: none that libxml2 would refuse, and what is read is the same."""

import calendar
import itertools
import re
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from messages import (
    NS,
    annule,
    augmentation,
    certificat,
    changement,
    declare_certificats,
    declare_changements,
    depart,
    nouveau_nir,
    reduction,
    salarie,
)

from service.contract.ligne_plaine import LignePlaine, valeur
from service.contract.modele import Particule, TypeComplexe, TypeSimple
from service.contract.plaines import ecarter, lire_message
from service.contract.reading import lire_enveloppe
from service.contract.validation import valider
from service.domain.declaration import Operation
from service.errors import MessageRefuseError
from service.soap.mapping import lire_demande
from service.usecases.demandes import DemandeDepot

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"


def message(charge: str, entetes: str = "", apres: str = "") -> bytes:
    return f'<s:Envelope xmlns:s="{SOAP}">{entetes}<s:Body>{charge}{apres}</s:Body></s:Envelope>\n'.encode()


def prefixer(charge: str, prefixe: str = "p") -> str:
    return re.sub(r"<(/?)(\w)", rf"<\1{prefixe}:\2", charge).replace("xmlns=", f"xmlns:{prefixe}=")


def issue(lire, octets: bytes):
    """What a message asks for, or why it is refused."""
    try:
        enveloppe = lire(octets, None)
        valider(enveloppe.charge, enveloppe.octets)
        return lire_demande(Operation(etree.QName(enveloppe.charge).localname), *enveloppe[2:])
    except MessageRefuseError as refus:
        return type(refus), refus.message, refus.precisions


def exiger_la_meme_issue(octets: bytes, ecartees: int | None = None):
    """The same demand or refusal as without setting lines aside, of which there are `ecartees`."""
    obtenue = issue(lire_message, octets)
    assert obtenue == issue(lire_enveloppe, octets)
    if ecartees is not None:
        assert ecarter(octets)[1].nombre == ecartees
    return obtenue


def une_ligne(**textes: str) -> str:
    """A certificate of which texts, by name of their elements, are written as they are."""
    ligne = certificat(
        salarie(nouveau_nir(), nomUsage="Durand", numero="1", organisme="831"), remplace="R", reference="M"
    )
    for nom, texte in textes.items():
        ligne, fait = re.subn(f"<{nom}>[^<]*<", lambda _trouve, nom=nom, texte=texte: f"<{nom}>{texte}<", ligne)
        assert fait == 1
    return ligne


ECARTEES = {
    "a name in another alphabet": {"nom": "Ελένη"},
    "a name beyond the first plane": {"nom": "𝒜𝓃𝓃𝒶"},
    "quotes and dashes": {"nom": 'L\'Hôpital "de" Saint-Jean'},
    "eighty characters": {"nom": "é" * 80},
    "white space inside and behind": {"prenom": "Anne  Marie "},
    "an empty reference": {"reference": ""},
    "a NIR of Corsica": {"nir": "185052b00100192"},
    "a wrong NIR key, which a rule tells": {"nir": "185058300100193"},
    "29 February of a leap year": {"dateNaissance": "1984-02-29"},
    "the year 1": {"dateNaissance": "0001-01-01"},
    "a negative amount, which a rule tells": {"montantNet": "-0.01"},
    "the greatest amount": {"montantNet": "99999.99"},
    "no decimals, zeros in front": {"montantNet": "00812"},
    "months below zero, which a rule tells": {"nombreMois": "-3"},
}
LAISSEES = {
    "a reference to a character": {"nom": "Lef&#xE8;vre"},
    "an ampersand": {"nom": "Durand &amp; fils"},
    "a greater-than sign": {"nom": "a>b"},
    "a tab": {"nom": "Le\tfèvre"},
    "white space in front": {"nom": " Lefèvre"},
    "a comment": {"nom": "Le<!-- -->fèvre"},
    "a section of character data": {"nom": "<![CDATA[Lefèvre]]>"},
    "a date with an offset": {"dateNaissance": "1985-05-14Z"},
    "white space around a date": {"dateNaissance": " 1985-05-14 "},
    "an int with a sign": {"nombreMois": "+12"},
    "three decimals": {"montantNet": "812.404"},
    "no digit before the point": {"montantNet": ".5"},
}
REFUSEES = {
    "no name": {"nom": ""},
    "a blank name": {"nom": " "},
    "eighty-one characters": {"nom": "é" * 81},
    "a control character": {"nom": "a\x01b"},
    "no character of XML": {"nom": "a\uffffb"},
    "a NIR of sixteen digits": {"nir": "1850583001001920"},
    "digits of another alphabet": {"nir": "18505830010019٢"},
    "29 February of another year": {"dateNaissance": "1985-02-29"},
    "29 February 1900": {"dateNaissance": "1900-02-29"},
    "31 April": {"dateNaissance": "1985-04-31"},
    "the year 0": {"dateNaissance": "0000-01-01"},
    "five digits of a year": {"dateNaissance": "11985-05-14"},
    "a day before the month": {"dateNaissance": "14-05-1985"},
    "an amount beyond the greatest": {"montantNet": "100000"},
    "a comma": {"montantNet": "812,40"},
    "a point and nothing behind": {"nombreMois": "12."},
    "an element in an element": {"nom": "<nom>Lefèvre</nom>"},
    "an entity": {"nom": "&inconnue;"},
    "an attribute": {"nom": 'x</nom><nom a="b">y'},
}


@pytest.mark.parametrize("ecrire", [str, prefixer], ids=["default namespace", "prefix"])
@pytest.mark.parametrize(
    ("textes", "ecartees", "admise"),
    [
        pytest.param(textes, ecartees, admise, id=nom)
        for cas, ecartees, admise in ((ECARTEES, 2, True), (LAISSEES, 0, True), (REFUSEES, 0, False))
        for nom, textes in cas.items()
    ],
)
def test_what_a_line_may_hold(textes, ecartees, admise, ecrire):
    charge = declare_certificats(certificat(), certificat(), une_ligne(**textes))
    obtenue = exiger_la_meme_issue(message(ecrire(charge)), ecartees)
    assert isinstance(obtenue, DemandeDepot) is admise


def test_every_day_of_the_calendar_and_no_other():
    expression = re.compile(valeur(TypeSimple("date", "date", "")))
    annees = (0, 1, 4, 100, 400, 1900, 1985, 2000, 2024, 9996, 9999)
    for annee, mois, jour in itertools.product(annees, range(14), range(33)):
        existe = annee >= 1 and 1 <= mois <= 12 and 1 <= jour <= calendar.monthrange(annee, mois)[1]
        assert bool(expression.fullmatch(f"{annee:04d}-{mois:02d}-{jour:02d}")) is existe


def test_changes_of_each_nature():
    details = [augmentation(), reduction(), *(depart("2026-10-31", motif) for motif in ("AUTRE", "AUTRE_ESAT"))]
    charge = declare_changements(changement(), *(changement(detail=detail) for detail in details))
    assert len(exiger_la_meme_issue(message(charge), len(details)).lignes) == 5


@pytest.mark.parametrize(
    "detail",
    [depart("2026-10-31", "RETRAIT"), depart("2026-10-31").replace("depart", "reduction"), reduction() * 2, "<x/>"],
    ids=["no motif of the list", "what another nature holds", "two natures", "none"],
)
def test_changes_that_are_none(detail):
    exiger_la_meme_issue(message(declare_changements(changement(), changement(detail=detail))), 0)


UNE, AUTRE, TROIS = certificat(), certificat(), declare_certificats(*(certificat() for _ in range(3)))
PREMIERE = TROIS.index("<certificat>")


def sous_un_autre_prefixe(espace: str) -> str:
    """Three lines, the second of which is under a prefix of its own that the operation declares."""
    deuxieme = TROIS.index("<certificat>", PREMIERE + 1)
    fin = TROIS.index("</certificat>", deuxieme) + len("</certificat>")
    morceaux = prefixer(TROIS[:deuxieme]), prefixer(TROIS[deuxieme:fin], "q"), prefixer(TROIS[fin:])
    return "".join(morceaux).replace("xmlns:p=", f'xmlns:q="{espace}" xmlns:p=')


STRUCTURES = {
    "as it is": (message(TROIS), 2),
    "prefixed": (message(prefixer(TROIS)), 2),
    "the prefix declared on Envelope": (
        message(prefixer(TROIS).replace(f' xmlns:p="{NS}"', "")).replace(
            b" xmlns:s", f' xmlns:p="{NS}" xmlns:s'.encode()
        ),
        2,
    ),
    "a prefix that is not declared": (message(prefixer(TROIS).replace(f' xmlns:p="{NS}"', "")), 2),
    "another namespace": (message(TROIS.replace(NS, "urn:autre")), 2),
    "UTF-16": (message(TROIS).decode().encode("utf-16"), 0),
    "a byte order mark": (b"\xef\xbb\xbf" + message(TROIS), 2),
    "bytes that are no UTF-8": (message(TROIS).replace(b"Camille</prenom>", b"Cam\xe9lie</prenom>"), 0),
    "one line": (message(declare_certificats(UNE)), 0),
    "no line": (message(declare_certificats(" ")), 0),
    "an operation of other lines": (message(annule("D261205-7K3M9QXA-0001")), 0),
    "a thousand lines": (message(declare_certificats(*[UNE] * 1000)), 999),
    "a line too many": (message(declare_certificats(*[UNE] * 1001)), 0),
    "white space between lines": (message(TROIS.replace("><certificat>", ">\n<certificat>")), 0),
    "white space behind the lines": (message(TROIS.replace("</DeclareC", " </DeclareC")), 0),
    "an element behind the lines": (message(TROIS.replace("</DeclareC", "<annee>2026</annee></DeclareC")), 0),
    "an error before the lines": (message(TROIS.replace("<annee>2026", "\n\n<annee>deux")), 2),
    "an error in the first line": (message(TROIS.replace("<nombreMois>12", "\n<nombreMois>", 1)), 2),
    "a comment begun before the first line": (message(f"{TROIS[:PREMIERE]}<!--{TROIS[PREMIERE:]}"), 2),
    "a comment that holds a line": (message(f"{TROIS[:PREMIERE]}<!--{UNE}-->{TROIS[PREMIERE:]}"), 0),
    "a section begun before the first line": (message(f"{TROIS[:PREMIERE]}<![CDATA[{TROIS[PREMIERE:]}"), 2),
    "an instruction begun before the first line": (message(f"{TROIS[:PREMIERE]}<?a {TROIS[PREMIERE:]}"), 2),
    "a comment behind": (message(TROIS) + b"<!-- fin -->", 0),
    "a comment in the first line": (message(TROIS.replace("<nom>", "<nom><!-- -->", 1)), 2),
    "the first line prefixed": (
        message(TROIS[:PREMIERE] + prefixer(UNE).replace("<p:c", f'<p:c xmlns:p="{NS}" ', 1) + TROIS[PREMIERE:]),
        0,
    ),
    "a first line in an element that is none": (message(f"{TROIS[:PREMIERE]}<x>{UNE}</x>{AUTRE}{TROIS[-26:]}"), 0),
    "a header that names them": (message(TROIS, "<s:Header><certificat/></s:Header>"), 0),
    "the operation in a header": (message("<a/>", f"<s:Header>{TROIS}</s:Header>"), 0),
    "two operations": (message(TROIS * 2), 0),
    "another operation before": (message(f'<ListeAnomalies xmlns="{NS}"/>{TROIS}'), 2),
    "text behind the operation": (message(TROIS, apres="texte"), 0),
    "the operation unclosed": (message(TROIS.replace("</DeclareCertificatEmploi>", "")), 0),
    "the operation closed by another name": (message(TROIS.replace("</DeclareCert", "</DeclareChang")), 0),
    "tags that do not match": (message(TROIS).replace(b"</s:Body>", b"</s:Corps>"), 2),
    "an element without the prefix": (
        message(
            prefixer(TROIS)[::-1].replace(">monerp:p/<", ">monerp/<", 1).replace(">monerp:p<", ">monerp<", 1)[::-1]
        ),
        0,
    ),
    "a line under another prefix": (message(sous_un_autre_prefixe(NS)), 0),
    "a line under the prefix of another namespace": (message(sous_un_autre_prefixe("urn:autre")), 0),
    "a prefix that stands twice": (message(prefixer(TROIS).replace("</p:prenom>", "</p:p:prenom>")), 0),
    "a prefix before and behind the slash": (message(prefixer(TROIS).replace("</p:prenom>", "<p:/p:prenom>")), 0),
}


@pytest.mark.parametrize(("octets", "ecartees"), STRUCTURES.values(), ids=STRUCTURES)
def test_what_may_stand_around_the_lines(octets, ecartees):
    exiger_la_meme_issue(octets, ecartees)


MORCEAUX = [
    "",
    *"<>&;'\"/=-:!?[] \t\n\r09aé\x00\x7f\x85\ufffe",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "&amp;",
    "<?a?>",
    "p:",
    " a='b'",
    UNE,
]


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from([TROIS, prefixer(TROIS)]),
    st.lists(st.tuples(st.integers(0), st.integers(0, 3), st.sampled_from(MORCEAUX)), min_size=1, max_size=3),
)
def test_whatever_is_written_instead(charge, retouches):
    for ou, combien, morceau in retouches:
        place = ou % len(charge)
        charge = charge[:place] + morceau + charge[place + combien :]
    exiger_la_meme_issue(message(charge))


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=90), min_size=2))
def test_whatever_a_name_is(noms):
    echappes = [nom.translate({ord("<"): "&lt;", ord("&"): "&amp;"}) for nom in noms]
    exiger_la_meme_issue(message(declare_certificats(*(une_ligne(nom=nom) for nom in echappes))))


def test_what_is_set_aside_is_not_parsed():
    octets = message(declare_certificats(*[UNE] * 1000))
    reste, ecartees = ecarter(octets)
    assert len(octets) - len(reste) == len(ecartees.octets)
    assert ecartees.octets == UNE.encode() * 999
    assert len(lire_message(octets, "utf-8").charge) == 3


IMPREVUS = {
    "a type without facets": TypeSimple("T", "token", ""),
    "a length of two at least": TypeSimple("T", "token", "", longueur_min=2, longueur_max=3),
    "bounds of an int": TypeSimple("T", "int", "", minimum=Decimal(1), maximum=Decimal(9)),
    "a bound that is not all nines": TypeSimple(
        "T", "decimal", "", minimum=Decimal("-10.00"), maximum=Decimal("10.00")
    ),
    "bounds that differ": TypeSimple("T", "decimal", "", minimum=Decimal(0), maximum=Decimal("9.99")),
    "a bound without decimals": TypeSimple("T", "decimal", "", minimum=Decimal(-99), maximum=Decimal(99)),
    "another base": TypeSimple("T", "boolean", ""),
}


@pytest.mark.parametrize("type_", IMPREVUS.values(), ids=IMPREVUS)
def test_a_type_that_is_not_understood_stops_the_service_at_start(type_):
    with pytest.raises(ValueError, match=r"n'est pas prévu|toute en neuf"):
        valeur(type_)


def test_an_element_that_repeats_in_a_line_stops_the_service_at_start():
    repete = Particule("a", TypeSimple("date", "date", ""), 1, None)
    with pytest.raises(ValueError, match="répété"):
        LignePlaine(Particule("ligne", TypeComplexe("T", ((repete,),)), 1, 1000))


def test_texts_of_one_name_in_two_places_are_two_columns():
    texte = Particule("x", TypeSimple("T", "token", "", longueur_min=1, longueur_max=9), 1, 1)
    places = tuple((Particule(nom, TypeComplexe("T", ((texte,),)), 1, 1),) for nom in "ab")
    ligne = LignePlaine(Particule("ligne", TypeComplexe("T", places), 1, 1000))
    assert ligne.lire("<ligne><a><x>1</x></a><b><x>2</x></b></ligne>" * 2) == [["1", "1"], ["2", "2"]]


def test_a_choice_between_texts_stops_the_service_at_start():
    date = TypeSimple("date", "date", "")
    choix = tuple(Particule(nom, date, 1, 1) for nom in "ab")
    with pytest.raises(ValueError, match="choix entre textes"):
        LignePlaine(Particule("ligne", TypeComplexe("T", (choix,)), 1, 1000))
