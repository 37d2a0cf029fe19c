"""The receipt is written in its canonical form, whatever a line's reference holds."""

from datetime import UTC, datetime

import pytest
from lxml import etree

from service.contract.accuse import ecrire_accuse
from service.contract.catalogue import NS
from service.domain.declaration import Operation, Resultat, StatutDepot, StatutLigne
from service.domain.recepisse import Accuse, Empreinte, ServiceEmetteur, numeros_declarations

DEPOT = "D261205-04HMASW9"


def accuse(*references: str | None) -> Accuse:
    """The receipt of lines of these references, every second one rejected."""
    resultats = tuple(
        Resultat(rang, reference, StatutLigne.ACCEPTEE, numero, ())
        if rang % 2
        else Resultat(rang, reference, StatutLigne.REJETEE, None, ())
        for rang, (reference, numero) in enumerate(
            zip(references, numeros_declarations(DEPOT, len(references)), strict=True), 1
        )
    )
    return Accuse(
        *(DEPOT, "9b2f6a52-4c0e-4f55-8f1e-3a2a7f6f1c11", Operation.DECLARE_CERTIFICAT_EMPLOI, "35600000000048"),
        *(
            datetime(2026, 12, 5, 11, tzinfo=UTC),
            False,
            StatutDepot.ACCEPTE_PARTIELLEMENT,
            Empreinte("SHA-256", "0" * 64),
        ),
        *("1.0", ServiceEmetteur("Caf", "Toulon", "caf@exemple.fr", "3230"), len(references), 1, 1, resultats),
    )


@pytest.mark.parametrize("signe", ["&", "<", ">", "\r", "é", " ", "-", '"', "&<>\r"])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_it_is_canonical_whatever_a_reference_holds(signe: str, place: int):
    references: list[str | None] = ["M1", None, "M3"]
    references[place] = f"a{signe}b"
    ecrit = ecrire_accuse(accuse(*references))
    racine = etree.fromstring(ecrit)
    assert etree.tostring(racine, method="c14n", exclusive=True) == ecrit
    lus = [
        tuple(resultat.findtext(f"{{{NS}}}{nom}") for nom in ("rang", "reference", "statut", "numeroDeclaration"))
        for resultat in racine.iter(f"{{{NS}}}resultat")
    ]
    assert lus == [
        ("1", references[0], "ACCEPTEE", f"{DEPOT}-0001"),
        ("2", references[1], "REJETEE", None),
        ("3", references[2], "ACCEPTEE", f"{DEPOT}-0003"),
    ]
