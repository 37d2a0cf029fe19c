"""Records tell nothing of a person, enumerations are those of the contract."""

from typing import Any

from service.domain.declaration import (
    Certificat,
    Gravite,
    Nature,
    Operation,
    Salarie,
    StatutDepot,
    StatutLigne,
)


def test_operations_are_those_of_the_contract() -> None:
    assert [str(operation) for operation in Operation] == [
        "DeclareCertificatEmploi",
        "DeclareChangementActivite",
        "AnnuleDeclaration",
        "ConsulteDepot",
        "ListeDepots",
        "ListeResteADeclarer",
        "ListeAnomalies",
        "ConsulteService",
        "ModifieMotDePasse",
    ]


def test_three_operations_make_a_deposit() -> None:
    assert [str(operation) for operation in Operation if operation.depot] == [
        "DeclareCertificatEmploi",
        "DeclareChangementActivite",
        "AnnuleDeclaration",
    ]


def test_every_value_has_a_french_label_of_its_own() -> None:
    for enumeration in (Operation, Nature, StatutLigne, StatutDepot):
        libelles: list[Any] = [valeur.libelle for valeur in enumeration]
        assert len(set(libelles)) == len(enumeration)
        assert not set(libelles) & {str(valeur) for valeur in enumeration}
    assert StatutLigne.ACCEPTEE.libelle == "Acceptée"
    assert StatutDepot.ACCEPTE_PARTIELLEMENT.libelle == "Accepté partiellement"


def test_values_are_written_as_in_receipts() -> None:
    assert list(Gravite) == ["REJET", "ALERTE", "INFO"]
    assert list(StatutLigne) == ["ACCEPTEE", "REJETEE"]
    assert list(StatutDepot) == ["ACCEPTE", "ACCEPTE_PARTIELLEMENT", "REJETE"]
    assert [(nature, nature.element) for nature in Nature] == [
        ("AUGMENTATION", "augmentation"),
        ("REDUCTION", "reduction"),
        ("DEPART", "depart"),
    ]


def test_an_employee_shows_nothing_in_a_traceback(salarie: Salarie, certificat: Certificat) -> None:
    for texte in (repr(salarie), str(salarie), f"{salarie}", repr(certificat), f"{certificat}"):
        for valeur in (salarie.nir, salarie.nom, salarie.prenom, salarie.nom_usage, "1985"):
            assert str(valeur) not in texte
