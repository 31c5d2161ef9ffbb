"""Held to the offline number, less chance (`judge.promise: anchor`): false pages, and labels to small falls.

Four bold stakes are what is shipped; the sixteen of a floor are beside them. Each label brings 1/6,000 of a page, as of
one intent of twenty at 10 labels a day that share most of a false page a year.
"""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from benchmarks.promise import TOLERATED
from benchmarks.promises_rows import Answer, open_figure, pages_a_year
from benchmarks.promises_years import HEALTHY, YEAR, lives, years
from monitor.domain.anchors.promise import CHANCE
from monitor.domain.detection.betting import GRID, evidence_each, factors, grow, stakes
from monitor.domain.detection.bold_stakes import bold_stakes
from monitor.domain.detection.money import PAGE
from monitor.domain.recall.intervals import FloatArray

NUMBER = HEALTHY - CHANCE
MONEY = 1 / 6_000
GOOD, LONG, STREAM = (
    200,
    1_500,
    1_000,
)  # labels before a break, after it at most, and of a stream that only goes on
Stakes = Callable[[float], FloatArray]
RULES: dict[str, Stakes] = {"four stakes": bold_stakes, "sixteen stakes": stakes}


def first_pages(bold: Stakes, recalls: FloatArray, streams: int, seed: int) -> NDArray[np.int64]:
    """The label (from 1) at which each stream first pages, of so much recall at each label; 0: never."""
    rng = np.random.default_rng(seed)
    hit, miss = factors(bold(NUMBER), NUMBER, [1.0, 0.0], 1.0)
    ratios, when = np.zeros((streams, GRID)), np.zeros(streams, np.int64)
    for label, recall in enumerate(recalls, start=1):
        hits = rng.random(streams)[:, np.newaxis] < recall
        ratios = grow(ratios, np.where(hits, hit, miss), MONEY, out=ratios)
        when[(when == 0) & (evidence_each(ratios) >= PAGE)] = label
    return when


def number(runs: int) -> Iterator[Answer]:
    """What is promised at the number less chance; and what sixteen stakes would change."""
    worlds = max(runs // 10, 3)
    for name, bold in RULES.items():
        hit, miss = factors(bold(NUMBER), NUMBER, [1.0, 0.0], 1.0)
        count = years(lives([10.0] * 20), worlds, 1, played=lambda *_, pair=(hit, miss): (pair, NUMBER))
        world = f"20 intents, 10 labels a day, just at the number less chance, {name}"
        yield pages_a_year("false pages a year", world, count.pages, worlds, 0.25 + 0.5 * YEAR / 365)
        for question, recall in (("healthy streams paged", HEALTHY), ("tolerated falls paged", TOLERATED)):
            paged = first_pages(bold, np.full(STREAM, recall), runs, 2) > 0
            world = f"recall {recall:g}, {STREAM:,} labels, held to .88 less chance, {name}"
            yield open_figure(question, world, float(np.mean(paged)), runs)
        for recall in (0.39, 0.60, 0.75):
            recalls = np.concatenate([np.full(GOOD, HEALTHY), np.full(LONG, recall)])
            when = first_pages(bold, recalls, runs, 3)
            mean = float(np.mean(when[when > GOOD] - GOOD))
            world = f"to {recall:g} after 200 good labels, held to .88 less chance, {name}"
            yield open_figure("labels to the page (mean)", world, mean, runs)
