"""Wrong labels page healthy intents; a floor that allows for them does not, and says what it costs."""

import numpy as np
import pytest
from numpy.typing import NDArray

from monitor.domain.detection.betting import evidence_each, grow, stakes
from monitor.domain.detection.money import PAGE
from monitor.domain.labelling.slack import FIRST, slack_by_examples, slack_by_labels
from monitor.domain.labelling.slips import slipped_recall

RECALL, FLOOR, SHARE = 0.88, 0.78, 0.01
LABELS, STREAMS, SHARE_IT = 600, 1_000, 6_000


def paged(floors: NDArray[np.float64], hits: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The label (from 1) at which each stream pages against a floor of its own; 0: it does not."""
    by_floor = {floor: stakes(floor) for floor in set(floors.tolist())}
    lam = np.stack([by_floor[floor] for floor in floors.tolist()])
    ratios, when = np.zeros(lam.shape), np.zeros(len(hits), np.int64)
    held = floors[:, np.newaxis]
    for label in range(hits.shape[1]):
        played = 1.0 - lam * (hits[:, label, np.newaxis] - held)
        ratios = grow(ratios, played, 1 / SHARE_IT, out=ratios)
        when[(when == 0) & (evidence_each(ratios) >= PAGE)] = label + 1
    return when


def pages_with_slack(
    hits: NDArray[np.bool_], everything: NDArray[np.int64], rate: float
) -> NDArray[np.int64]:
    """The same where the floor allows for slips: found at 10, 20, 40 ... labels, and the past bet on anew each time.

    `everything` is how many labels of the model there were at each label of the intent. Until ten it is told by
    the anchor's examples, here of twelve intents alike, which makes it too high.
    """
    when = np.zeros(len(hits), np.int64)
    known = 0
    while known < hits.shape[1]:
        upto = min(max(2 * known, FIRST), hits.shape[1])
        if known:
            slacks = [slack_by_labels(rate, known, int(n), 0.0) for n in everything[:, known - 1]]
            floors = np.array([max(slack.under(FLOOR), 0.1) for slack in slacks])
        else:
            floors = np.full(len(hits), slack_by_examples(rate, 1 / 12, 0.0).under(FLOOR))
        found = paged(floors, hits[:, :upto])
        when = np.where((when == 0) & (found > 0), np.maximum(found, known + 1), when)
        known = upto
    return when


def streams(recall: float, rate: float, seed: int) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Hits of an intent whose labels slip at a rate, and the model's labels so far at each of them."""
    rng = np.random.default_rng(seed)
    share = SHARE + (1 - SHARE) * rate
    hits = rng.random((STREAMS, LABELS)) < slipped_recall(recall, SHARE, rate)
    return hits, np.cumsum(rng.geometric(share, (STREAMS, LABELS)), axis=1)


@pytest.mark.parametrize(
    ("rate", "read", "without", "to_page"),
    [(0.001, 0.80, 0.02, 31), (0.002, 0.73, 0.50, 41), (0.005, 0.59, 1.0, 80), (0.01, 0.44, 1.0, 109)],
)
def test_slips_page_a_healthy_intent_unless_the_floor_allows_for_them(
    rate: float, read: float, without: float, to_page: int
) -> None:
    budget = LABELS / SHARE_IT
    assert slipped_recall(RECALL, SHARE, rate) == pytest.approx(read, abs=0.005)
    hits, everything = streams(RECALL, rate, seed=1)
    assert np.mean(paged(np.full(STREAMS, FLOOR), hits) > 0) == pytest.approx(without, abs=0.03)
    assert np.mean(pages_with_slack(hits, everything, rate) > 0) < budget / 5
    # A recall just at the floor is the worst that is healthy: no more pages than the money put in.
    at_floor, everything = streams(FLOOR, rate, seed=2)
    assert np.mean(pages_with_slack(at_floor, everything, rate) > 0) < budget
    # What it costs: labels to the page of a fall to .39. docs/statistics.md
    broken, everything = streams(0.39, rate, seed=3)
    waits = pages_with_slack(broken, everything, rate)
    assert waits.all()
    assert np.median(waits) == pytest.approx(to_page, rel=0.1)


def test_without_slips_the_floor_is_as_it_was() -> None:
    assert slack_by_labels(0.0, 30, 2_000, 0.01).under(FLOOR) == FLOOR
