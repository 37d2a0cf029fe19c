"""A receipt read back says what it was written from."""

from datetime import UTC, datetime

import pytest

from service.contract.accuse import ecrire_accuse
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


@pytest.mark.parametrize("document", [b"<accuse/>", b'<accuse xmlns="urn:caf:teleprocedure-esat:v1"/>'])
def test_another_document_is_no_receipt(document):
    with pytest.raises(ValueError, match="accusé"):
        lire_accuse(document)
