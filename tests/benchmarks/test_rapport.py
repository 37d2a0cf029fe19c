"""The page of measures is that of the figures kept, and docs/ changes only when everything was measured."""

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks import exigences, rapport
from benchmarks.carnet import EN_COURS, FINIE, INTERROMPUE


def test_the_page_is_that_of_the_figures_kept(tmp_path: Path):
    page = (rapport.DOCS / "mesures.md").read_text("utf-8")
    donnees = json.loads((rapport.DOCS / "mesures.json").read_text("utf-8"))
    rapport.ecrire(donnees, tmp_path)
    assert (tmp_path / "mesures.md").read_text("utf-8") == page
    assert "gSOAP" in (tmp_path / "mesures-m1.svg").read_text("utf-8")
    assert (tmp_path / "mesures-m1000.svg").stat().st_size > 0


@pytest.mark.parametrize(
    ("etat", "seulement", "dans_docs", "ou"),
    [
        (FINIE, [], True, "docs"),
        (FINIE, [], False, "ailleurs"),
        (FINIE, ["memoire"], True, "ailleurs"),
        (INTERROMPUE, [], True, "ailleurs"),
        (EN_COURS, [], True, "ailleurs"),
    ],
    ids=["whole", "whole, elsewhere", "one section", "interrupted", "killed"],
)
def test_docs_change_only_when_everything_was_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, etat: str, seulement: list[str], dans_docs: bool, ou: str
):
    gardees: dict[str, Any] = json.loads((rapport.DOCS / "mesures.json").read_text("utf-8"))
    for nom in ("docs", "ailleurs"):
        (tmp_path / nom).mkdir()
    (tmp_path / "docs" / "mesures.json").write_text(json.dumps(gardees), "utf-8")
    monkeypatch.setattr(rapport, "DOCS", tmp_path / "docs")
    sans = {nom: valeur for nom, valeur in gardees.items() if nom != rapport.DIX_MILLIONS}
    page = rapport.publier(sans | {"etat": etat, "seulement": seulement}, tmp_path / "ailleurs", dans_docs)
    assert page == tmp_path / ou / "mesures.md"
    assert page.exists()
    assert (tmp_path / "docs" / "mesures.md").exists() == (ou == "docs")
    ecrites = json.loads((tmp_path / ou / "mesures.json").read_text("utf-8"))
    assert ecrites[rapport.DIX_MILLIONS] == gardees[rapport.DIX_MILLIONS]


@pytest.mark.parametrize(
    ("grande", "montrees", "cellules"),
    [
        (0.61, {}, "| 0.36 | 0.61 | 1.69 × tenu |"),
        (0.73, {"sqlite": {"10": {"ESAT": 6}, "99": {"ESAT": 50}}}, "| 0.36 (6) | 0.73 (50) | 2.03 × **non tenu** |"),
    ],
    ids=["unknown", "known"],
)
def test_a_search_of_the_log_tells_how_many_entries_its_page_showed_and_whether_it_took_twice_as_long(
    grande: float, montrees: dict[str, Any], cellules: str
):
    """A page of six costs less than one of fifty: the two are not to be compared as if they were alike."""
    compte = {"ESAT : le nombre": 1.0}
    mesures = {
        "bases": {"sqlite": {"10": {"ESAT": 0.36} | compte, "99": {"ESAT": grande} | compte}},
        "montrees": montrees,
    }
    section = exigences.journal(mesures)
    assert f"| ESAT {cellules}" in section
    assert "| ESAT : le nombre | 1.00 | 1.00 |  |" in section
