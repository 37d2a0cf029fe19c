"""Payloads against the schemas: the valid ones pass, the others are told everything, in our words only."""

import os
import re
import threading
from decimal import Decimal

import pytest
import xmlschema
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from service.contract import validation
from service.contract.catalogue import NS, dossier
from service.contract.coherence import incoherences
from service.contract.modele import modele
from service.contract.reading import lire_enveloppe
from service.contract.validation import PRECISIONS_MAX, valider
from service.errors import SchemaInvalideError

CERTIFICAT, CHANGEMENT, ANNULATION = "DeclareCertificatEmploi", "DeclareChangementActivite", "AnnuleDeclaration"
XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
XS = 'xmlns:xs="http://www.w3.org/2001/XMLSchema"'
NIR = "185058300100192"


def refus(charge):
    """What is told, the same whether the message is at hand or not."""
    dits = []
    for octets in (b"", etree.tostring(charge)):
        with pytest.raises(SchemaInvalideError) as erreur:
            valider(charge, octets)
        dits.append(erreur.value.precisions)
    assert dits[0] == dits[1]
    return dits[0]


@pytest.mark.parametrize("operation", modele().operations)
def test_each_sample_is_valid(charge, operation):
    valider(charge(operation))


VALIDES = {
    "both identifiers of a person": (CERTIFICAT, ("</t:nir>", "</t:nir><t:numeroAllocataire>1</t:numeroAllocataire>")),
    "neither NIR nor number: a rule": (CERTIFICAT, (f"<t:nir>{NIR}</t:nir>", "")),
    "wrong NIR key: a rule": (CERTIFICAT, (NIR, "185058300100193")),
    "NIR of Corsica in lower case": (CERTIFICAT, (NIR, "185052a00100192")),
    "NIR with a fictional month: a rule": (CERTIFICAT, (NIR, "185208300100192")),
    "wrong SIRET key": (CERTIFICAT, ("12345678200010", "12345678200011")),
    "13 months: a rule": (CERTIFICAT, (">12<", ">13<")),
    "months below zero: a rule": (CERTIFICAT, (">12<", ">-1<")),
    "largest int": (CERTIFICAT, (">12<", ">2147483647<")),
    "int with a sign and zeros": (CERTIFICAT, (">12<", ">+0012<")),
    "negative amount: a rule": (CERTIFICAT, ("812.40", "-0.01")),
    "greatest amount": (CERTIFICAT, ("812.40", "99999.99")),
    "least amount": (CERTIFICAT, ("812.40", "-99999.99")),
    "what float-based toolkits write": (CERTIFICAT, ("812.40", "812.4000244140625")),
    "thirty decimals": (CERTIFICAT, ("812.40", "0." + "1" * 30)),
    "no digit before the point": (CERTIFICAT, ("812.40", ".5")),
    "no digit after the point": (CERTIFICAT, ("812.40", "812.")),
    "no amount at all: a rule": (CERTIFICAT, ("<t:montantNet>812.40</t:montantNet>", "")),
    "three amounts: a rule": (
        CERTIFICAT,
        ("</t:montantAidePoste>", "</t:montantAidePoste><t:pourcentageSalaireDirect>1</t:pourcentageSalaireDirect>"),
    ),
    "essai 1": (CERTIFICAT, (">false<", ">1<")),
    "identifier in capitals": (ANNULATION, ("<t:identifiantMessage>", "<t:identifiantMessage>\n ")),
    "date with Z": (CERTIFICAT, ("1985-05-14", "1985-05-14Z")),
    "date with an offset": (CERTIFICAT, ("1985-05-14", "1985-05-14+02:00")),
    "date with the greatest offset": (CERTIFICAT, ("1985-05-14", "1985-05-14-14:00")),
    "date between blanks": (CERTIFICAT, ("1985-05-14", "\n  1985-05-14\t")),
    "leap day": (CERTIFICAT, ("1985-05-14", "2000-02-29")),
    "first year": (CERTIFICAT, ("1985-05-14", "0001-01-01")),
    "last year": (CERTIFICAT, ("1985-05-14", "9999-12-31")),
    "token between blanks": (CERTIFICAT, (NIR, f"\n {NIR}\t")),
    "name longer than 80 with its blanks": (CERTIFICAT, ("Lefèvre", " " * 90 + "Lefèvre" + " " * 90)),
    "number typed wrong: a rule": (CHANGEMENT, ("7654321", "765 43-21.ABC")),
    "empty reference": (CERTIFICAT, ("MAT-00001", "")),
    "reference of 40": (CERTIFICAT, ("MAT-00001", "é" * 40)),
    "empty number to cancel: a rule": (ANNULATION, ("D261205-7K3M9QXA-0001", "")),
    "limit of 500": ("ListeDepots", (">100<", ">500<")),
    "blank request": ("ListeAnomalies", ("<t:ListeAnomalies/>", "<t:ListeAnomalies>\n  </t:ListeAnomalies>")),
    "comment in a request": (
        "ConsulteService",
        ("<t:ConsulteService/>", "<t:ConsulteService><!-- --></t:ConsulteService>"),
    ),
    "password of blanks": ("ModifieMotDePasse", ("motdepasse-provisoire-fictif", " ")),
    "another prefix": (CERTIFICAT, ("<t:annee>2026</t:annee>", f'<annee xmlns="{NS}">2026</annee>')),
    "unused namespace": (CERTIFICAT, ("<t:annee>", '<t:annee xmlns:u="relatif">')),
    "xsi:type of the contract": (CERTIFICAT, ("<t:salarie>", f'<t:salarie {XSI} xsi:type="t:SalarieType">')),
    "xsi:type of XML Schema": (CERTIFICAT, ("<t:annee>", f'<t:annee {XSI} {XS} xsi:type="xs:int">')),
    "xsi:schemaLocation": (
        CERTIFICAT,
        (
            "<t:annee>",
            f'<t:annee {XSI} xsi:schemaLocation="{NS} file:///etc/passwd" xsi:noNamespaceSchemaLocation="x.xsd">',
        ),
    ),
}


@pytest.mark.parametrize("cas", VALIDES.values(), ids=VALIDES)
def test_what_may_be_such_a_thing_is_valid(charge, cas):
    valider(charge(*cas))


def test_a_hint_of_schema_location_is_never_followed(charge, tmp_path):
    tube = tmp_path / "schema.xsd"
    os.mkfifo(tube)
    # Who opened the pipe to read would wait for ever: nobody writes.
    indice = f'<t:annee {XSI} xsi:schemaLocation="{NS} {tube} urn:autre {tube}" xsi:noNamespaceSchemaLocation="{tube}">'
    fil = threading.Thread(target=valider, args=[charge(CERTIFICAT, ("<t:annee>", indice))], daemon=True)
    fil.start()
    fil.join(20)
    assert not fil.is_alive()
    (precision,) = refus(charge(CERTIFICAT, ("<t:annee>", indice), ("2026", "deux")))
    assert precision.champ == f"{CERTIFICAT}/annee"


def montant(**valeur):
    ((nom, texte),) = valeur.items()
    avant = {"montantNet": "812.40", "heuresAvant": "17.5"}[nom]
    return (f"<t:{nom}>{avant}<", f"<t:{nom}>{texte}<")


C1 = f"{CERTIFICAT}/certificat[1]"
S1 = f"{C1}/salarie"
H1 = f"{CHANGEMENT}/changement[1]"
DEPART = "<t:depart><t:dateEffet>2026-01-01</t:dateEffet><t:motif>DECES</t:motif></t:depart>"
# name: operation, what to replace by what, line, path, words that the message has
INVALIDES = {
    "NIR too short": (CERTIFICAT, [(NIR, "1850583001001")], 27, f"{S1}/nir", ["15 caractères", "trouvé : 13 chiffres"]),
    "NIR with letters": (CERTIFICAT, [(NIR, "18505830010019A")], 27, f"{S1}/nir", ["15 caractères, dont des lettres"]),
    "NIR with spaces": (CERTIFICAT, [(NIR, "1 85 05 83 001 001 92")], 27, f"{S1}/nir", ["espaces", "sans espace ni"]),
    "NIR 2C": (CERTIFICAT, [(NIR, "185052C00100192")], 27, f"{S1}/nir", ["2A ou 2B"]),
    "NIR in foreign digits": (CERTIFICAT, [(NIR, "١" * 15)], 27, f"{S1}/nir", ["trouvé : 15 caractères"]),
    "NIR empty": (CERTIFICAT, [(NIR, "")], 27, f"{S1}/nir", ["un élément vide", "ne s'écrit pas"]),
    "SIRET too long": (
        CERTIFICAT,
        [("12345678200010", "123456782000100")],
        15,
        f"{CERTIFICAT}/entete/siret",
        ["14 chiffres"],
    ),
    "SIRET with letters": (
        CERTIFICAT,
        [("12345678200010", "1234567820001O")],
        15,
        f"{CERTIFICAT}/entete/siret",
        ["lettres"],
    ),
    "SIRET empty": (CERTIFICAT, [("12345678200010", " ")], 15, f"{CERTIFICAT}/entete/siret", ["un élément vide."]),
    "identifier no UUID": (
        "ConsulteDepot",
        [("numeroDepot>D261205-7K3M9QXA</t:numeroDepot", "identifiantMessage>7c9e</t:identifiantMessage")],
        14,
        "ConsulteDepot/identifiantMessage",
        ["UUID", "trouvé : 4 caractères"],
    ),
    "organism of 2": (
        CHANGEMENT,
        [(">831<", ">83<")],
        40,
        f"{CHANGEMENT}/changement[2]/salarie/organisme",
        ["3 chiffres"],
    ),
    "number of 21": (
        CHANGEMENT,
        [("7654321", "7" * 21)],
        39,
        f"{CHANGEMENT}/changement[2]/salarie/numeroAllocataire",
        ["20"],
    ),
    "number empty": (
        CHANGEMENT,
        [("7654321", "")],
        39,
        f"{CHANGEMENT}/changement[2]/salarie/numeroAllocataire",
        ["vide"],
    ),
    "name empty": (CERTIFICAT, [("Lefèvre", "")], 28, f"{S1}/nom", ["Attendu : nom ou prénom", "un élément vide."]),
    "name of 81": (
        CERTIFICAT,
        [("Lefèvre", "L" * 81)],
        28,
        f"{S1}/nom",
        ["80 caractères", "81 caractères, dont des lettres"],
    ),
    "reference of 41": (CERTIFICAT, [("MAT-00001", "M" * 41)], 25, f"{C1}/reference", ["40 caractères au plus"]),
    "replaced of 41": (
        CHANGEMENT,
        [("D260902-4H8WZ2TE-0003", "D" * 41)],
        62,
        f"{CHANGEMENT}/changement[3]/remplace",
        ["40"],
    ),
    "months in words": (
        CERTIFICAT,
        [(">12<", ">douze<")],
        33,
        f"{C1}/nombreMois",
        ["nombre entier", "5 caractères, dont"],
    ),
    "months with decimals": (CERTIFICAT, [(">12<", ">12.0<")], 33, f"{C1}/nombreMois", ["sans décimale"]),
    "months beyond int": (CERTIFICAT, [(">12<", ">2147483648<")], 33, f"{C1}/nombreMois", ["10 chiffres"]),
    "months empty": (CERTIFICAT, [(">12<", "><")], 33, f"{C1}/nombreMois", ["un élément vide."]),
    "amount with a comma": (
        CERTIFICAT,
        [montant(montantNet="812,40")],
        34,
        f"{C1}/montantNet",
        ["décimal est le point"],
    ),
    "amount with a currency": (CERTIFICAT, [montant(montantNet="812.40 €")], 34, f"{C1}/montantNet", ["espaces"]),
    "amount with an exponent": (CERTIFICAT, [montant(montantNet="8e2")], 34, f"{C1}/montantNet", ["nombre décimal"]),
    "amount not a number": (CERTIFICAT, [montant(montantNet="NaN")], 34, f"{C1}/montantNet", ["nombre décimal"]),
    "amount too great": (CERTIFICAT, [montant(montantNet="100000")], 34, f"{C1}/montantNet", ["entre -99999.99 et"]),
    "amount just too great": (CERTIFICAT, [montant(montantNet="99999.991")], 34, f"{C1}/montantNet", ["99999.99"]),
    "amount too small": (CERTIFICAT, [montant(montantNet="-100000")], 34, f"{C1}/montantNet", ["99999.99"]),
    "amount empty": (
        CERTIFICAT,
        [montant(montantNet="")],
        34,
        f"{C1}/montantNet",
        ["facultatif sans valeur ne s'écrit pas"],
    ),
    "hours empty": (CHANGEMENT, [montant(heuresAvant="")], 33, f"{H1}/augmentation/heuresAvant", ["un élément vide."]),
    "essai in French": (CERTIFICAT, [(">false<", ">non<")], 21, f"{CERTIFICAT}/entete/essai", ["true ou false"]),
    "essai in capitals": (CERTIFICAT, [(">false<", ">FALSE<")], 21, f"{CERTIFICAT}/entete/essai", ["en minuscules"]),
    "essai empty": (CERTIFICAT, [(">false<", "><")], 21, f"{CERTIFICAT}/entete/essai", ["true ou false", "vide"]),
    "date in French": (
        CERTIFICAT,
        [("1985-05-14", "14/05/1985")],
        31,
        f"{S1}/dateNaissance",
        ["AAAA-MM-JJ", "l'année"],
    ),
    "date and time": (CERTIFICAT, [("1985-05-14", "1985-05-14T00:00:00")], 31, f"{S1}/dateNaissance", ["sans heure"]),
    "no such day": (CERTIFICAT, [("1985-05-14", "1985-02-29")], 31, f"{S1}/dateNaissance", ["ce jour n'existe pas"]),
    "year zero": (CERTIFICAT, [("1985-05-14", "0000-05-14")], 31, f"{S1}/dateNaissance", ["AAAA-MM-JJ"]),
    "year of five digits": (CERTIFICAT, [("1985-05-14", "12026-05-14")], 31, f"{S1}/dateNaissance", ["AAAA-MM-JJ"]),
    "year before our era": (CERTIFICAT, [("1985-05-14", "-1985-05-14")], 31, f"{S1}/dateNaissance", ["AAAA-MM-JJ"]),
    "year of three digits before our era": (
        CERTIFICAT,
        [("1985-05-14", "-198-05-14")],
        31,
        f"{S1}/dateNaissance",
        ["AAAA"],
    ),
    "offset beyond the world": (CERTIFICAT, [("1985-05-14", "1985-05-14+14:01")], 31, f"{S1}/dateNaissance", ["AAAA"]),
    "offset of the wrong form": (CERTIFICAT, [("1985-05-14", "1985-05-14+2")], 31, f"{S1}/dateNaissance", ["AAAA"]),
    "limit 501": ("ListeDepots", [(">100<", ">501<")], 16, "ListeDepots/limite", ["entre 1 et 500"]),
    "limit 0": ("ListeDepots", [(">100<", ">0<")], 16, "ListeDepots/limite", ["entre 1 et 500"]),
    "year beyond five digits in a list": (
        "ListeDepots",
        [("2026-12-31", "20266-12-31")],
        15,
        "ListeDepots/jusque",
        ["AAAA"],
    ),
    "password empty": (
        "ModifieMotDePasse",
        [("motdepasse-provisoire-fictif", "")],
        13,
        "ModifieMotDePasse/ancienMotDePasse",
        ["256"],
    ),
    "password of 257": (
        "ModifieMotDePasse",
        [("quatre lamas boivent du sirop", "x" * 257)],
        14,
        "ModifieMotDePasse/nouveauMotDePasse",
        ["1 à 256 caractères"],
    ),
    "unknown reason of leaving": (
        CHANGEMENT,
        [("RETRAITE", "PARTI")],
        60,
        f"{CHANGEMENT}/changement[3]/depart/motif",
        ["LICENCIEMENT", "AUTRE_ESAT"],
    ),
    "reason in lower case": (
        CHANGEMENT,
        [("RETRAITE", "retraite")],
        60,
        f"{CHANGEMENT}/changement[3]/depart/motif",
        ["en majuscules."],
    ),
    "reason of cancelling empty": (
        ANNULATION,
        [("Certificats déclarés pour la mauvaise année", "")],
        25,
        f"{ANNULATION}/motif",
        ["250"],
    ),
    "element missing": (
        CERTIFICAT,
        [("<t:nom>Lefèvre</t:nom>", "")],
        26,
        S1,
        ["Il manque l'élément obligatoire nom, après organisme"],
    ),
    "last element missing": (
        CERTIFICAT,
        [("<t:dateNaissance>1985-05-14</t:dateNaissance>", "")],
        26,
        S1,
        ["dateNaissance"],
    ),
    "first element missing": (
        "ListeResteADeclarer",
        [("<t:siret>12345678200010</t:siret>", "")],
        12,
        "ListeResteADeclarer",
        ["siret, en premier"],
    ),
    "no change in a changement": (
        CHANGEMENT,
        [("<t:augmentation>", "<!--"), ("</t:augmentation>", "-->")],
        23,
        H1,
        ["l'un des éléments augmentation ou reduction ou depart"],
    ),
    "two changes in a changement": (
        CHANGEMENT,
        [("</t:augmentation>", f"</t:augmentation>{DEPART}")],
        35,
        f"{H1}/depart",
        ["Un seul élément est attendu parmi augmentation ou reduction ou depart"],
    ),
    "order of elements": (
        CERTIFICAT,
        [
            ("<t:nombreMois>12</t:nombreMois>", ""),
            ("</t:montantAidePoste>", "</t:montantAidePoste><t:nombreMois>12</t:nombreMois>"),
        ],
        35,
        f"{C1}/nombreMois",
        ["n'est pas à sa place", "reference, salarie, nombreMois, montantNet"],
    ),
    "element given twice": (
        CERTIFICAT,
        [("<t:prenom>Camille</t:prenom>", "<t:prenom>Camille</t:prenom><t:prenom>Anne</t:prenom>")],
        30,
        f"{S1}/prenom[2]",
        ["L'élément prenom est attendu une seule fois"],
    ),
    "element of elsewhere": (
        CERTIFICAT,
        [("<t:nombreMois>", "<t:motif>AUTRE</t:motif><t:nombreMois>")],
        33,
        f"{C1}/motif",
        ["L'élément motif n'est pas attendu ici", "montantAidePoste"],
    ),
    "element of another namespace": (
        CERTIFICAT,
        [(f"<t:nir>{NIR}</t:nir>", f'<nir xmlns="urn:autre">{NIR}</nir>')],
        27,
        f"{S1}/nir",
        [NS, "dans un autre espace de noms"],
    ),
    "element without namespace": (
        CERTIFICAT,
        [("<t:annee>2026</t:annee>", "<annee>2026</annee>")],
        23,
        f"{CERTIFICAT}/annee",
        [NS, "sans espace de noms"],
    ),
    "unknown element": (
        CERTIFICAT,
        [("<t:nir>", "<t:bidule185058300100192/><t:nir>")],
        27,
        S1,
        ["Un élément inconnu du contrat", "nir, numeroAllocataire, organisme, nom"],
    ),
    "element in the wrong case": (
        CERTIFICAT,
        [("<t:nombreMois>12</t:nombreMois>", "<t:NombreMois>12</t:NombreMois><t:nombreMois>12</t:nombreMois>")],
        33,
        C1,
        ["l'élément nombreMois s'écrit avec ces majuscules et minuscules"],
    ),
    "text between elements": (CERTIFICAT, [("<t:nir>", "coucou<t:nir>")], 26, S1, ["Seuls des éléments"]),
    "text after an element": (CERTIFICAT, [("</t:nir>", "</t:nir>coucou")], 26, S1, ["Seuls des éléments"]),
    "element in a value": (CERTIFICAT, [(NIR, "<t:nir/>")], 27, f"{S1}/nir", ["un élément à l'intérieur"]),
    "element in an empty request": (
        "ListeAnomalies",
        [("<t:ListeAnomalies/>", "<t:ListeAnomalies><t:siret/></t:ListeAnomalies>")],
        12,
        "ListeAnomalies",
        ["doit rester vide"],
    ),
    "last element first": (
        CERTIFICAT,
        [
            ("<t:dateNaissance>1985-05-14</t:dateNaissance>", ""),
            ("<t:nir>", "<t:dateNaissance>1985-05-14</t:dateNaissance><t:nir>"),
        ],
        27,
        f"{S1}/nir",
        ["L'élément nir n'est pas à sa place"],
    ),
    "content in an empty request": (
        "ListeAnomalies",
        [("<t:ListeAnomalies/>", "<t:ListeAnomalies>x<t:siret/></t:ListeAnomalies>")],
        12,
        "ListeAnomalies",
        ["doit rester vide"],
    ),
    "attribute": (
        CERTIFICAT,
        [("<t:nir>", '<t:nir secret185058300100192="1" b="2">')],
        27,
        f"{S1}/nir",
        ["Aucun attribut"],
    ),
    "attribute of SOAP encoding": (CERTIFICAT, [("<t:salarie>", '<t:salarie id="ref-1">')], 26, S1, ["ni id, ni href"]),
    "attribute on the request": (
        "ConsulteService",
        [("<t:ConsulteService/>", '<t:ConsulteService a="1"/>')],
        12,
        "ConsulteService",
        ["attribut"],
    ),
    "xml:lang": (CERTIFICAT, [("<t:nom>Lef", '<t:nom xml:lang="fr">Lef')], 28, f"{S1}/nom", ["Aucun attribut"]),
    "xsi:nil": (
        CERTIFICAT,
        [("<t:montantNet>812.40</t:montantNet>", f'<t:montantNet {XSI} xsi:nil="true"/>')],
        34,
        f"{C1}/montantNet",
        ["xsi:nil n'est pas admis", "ne s'écrit pas"],
    ),
    "xsi:nil false": (CERTIFICAT, [("<t:nir>", f'<t:nir {XSI} xsi:nil="false">')], 27, f"{S1}/nir", ["xsi:nil"]),
    "xsi:type of another type": (
        CERTIFICAT,
        [("<t:salarie>", f'<t:salarie {XSI} xsi:type="t:LogicielType">')],
        26,
        S1,
        ["SalarieType"],
    ),
    "xsi:type unknown": (
        CERTIFICAT,
        [("<t:salarie>", f'<t:salarie {XSI} xsi:type="z:Secret185058300100192">')],
        26,
        S1,
        ["SalarieType"],
    ),
    "xsi:type of a builtin": (
        CERTIFICAT,
        [("<t:nir>", f'<t:nir {XSI} {XS} xsi:type="xs:string">')],
        27,
        f"{S1}/nir",
        ["NirType"],
    ),
    "xsi:type on the request": (
        CERTIFICAT,
        [(f"<t:{CERTIFICAT}>", f'<t:{CERTIFICAT} {XSI} xsi:type="t:EnteteType">')],
        12,
        CERTIFICAT,
        ["pas de type nommé"],
    ),
    "operation of another namespace": (
        "ListeAnomalies",
        [("<t:ListeAnomalies/>", '<ListeAnomalies xmlns="urn:autre"/>')],
        12,
        None,
        [NS],
    ),
    "no operation": (
        "ListeAnomalies",
        [("<t:ListeAnomalies/>", "<t:siret>12345678200010</t:siret>")],
        12,
        None,
        ["opération"],
    ),
}


@pytest.mark.parametrize(("operation", "remplacements", "ligne", "champ", "mots"), INVALIDES.values(), ids=INVALIDES)
def test_each_mistake_is_told_once_with_its_line_and_path(charge, operation, remplacements, ligne, champ, mots):
    (precision,) = refus(charge(operation, *remplacements))
    assert (precision.ligne, precision.champ) == (ligne, champ)
    assert [mot for mot in mots if mot not in precision.message] == []
    assert precision.message.endswith(".")


@pytest.mark.parametrize(("operation", "remplacements"), [cas[:2] for cas in INVALIDES.values()], ids=INVALIDES)
def test_a_refusal_quotes_neither_values_nor_unknown_names_nor_the_library(charge, operation, remplacements):
    dit = " ".join(f"{precision.champ} {precision.message}" for precision in refus(charge(operation, *remplacements)))
    # Examples of the contract's own documentation are not the sender's values: the forms in messages have none.
    for interdit in (
        NIR,
        "secret",
        "Secret",
        "bidule",
        "coucou",
        "PARTI",
        "douze",
        "812",
        "urn:autre",
        "Element",
        "facet",
    ):
        assert interdit not in dit.replace("MILIEU_ORDINAIRE", "").replace("PARTIELLEMENT", ""), interdit


@pytest.mark.parametrize("operation", modele().operations)
def test_paths_and_lines_are_the_same_under_a_default_namespace(echantillon, operation):
    texte = echantillon(operation).replace(NIR, "1").replace("12345678200010", "1").replace("2026-", "20-")
    defaut = re.sub(rf"<t:({operation})", rf'<\1 xmlns="{NS}"', texte)
    defaut = defaut.replace("<t:", "<").replace("</t:", "</")
    dits = []
    for ecrit in (texte, defaut):
        try:
            valider(lire_enveloppe(ecrit.encode(), None).charge)
            dits.append(())
        except SchemaInvalideError as erreur:
            dits.append(erreur.precisions)
    assert dits[0] == dits[1]
    assert all("*" not in precision.champ for precision in dits[1])


def test_every_error_is_told_in_the_order_of_the_document(charge):
    precisions = refus(
        charge(
            CERTIFICAT,
            ("12345678200010", "1"),
            ("<t:annee>2026</t:annee>", ""),
            (NIR, "1"),
            ("<t:prenom>Camille</t:prenom>", ""),
            ("<t:nombreMois>7", "<t:nombreMois>sept"),
        )
    )
    assert [precision.champ for precision in precisions] == [
        f"{CERTIFICAT}/entete/siret",
        f"{S1}/nir",
        S1,
        f"{CERTIFICAT}/certificat[2]/nombreMois",
        CERTIFICAT,
    ]


def test_elements_without_namespace_are_told_one_by_one_not_as_missing(echantillon):
    texte = re.sub(r"(</?)t:(siret|annee)>", r"\1\2>", echantillon("ListeResteADeclarer"))
    precisions = refus(lire_enveloppe(texte.encode(), None).charge)
    assert [precision.champ for precision in precisions] == ["ListeResteADeclarer/siret", "ListeResteADeclarer/annee"]
    assert all("sans espace de noms" in precision.message for precision in precisions)


def certificats(nombre, valeur="12"):
    certificat = (
        f"<certificat><salarie><nom>A</nom><prenom>B</prenom><dateNaissance>2000-01-01</dateNaissance></salarie>"
        f"<nombreMois>{valeur}</nombreMois></certificat>\n"
    )
    return etree.fromstring(
        f'<DeclareCertificatEmploi xmlns="{NS}"><entete><identifiantMessage>7c9e6679-7425-40de-944b-e07fc1f90ae7'
        "</identifiantMessage><siret>12345678200010</siret><logiciel><editeur>E</editeur><nom>N</nom><version>1</version>"
        f"</logiciel><essai>1</essai></entete><annee>2026</annee>{certificat * nombre}</DeclareCertificatEmploi>"
    )


def test_a_thousand_lines_are_valid_and_one_more_is_not():
    valider(certificats(1000))
    (precision,) = refus(certificats(1001))
    assert precision.champ == f"{CERTIFICAT}/certificat[1001]"
    assert "1000 fois au plus" in precision.message


def test_a_hundred_errors_are_told_and_that_there_are_more():
    assert len(refus(certificats(PRECISIONS_MAX, "x"))) == PRECISIONS_MAX
    precisions = refus(certificats(PRECISIONS_MAX + 1, "x"))
    assert len(precisions) == PRECISIONS_MAX + 1
    assert precisions[99].champ == f"{CERTIFICAT}/certificat[100]/nombreMois"
    assert precisions[100] == ("D'autres erreurs suivent ces 100 premières.", None, None)


@pytest.mark.parametrize("ou", ["<t:entete", "<t:DeclareCertificatEmploi", "<t:montantNet"])
def test_libxml2_is_not_asked_about_a_payload_with_attributes(charge, monkeypatch, ou):
    def interdit():
        raise AssertionError("each attribute would cost an error")

    monkeypatch.setattr(validation, "schema", interdit)
    assert "attribut" in refus(charge(CERTIFICAT, (ou, f'{ou} a="1"')))[0].message


def test_validation_leaves_the_payload_as_it_is(charge):
    lue = charge(CERTIFICAT, ("<t:annee>", f'<t:annee {XSI} xsi:schemaLocation="a b">'), ("1985-05-14", " 1985-05-14 "))
    avant = etree.tostring(lue)
    valider(lue)
    assert etree.tostring(lue) == avant


def test_eight_threads_of_invalid_messages_get_each_the_errors_of_their_own(echantillon):
    vus = {}
    depart = threading.Barrier(8)

    def envoyer(numero):
        octets = echantillon(CERTIFICAT, (NIR, "7" * numero), ("\n", "\n" * (numero + 1))).encode()
        depart.wait()
        vus[numero] = {refus(lire_enveloppe(octets, None).charge) for _ in range(60)}

    fils = [threading.Thread(target=envoyer, args=(numero,)) for numero in range(1, 9)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    assert len(vus) == 8
    for numero, dits in vus.items():
        ((precision,),) = dits
        assert precision.ligne == 27 + numero
        assert f"trouvé : {numero} chiffre" in precision.message


# Another implementation of XML Schema, as a judge of ours.
AUTRE_JUGE = xmlschema.XMLSchema(str(dossier("schemas") / "teledeclaration-esat-v1.xsd"))
VALEURS = [
    "",
    " ",
    "1",
    "-1",
    "abc",
    "12.5",
    "1,5",
    "true",
    "2026-01-01",
    " 2026-01-01Z ",
    "99999.995",
    NIR,
    "x" * 41,
    "x" * 300,
]


@given(donnees=st.data())
@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_another_implementation_of_xml_schema_agrees(charge, donnees):
    racine = charge(donnees.draw(st.sampled_from(modele().operations)))
    for _ in range(donnees.draw(st.integers(1, 3))):
        elements = list(racine.iter())
        element = elements[donnees.draw(st.integers(0, len(elements) - 1))]
        alterer(element, racine, donnees.draw)
    try:
        valider(racine, etree.tostring(racine))
        nous = True
    except SchemaInvalideError:
        nous = False
    if not len(racine) and not (racine.text or "").strip():
        racine.text = None
    # What lies beyond the schema is of `coherence`, which the other judge cannot know.
    assert nous == (AUTRE_JUGE.is_valid(etree.fromstring(etree.tostring(racine))) and not any(incoherences(racine)))


def alterer(element, racine, draw):
    """Break something, or nothing, the way toolkits and people do."""
    geste = draw(st.sampled_from(["value", "rename", "namespace", "attribute", "remove", "repeat", "move", "text"]))
    if geste == "value" and not len(element):
        element.text = draw(st.sampled_from(VALEURS))
    elif element is racine:
        return
    elif geste == "text":
        element.tail = draw(st.sampled_from(["\n", "x"]))
    elif geste == "rename":
        element.tag = f"{{{NS}}}{draw(st.sampled_from(sorted(modele().vocabulaire)))}"
    elif geste == "namespace":
        element.tag = etree.QName(element).localname
    elif geste == "attribute":
        element.set("a", "1")
    elif geste == "remove":
        element.getparent().remove(element)
    elif geste == "repeat":
        element.addnext(etree.fromstring(etree.tostring(element, with_tail=False)))
    elif geste == "move":
        element.getparent().append(element)


@pytest.mark.parametrize("nombre", ["0." + "3" * 60, "1" * 40, "-" + "9" * 30 + ".5", "0" * 50 + "1"])
def test_numbers_of_any_length_are_judged_exactly(charge, nombre):
    lue = charge(CERTIFICAT, ("812.40", nombre))
    if abs(Decimal(nombre)) <= Decimal("99999.99"):
        valider(lue)
    else:
        assert refus(lue)[0].champ == f"{C1}/montantNet"
