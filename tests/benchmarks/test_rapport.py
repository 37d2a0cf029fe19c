"""The page of measures is that of the figures kept."""

import json
from pathlib import Path

from benchmarks import rapport


def test_the_page_is_that_of_the_figures_kept(tmp_path: Path):
    page = (rapport.DOCS / "mesures.md").read_text("utf-8")
    donnees = json.loads((rapport.DOCS / "mesures.json").read_text("utf-8"))
    rapport.ecrire(donnees, tmp_path)
    assert (tmp_path / "mesures.md").read_text("utf-8") == page
    assert (tmp_path / "mesures.svg").stat().st_size > 0
