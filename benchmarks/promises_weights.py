"""Intervals of recall from labels that are no uniform sample, and intervals that are looked at all the time."""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.promises_rows import Answer, covered, open_figure, share
from monitor.domain.events.types import Design
from monitor.domain.recall.estimate import Interval
from monitor.domain.recall.intervals import confidence_sequence, interval, odds_shift, shifted_sequence
from monitor.domain.recall.reading import reading
from monitor.domain.recall.weights import Weighed

SEED = 84
LABELS, EVERY = 400, 5


class Labelling(NamedTuple):
    """How positives are chosen: pi of hits, pi and share of each kind of miss, and what is known of pi."""

    design: Design
    hit_pi: float
    miss_pis: tuple[float, ...]
    shares: tuple[float, ...] = (1.0,)
    min_probability: float = 0.01

    def pis(self) -> NDArray[np.float64]:
        """Of hits, and of each kind of miss."""
        return np.array([self.hit_pi, *self.miss_pis])

    def rates(self, recall: float) -> NDArray[np.float64]:
        """Labelled outcomes a positive ticket: hits, and misses of each kind."""
        kinds = np.array([recall, *((1 - recall) * share for share in self.shares)], np.float64)
        return np.asarray(self.pis() * kinds)


SCORES = (0.30, 0.10, 0.03, 0.01), (0.50, 0.25, 0.15, 0.10)
BY_CLASS = Labelling(Design.BY_PREDICTION, 0.40, (0.02,), min_probability=0.02)
BY_CLASS_UNSURE = BY_CLASS._replace(min_probability=0.01)
ALL_HITS = Labelling(Design.BY_PREDICTION, 1.0, (0.02,), min_probability=0.02)
MILD = Labelling(Design.BY_PREDICTION, 0.20, (0.04,), min_probability=0.04)
BY_SCORE = Labelling(Design.BY_SCORE, 0.50, *SCORES)
UNIFORM = Labelling(Design.UNIFORM, 0.05, (0.05,))
UNEVEN = Labelling(Design.UNIFORM, 0.40, (0.40, 0.10), (0.5, 0.5))  # of two channels, the hits of one of them

# how the positives are labelled, the true recall, and how many are labelled on average
SAMPLED = [
    (UNIFORM, 0.39, 20),
    (UNIFORM, 0.87, 20),
    (UNEVEN, 0.39, 50),
    (UNEVEN, 0.87, 200),
    (MILD, 0.70, 50),
    (BY_CLASS, 0.39, 50),
    (BY_CLASS, 0.87, 200),
    (BY_CLASS_UNSURE, 0.87, 20),
    (ALL_HITS, 0.87, 200),
    (BY_SCORE, 0.39, 100),
    (BY_SCORE, 0.87, 200),
    (BY_SCORE, 0.87, 8),
    (BY_SCORE._replace(design=Design.BY_PREDICTION), 0.87, 200),
]


def drawn(labelling: Labelling, recall: float, labelled: float, runs: int, seed: int = SEED) -> list[Weighed]:
    """Cells of a Poisson number of positives, so many of them labelled on average."""
    rates = labelling.rates(recall)
    counts = np.random.default_rng(seed).poisson(labelled * rates / rates.sum(), (runs, rates.size))
    cells = []
    for row in counts:
        cell = Weighed()
        for kind, (pi, n) in enumerate(zip(labelling.pis(), row, strict=True)):
            if n:
                cell.count(kind == 0, labelling.design, float(pi), labelling.min_probability, int(n))
        cells.append(cell)
    return cells


def intervals(labelling: Labelling, cells: Sequence[Weighed]) -> list[Interval]:
    """What is shown of each cell at one look."""
    weights = [1 / pi for pi in labelling.miss_pis] if labelling.design is Design.BY_PREDICTION else []
    return [
        reading(cell, labelling.min_probability, watched=False, miss_weights=weights).interval
        for cell in cells
    ]


def covers(shown: Sequence[Interval], recall: float) -> list[bool]:
    """Which of them hold the recall."""
    return [low <= recall <= high for low, high in shown]


def at_every_look(recall: float, miss: float, runs: int) -> tuple[list[bool], list[bool]]:
    """Which runs cover at every fifth of 400 labels, by the sequence and by the interval of one look.

    Misses are chosen with so many times the chance of hits.
    """
    rng = np.random.default_rng(92)
    chance = recall / (recall + (1 - recall) * miss)
    looks = np.arange(EVERY, LABELS + 1, EVERY)
    hits = np.cumsum(rng.random((runs, LABELS)) < chance, axis=1)[:, looks - 1]
    sequence, one_look = np.ones(runs, bool), np.ones(runs, bool)
    for at, look in enumerate(looks.tolist()):
        for hit in np.unique(hits[:, at]).tolist():
            pair = (hit, look - hit, 1.0, 1 / miss)
            these = hits[:, at] == hit
            for held, (low, high) in ((sequence, shifted_sequence(*pair)), (one_look, odds_shift(*pair))):
                held[these] &= low <= recall <= high
    return sequence.tolist(), one_look.tolist()


def always_covered(recall: float, runs: int, *, sequence: bool = True) -> list[bool]:
    """Which of these runs of 400 uniform labels cover at each label, by the sequence or the interval of one look."""
    hits = np.cumsum(np.random.default_rng(34).random((runs, LABELS)) < recall, axis=1)

    @cache
    def covers_it(k: int, n: int) -> bool:
        low, high = confidence_sequence(k, n - k) if sequence else interval(k, n - k)
        return low <= recall <= high

    return [all(covers_it(int(k), n) for n, k in enumerate(stream, start=1)) for stream in hits]


def weighted(runs: int) -> Iterator[Answer]:
    """Recall from weighed labels, at one look."""
    for labelling, recall, labelled in SAMPLED:
        cells = drawn(labelling, recall, labelled, runs)
        shown = intervals(labelling, cells)
        size = sum(high - low for low, high in shown) / len(shown)
        pis = "/".join(f"{pi:g}" for pi in labelling.miss_pis)
        world = f"{labelling.design}, pi of hits {labelling.hit_pi:g}, of misses {pis}; recall {recall:g}"
        plain = [interval(cell.hits.n, cell.misses.n) for cell in cells]
        beside = f"width {size:.2f}; without weights {share(covers(plain, recall)):.2f}"
        question = "weighed labels, at one look"
        yield covered(question, f"{world}, {labelled} labels", covers(shown, recall), 0.95, beside)


def many_looks(runs: int) -> Iterator[Answer]:
    """The recall since the release, looked at after every label, or every fifth: it never leaves the truth out."""
    question, some = "live, at all looks", max(runs // 2, 20)
    for recall in (0.39, 0.60, 0.88, 0.97):
        once = share(always_covered(recall, max(some // 5, 10), sequence=False))
        beside = f"intervals of one look {once:.2f}"
        held = always_covered(recall, some)
        yield covered(question, f"uniform labels, recall {recall:g}, 400 looks", held, 0.95, beside)
    for miss in (0.02, 0.1, 0.4, 1.0):
        held, once_held = at_every_look(0.87, miss, some)
        world = f"by_prediction, misses chosen {miss:g} times as often, recall .87, 80 looks"
        yield covered(question, world, held, 0.95, f"intervals of one look {share(once_held):.2f}")
    world = "by_score, recall .87, looked at every fifth of 200 labels: holds at one look only"
    held = by_score_looks(max(some // 10, 10))
    yield open_figure(question, world, share(held), len(held))


def by_score_looks(runs: int) -> list[bool]:
    """Which runs cover at every fifth of 200 labels that are chosen by score."""
    rates = BY_SCORE.rates(0.87)
    kinds = np.cumsum(rates / rates.sum())[:-1]
    rng, held = np.random.default_rng(93), []
    for _ in range(runs):
        cell, covers_all = Weighed(), True
        for at, kind in enumerate(np.searchsorted(kinds, rng.random(200)).tolist(), start=1):
            cell.count(kind == 0, BY_SCORE.design, float(BY_SCORE.pis()[kind]), BY_SCORE.min_probability)
            if at % EVERY == 0:
                low, high = reading(cell, BY_SCORE.min_probability).interval
                covers_all &= low <= 0.87 <= high
        held.append(covers_all)
    return held
