"""The benchmark measures what it says: its messages are real deposits, and those refused are counted as such."""

from pathlib import Path

import pytest

from benchmarks.candidats import notre_produit
from benchmarks.charge import CERTIFICATS, CHANGEMENTS, Charge, tirer


@pytest.mark.parametrize(
    "charge",
    [
        Charge("", CERTIFICATS, 1, True, 2),
        Charge("", CERTIFICATS, 100, False, 2),
        Charge("", CHANGEMENTS, 100, True, 2),
    ],
    ids=["certificats by digest", "certificats by password", "changements"],
)
def test_messages_of_the_load_are_accepted_and_counted(tmp_path: Path, charge: Charge):
    candidat = notre_produit("waitress", "sqlite", tmp_path, None)
    donnees = tmp_path / "essai"
    donnees.mkdir()
    with candidat.demarrer(donnees) as instance:
        mesure = tirer(instance.url, charge, instance.expediteurs[:2], 2, 0)
        assert (mesure.fausses, mesure.reseau, mesure.exemple) == (0, 0, "")
        assert mesure.justes > 0
        assert mesure.justes * charge.lignes <= instance.compter() <= mesure.envoyees * charge.lignes


def test_a_refused_message_is_counted_as_wrong(tmp_path: Path):
    candidat = notre_produit("waitress", "sqlite", tmp_path, None)
    donnees = tmp_path / "essai"
    donnees.mkdir()
    with candidat.demarrer(donnees) as instance:
        faux = [instance.expediteurs[0]._replace(cle="une autre")]
        mesure = tirer(instance.url, Charge("", CERTIFICATS, 1, True, 2), faux, 1, 0)
        assert mesure.justes == 0
        assert mesure.fausses > 0
        assert "AUTHENTIFICATION" in mesure.exemple
        assert instance.compter() == 0
