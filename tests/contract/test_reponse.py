"""The back office's answers: what they say, and every way in which one may be wrong, in our own words."""

import pytest
from echanges import NS, reponse, sort

from service.contract.reponse import PRECISIONS_MAX, bornees, incoherences, lire_reponse
from service.domain.transmission import Resultat
from service.errors import Precision, SaisieError

A, B = "D261205-7K3M9QXA-0001", "D261205-7K3M9QXA-0002"
SECRET = "185057500000147"


def refus(octets):
    with pytest.raises(SaisieError) as erreur:
        lire_reponse(octets)
    assert SECRET not in "".join(precision.message for precision in erreur.value.precisions)
    return erreur.value


def test_an_answer_says_which_file_and_what_became_of_each_movement_and_where():
    lue = lire_reponse(reponse("831", 12, sort(A), sort(B, "REFUSEE", "Inconnu & <absent>.")))
    assert (lue.organisme, lue.numero) == ("831", 12)
    assert [une[:3] for une in lue.sorts] == [
        (A, Resultat.INTEGREE, None),
        (B, Resultat.REFUSEE, "Inconnu & <absent>."),
    ]
    assert [une[3:] for une in lue.sorts] == [(4, "reponse/sort[1]"), (5, "reponse/sort[2]")]
    assert list(incoherences(lue)) == []


def test_white_space_around_values_is_nothing():
    texte = reponse("831", 12, sort(A, "REFUSEE", "  deux\n mots ")).decode()
    for valeur in ("831", ">12<", A, "REFUSEE"):
        nue = valeur.strip("<>")
        texte = texte.replace(f">{nue}<", f">\n {nue} <")
    lue = lire_reponse(texte.encode())
    assert (lue.organisme, lue.numero, lue.sorts[0][:3]) == ("831", 12, (A, Resultat.REFUSEE, "deux mots"))


@pytest.mark.parametrize("codage", ["utf-8-sig", "utf-16"])
def test_other_encodings_of_unicode_are_read(codage):
    texte = reponse("831", 12, sort(A, "REFUSEE", "Numéro inconnu.")).decode()
    assert lire_reponse(texte.encode(codage)).sorts[0].motif == "Numéro inconnu."


ILLISIBLES = {
    "nothing": (b"", 1, "document XML"),
    "no XML": (f"A;B\n{SECRET}".encode(), 1, "document XML"),
    "cut": (reponse("831", 12, sort(A))[:-20], 4, "bien formé"),
    "two roots": (reponse("831", 12, sort(A)) + b"<x/>", 5, "un seul élément racine"),
    "not UTF-8": (reponse("831", 12, sort(A)).replace(b"831", b"\xff31"), 2, "UTF-8"),
    "latin-1": (b'<?xml version="1.0" encoding="ISO-8859-1"?>' + reponse("831", 12, sort(A)), None, "UTF-8"),
    "DOCTYPE": (b'<!DOCTYPE r [<!ENTITY e "x">]>' + reponse("831", 12, sort(A)), None, "DOCTYPE"),
    "an entity": (reponse("831", 12, sort(A)).replace(b"831", b"&e;"), 2, "entité"),
    "an instruction": (reponse("831", 12, sort(A)).replace(b"<sort>", b"<?x y?><sort>"), None, "instruction"),
    "too deep": (b"<a>" * 100 + b"</a>" * 100, None, "64 niveaux"),
}


@pytest.mark.parametrize("cas", ILLISIBLES)
def test_what_is_no_readable_document_is_refused_with_its_line(cas):
    octets, ligne, mot = ILLISIBLES[cas]
    erreur = refus(octets)
    assert "XML lisible" in erreur.message
    (precision,) = erreur.precisions
    assert precision.ligne == ligne
    assert mot.lower() in precision.message.lower()


UN = reponse("831", 12, sort(A))
INVALIDES = {
    "another root": (b"<autre/>", [(1, None, "reponse")]),
    "root of another namespace": (UN.replace(NS.encode(), b"urn:autre"), [(1, None, NS)]),
    "the file itself": (UN.replace(b"reponse", b"transmission"), [(1, None, "reponse")]),
    "an organisme of two digits": (
        UN.replace(b"831", b"83"),
        [(2, "reponse/organisme", "3 chiffres ; trouvé : 2 chiffres")],
    ),
    "number zero": (UN.replace(b">12<", b">0<"), [(3, "reponse/numero", "à partir de 1")]),
    "a number that is none": (UN.replace(b">12<", b">douze<"), [(3, "reponse/numero", "nombre entier")]),
    "no movement": (reponse("831", 12), [(1, "reponse", "sort")]),
    "no number": (UN.replace(b"<numero>12</numero>", b""), [(1, "reponse", "numero")]),
    "another result": (UN.replace(b"INTEGREE", b"Acceptee"), [(4, "reponse/sort[1]/resultat", "INTEGREE")]),
    "a result in lower case": (UN.replace(b"INTEGREE", b"integree"), [(4, "reponse/sort[1]/resultat", "majuscules")]),
    "no declaration number": (
        reponse("831", 12, sort(SECRET)),
        [(4, "reponse/sort[1]/numeroDeclaration", "trouvé : 15 chiffres")],
    ),
    "an empty reason": (
        reponse("831", 12, sort(A, "REFUSEE", " ")),
        [(4, "reponse/sort[1]/motif", "un élément facultatif sans valeur ne s'écrit pas")],
    ),
    "a reason too long": (
        reponse("831", 12, sort(A, "REFUSEE", "x" * 251)),
        [(4, "reponse/sort[1]/motif", "250 caractères")],
    ),
    "an attribute": (UN.replace(b"<sort>", b'<sort rang="1">'), [(4, "reponse/sort[1]", "attribut")]),
    "an unknown element": (
        UN.replace(b"<sort>", f"<x>{SECRET}</x><sort>".encode()),
        [(4, "reponse", "élément inconnu")],
    ),
    "text between": (UN.replace(b"<sort>", f"{SECRET}<sort>".encode()), [(1, "reponse", "texte")]),
    "several": (
        reponse("83", 0, sort("x"), sort(B, "REFUSE")),
        [
            (2, "reponse/organisme", ""),
            (3, "reponse/numero", ""),
            (4, "reponse/sort[1]/numeroDeclaration", ""),
            (5, "reponse/sort[2]/resultat", ""),
        ],
    ),
}


@pytest.mark.parametrize("cas", INVALIDES)
def test_what_is_against_the_schema_is_told_all_at_once_each_with_line_and_path(cas):
    octets, attendues = INVALIDES[cas]
    erreur = refus(octets)
    assert "schéma" in erreur.message
    assert [(precision.ligne, precision.champ) for precision in erreur.precisions] == [une[:2] for une in attendues]
    for precision, (_, _, mot) in zip(erreur.precisions, attendues, strict=True):
        assert mot in precision.message


@pytest.mark.parametrize(
    ("sorts", "attendues"),
    [
        ([sort(A), sort(B), sort(A)], [("reponse/sort[3]/numeroDeclaration", "sort[1]")]),
        ([sort(A, "REFUSEE")], [("reponse/sort[1]/motif", "il manque")]),
        ([sort(A, "INTEGREE", "Bien.")], [("reponse/sort[1]/motif", "il accompagne INTEGREE")]),
        (
            [sort(A, "REFUSEE"), sort(A, "REFUSEE", "Non.")],
            [("reponse/sort[1]/motif", ""), ("reponse/sort[2]/numeroDeclaration", "")],
        ),
    ],
)
def test_what_does_not_go_together_is_told_with_its_path(sorts, attendues):
    dites = list(incoherences(lire_reponse(reponse("831", 12, *sorts))))
    assert [precision.champ for precision in dites] == [champ for champ, _ in attendues]
    assert all(mot in precision.message for precision, (_, mot) in zip(dites, attendues, strict=True))


def test_a_hundred_problems_are_told_and_how_many_others_there_are():
    assert len(bornees([Precision("x")] * PRECISIONS_MAX)) == PRECISIONS_MAX
    *dites, derniere = refus(reponse("831", 12, *[sort("x")] * 1234)).precisions
    assert len(dites) == PRECISIONS_MAX
    assert "1134" in derniere.message
