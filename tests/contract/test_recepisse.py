"""A receipt read back says what it was written from."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from service.contract.accuse import ecrire_accuse
from service.contract.catalogue import NS
from service.contract.recepisse import lire_accuse
from service.domain.declaration import Anomalie, Gravite, Operation, Resultat, StatutDepot, StatutLigne
from service.domain.recepisse import Accuse, Empreinte, ServiceEmetteur

ACCUSE = Accuse(
    "D261205-7K3M9QXA",
    "7c9e6679-7425-40de-944b-e07fc1f90ae7",
    Operation.DECLARE_CHANGEMENT_ACTIVITE,
    "12345678200010",
    datetime(2026, 12, 5, 9, 12, 44, 125000, tzinfo=UTC),
    True,
    StatutDepot.ACCEPTE_PARTIELLEMENT,
    Empreinte("SHA-256", "0" * 64),
    "2026.1",
    ServiceEmetteur("Caf <du> Var", "Rue Emile & Ollivier", "partenariat@caf83.caf.fr", "3230"),
    2,
    1,
    1,
    (
        Resultat(1, "MAT <1> & \u00e9", StatutLigne.ACCEPTEE, "D261205-7K3M9QXA-0001", ()),
        Resultat(
            2,
            None,
            StatutLigne.REJETEE,
            None,
            (
                Anomalie("I02", Gravite.REJET, "salarie/nir", "Clé fausse."),
                Anomalie("C03", Gravite.ALERTE, None, "Deux."),
            ),
        ),
    ),
)


def test_a_receipt_reads_as_it_was_written():
    assert lire_accuse(ecrire_accuse(ACCUSE)) == ACCUSE


TEXTES = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn"), include_characters="\t\n\r<>&\"'"))
RESULTATS = st.builds(
    Resultat,
    st.integers(1, 1000),
    st.none() | TEXTES,
    st.sampled_from(StatutLigne),
    st.none() | TEXTES,
    st.lists(st.builds(Anomalie, st.just("I02"), st.sampled_from(Gravite), st.none() | TEXTES, TEXTES)).map(tuple),
)


@given(st.lists(RESULTATS, min_size=1, max_size=4))
def test_a_receipt_is_canonical_whatever_its_results_say(resultats: list[Resultat]):
    document = ecrire_accuse(ACCUSE._replace(resultats=tuple(resultats)))
    racine = etree.fromstring(document)
    assert etree.tostring(racine, method="c14n", exclusive=True, with_comments=False) == document
    lus = [
        (
            *(resultat.findtext(f"{{{NS}}}{nom}") for nom in ("rang", "reference", "statut", "numeroDeclaration")),
            [anomalie.findtext(f"{{{NS}}}message") for anomalie in resultat.iter(f"{{{NS}}}anomalie")],
        )
        for resultat in racine.iter(f"{{{NS}}}resultat")
    ]
    assert lus == [
        (str(r.rang), r.reference, r.statut.value, r.numero_declaration, [a.message for a in r.anomalies])
        for r in resultats
    ]


@pytest.mark.parametrize("document", [b"<accuse/>", b'<accuse xmlns="urn:caf:teleprocedure-esat:v1"/>'])
def test_another_document_is_no_receipt(document):
    with pytest.raises(ValueError, match="accusé"):
        lire_accuse(document)
