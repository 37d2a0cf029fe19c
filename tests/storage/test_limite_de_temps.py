"""session: a search that takes too long is stopped and said so, and its connection serves the next one."""

import pytest
from sqlalchemy import func, literal, select

from service.errors import TropLongError
from service.storage.recherche import Filtres
from service.storage.statements import Statement
from service.storage.unit_of_work import FabriqueUnites

_debut = select(literal(1).label("n")).cte("sans_fin", recursive=True)
_suite = _debut.union_all(select(_debut.c.n + 1).where(_debut.c.n < 1_000_000_000))
SANS_FIN: Statement[tuple[int]] = Statement(select(func.count()).select_from(_suite))


def test_a_search_without_end_is_stopped_and_the_next_one_answers(unites: FabriqueUnites):
    with unites.lecture() as unite:
        unite.journal.limiter(0.2)
        with pytest.raises(TropLongError, match="période"):
            unite._session.all(SANS_FIN)
    for _ in range(3):
        with unites.lecture() as unite:
            assert unite.journal.chercher(Filtres(), None, 10).entrees == []


def test_the_bound_of_a_search_is_that_search_s_only(unites: FabriqueUnites):
    with unites.lecture() as unite:
        unite.journal.limiter(0.001)
    with unites.ecriture() as unite:
        assert unite.journal.compter(Filtres(), 10_000) == 0
        unite.commit()
