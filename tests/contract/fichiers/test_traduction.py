"""Schemas and rules in the words of a file."""

import pytest

from service.contract.fichiers.traduction import constat_de_precision, constat_de_regle, constats_du_schema
from service.domain.declaration import Gravite
from service.domain.regles import REGLES, anomalie
from service.errors import Precision


def test_a_payload_that_the_schema_takes_has_nothing_against_it(charge):
    assert constats_du_schema(charge("DeclareCertificatEmploi"), (2, 3, 4, 5)) == []


def test_what_the_schema_refuses_is_told_of_the_row_and_column(charge):
    refusee = charge("DeclareCertificatEmploi", ("nombreMois>12<", "nombreMois>douze<"))
    (constat,) = constats_du_schema(refusee, (20, 30, 40, 50))
    assert (constat.ligne, constat.colonne, constat.code) == (20, "nombre_mois", "SCHEMA")


@pytest.mark.parametrize(
    ("champ", "ligne", "colonne"),
    [
        ("DeclareCertificatEmploi/certificat[2]/salarie/nir", 7, "nir"),
        ("DeclareChangementActivite/changement[1]/depart/motif", 5, "motif"),
        ("DeclareCertificatEmploi/certificat[2]", 7, None),
        ("DeclareCertificatEmploi/certificat[3]/salarie/nir", None, "nir"),
        ("DeclareCertificatEmploi/entete/siret", None, None),
        (None, None, None),
    ],
)
def test_the_rank_of_a_path_is_a_row_of_the_file(champ, ligne, colonne):
    constat = constat_de_precision(Precision("quoi", 1, champ), (5, 7))
    assert (constat.ligne, constat.colonne) == (ligne, colonne)


def test_an_anomaly_speaks_of_columns_and_says_what_to_do():
    constat = constat_de_regle(4, anomalie("C05", "montantNet"))
    assert (constat.ligne, constat.colonne, constat.code, constat.gravite) == (4, "montant_net", "C05", Gravite.REJET)
    assert constat.message.startswith("une valeur supérieure à zéro")
    assert constat.correction == "Donner la valeur due pour novembre, ou omettre l'élément."


def test_no_advice_is_for_developers():
    for regle in REGLES.values():
        constat = constat_de_regle(1, anomalie("C03", donnes=0, attendus="deux", indice="")._replace(code=regle.code))
        assert "NET" not in constat.correction
        assert "messages" not in constat.correction
