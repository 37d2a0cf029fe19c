"""Retention counts calendar months."""

from datetime import UTC, datetime

import pytest

from service.domain.conservation import limite


@pytest.mark.parametrize(
    ("maintenant", "mois", "attendu"),
    [
        ("2026-12-04T09:30:00", 12, "2025-12-04T09:30:00"),
        ("2026-12-04T09:30:00", 13, "2025-11-04T09:30:00"),
        ("2026-01-31T00:00:00", 1, "2025-12-31T00:00:00"),
        ("2026-03-31T00:00:00", 1, "2026-02-28T00:00:00"),
        ("2028-02-29T00:00:00", 48, "2024-02-29T00:00:00"),
        ("2028-02-29T00:00:00", 12, "2027-02-28T00:00:00"),
        ("2026-12-31T23:59:59", 60, "2021-12-31T23:59:59"),
        ("2026-06-15T00:00:00", 6, "2025-12-15T00:00:00"),
    ],
)
def test_the_limit_is_the_same_day_that_many_months_ago_or_the_last_of_a_shorter_month(maintenant, mois, attendu):
    instant = datetime.fromisoformat(maintenant).replace(tzinfo=UTC)
    assert limite(instant, mois) == datetime.fromisoformat(attendu).replace(tzinfo=UTC)
