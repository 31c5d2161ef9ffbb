"""Wrong labels page healthy intents; a floor that allows for them does not, and says what it costs."""

import numpy as np
import pytest

from benchmarks.promises_slips import (
    FLOOR,
    LABELS,
    RECALL,
    SHARE,
    SHARE_IT,
    paged,
    pages_with_slack,
    streams,
)
from monitor.domain.labelling.slack import slack_by_labels
from monitor.domain.labelling.slips import slipped_recall

STREAMS = 1_000


@pytest.mark.parametrize(
    ("rate", "read", "without", "to_page"),
    [(0.001, 0.80, 0.02, 31), (0.002, 0.73, 0.50, 41), (0.005, 0.59, 1.0, 80), (0.01, 0.44, 1.0, 109)],
)
def test_slips_page_a_healthy_intent_unless_the_floor_allows_for_them(
    rate: float, read: float, without: float, to_page: int
) -> None:
    budget = LABELS / SHARE_IT
    assert slipped_recall(RECALL, SHARE, rate) == pytest.approx(read, abs=0.005)
    hits, everything = streams(RECALL, rate, STREAMS, seed=1)
    assert np.mean(paged(np.full(STREAMS, FLOOR), hits) > 0) == pytest.approx(without, abs=0.03)
    assert np.mean(pages_with_slack(hits, everything, rate) > 0) < budget / 5
    # A recall just at the floor is the worst that is healthy: no more pages than the money put in.
    at_floor, everything = streams(FLOOR, rate, STREAMS, seed=2)
    assert np.mean(pages_with_slack(at_floor, everything, rate) > 0) < budget
    # What it costs: labels to the page of a fall to .39. docs/statistics.md
    broken, everything = streams(0.39, rate, STREAMS, seed=3)
    waits = pages_with_slack(broken, everything, rate)
    assert waits.all()
    assert np.median(waits) == pytest.approx(to_page, rel=0.1)


def test_without_slips_the_floor_is_as_it_was() -> None:
    assert slack_by_labels(0.0, 30, 2_000, 0.01).under(FLOOR) == FLOOR
