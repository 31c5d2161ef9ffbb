"""Labels that slip: how often they page a healthy intent, and what a floor that allows for them changes.

An intent of 1 % of the traffic at .88, with money of 1/6,000 of a page a label; 600 labels of it.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from benchmarks.promises_rows import Answer, open_figure, seldom
from monitor.domain.detection.betting import evidence_each, grow, stakes
from monitor.domain.detection.money import PAGE
from monitor.domain.labelling.slack import FIRST, slack_by_examples, slack_by_labels
from monitor.domain.labelling.slips import slipped_recall

RECALL, FLOOR, SHARE = 0.88, 0.78, 0.01
LABELS, SHARE_IT = 600, 6_000
RATES = (0.0, 0.001, 0.002, 0.005, 0.01)


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


def streams(recall: float, rate: float, runs: int, seed: int) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Hits of an intent whose labels slip at a rate, and the model's labels so far at each of them."""
    rng = np.random.default_rng(seed)
    share = SHARE + (1 - SHARE) * rate
    hits = rng.random((runs, LABELS)) < slipped_recall(recall, SHARE, rate)
    return hits, np.cumsum(rng.geometric(share, (runs, LABELS)), axis=1)


def slips(runs: int) -> Iterator[Answer]:
    """The share of runs that page, held to the floor as it is, and with `labels.slip_rate`."""
    question, promised = "falsely paged in 600 labels", LABELS / SHARE_IT
    for rate in RATES:
        world = f"labels slip in {100 * rate:g} % of other tickets: recall .88 reads"
        world += f" {slipped_recall(RECALL, SHARE, rate):.2f}"
        hits, everything = streams(RECALL, rate, runs, seed=1)
        alone = (paged(np.full(runs, FLOOR), hits) > 0).tolist()
        if rate == 0:
            yield seldom(question, world, alone, promised)
            continue
        yield open_figure(question, f"{world}, without slip_rate", float(np.mean(alone)), runs)
        with_it = (pages_with_slack(hits, everything, rate) > 0).tolist()
        yield seldom(question, f"{world}, with slip_rate", with_it, promised)
        at_floor = pages_with_slack(*streams(FLOOR, rate, runs, seed=2), rate) > 0
        world = f"labels slip in {100 * rate:g} % of other tickets, recall just at the floor, with slip_rate"
        yield seldom(question, world, at_floor.tolist(), promised)
