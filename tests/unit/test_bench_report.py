"""The bench holds its figures against the targets, and says so where they are missed."""

from typing import Any

from bench.report import verdicts
from bench.shop import LARGE, MEDIUM, SMALL


def figures(*, events: int = 80, peak: float = 110.0) -> dict[str, Any]:
    small, large = ({"history_events": e, "worker_peak_mib": m} for e, m in ((80, 100.0), (events, peak)))
    return {
        "races": {"bare workflow": {}, "engine": {"ratio": 0.5}},
        "sizes": {"10": small, "1000": small, "100000": large},
    }


def test_a_history_that_grows_with_the_rows_is_called_out() -> None:
    assert "history events: equal for every size" in list(verdicts(figures()))
    assert "history events: DIFFER: [80, 95]" in list(verdicts(figures(events=95)))


def test_speed_and_memory_stand_beside_their_targets() -> None:
    told = "\n".join(verdicts(figures(peak=150.0)))

    assert "engine: 0.50 of the bare workflow's cases per minute (target 0.8)" in told
    assert "100000 rows need 1.50 times that of 1000 rows (target 1.2)" in told


def test_the_three_customers_have_the_rows_that_the_targets_name() -> None:
    assert [kind.rows for kind in (SMALL, MEDIUM, LARGE)] == [10, 1000, 100_000]
