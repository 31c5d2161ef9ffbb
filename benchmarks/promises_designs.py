"""Labels of several designs: the pages they bring to a recall, and the money that was put in."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from monitor.domain.detection.betting import evidence_each, factors, grow, stakes
from monitor.domain.detection.money import PAGE
from monitor.domain.events.types import Design
from monitor.domain.recall.scales import bet_weights

FLOOR, BROKEN, MIN_PROBABILITY = 0.78, 0.39, 0.01
Label = tuple[tuple[Design, float | None], bool]
Draw = Callable[[np.random.Generator, int, float], Sequence[Label]]
Kinds = Sequence[tuple[float, float]]


def of(design: Design, own: float | None, rest: float | None) -> Draw:
    """Labels of one design: tickets predicted as the intent are chosen with one chance, the rest with another."""

    def draw(rng: np.random.Generator, n: int, recall: float) -> Sequence[Label]:
        hit, miss = recall * (own or 1.0), (1 - recall) * (rest or 1.0)
        return [((design, own if x else rest), bool(x)) for x in rng.random(n) < hit / (hit + miss)]

    return draw


def with_another(bulk: Draw, other: tuple[Design, float]) -> Draw:
    """The same, the fourth label of another design."""

    def draw(rng: np.random.Generator, n: int, recall: float) -> Sequence[Label]:
        labels = list(bulk(rng, n, recall))
        labels[3] = (other, labels[3][1])
        return labels

    return draw


def in_turns(*draws: Draw) -> Draw:
    """Forty labels of each in turn."""

    def draw(rng: np.random.Generator, n: int, recall: float) -> Sequence[Label]:
        turns = [draws[turn % len(draws)](rng, 40, recall) for turn in range(n // 40)]
        return [label for some in turns for label in some]

    return draw


def by_channel(rng: np.random.Generator, n: int, recall: float) -> Sequence[Label]:
    """Uniform within each channel: a fifth of the tickets is chat, found in .35 and chosen 25 times as often."""
    chat = rng.random(n) < 0.2 * 0.5 / (0.2 * 0.5 + 0.8 * 0.02)
    found = rng.random(n) < np.where(chat, 0.35, (recall - 0.2 * 0.35) / 0.8)
    return [((Design.UNIFORM, 0.5 if c else 0.02), bool(x)) for c, x in zip(chat, found, strict=True)]


def by_score(hits: Kinds, misses: Kinds) -> Draw:
    """Labels by score: chances and shares of the kinds of hits, and of misses."""

    def draw(rng: np.random.Generator, n: int, recall: float) -> Sequence[Label]:
        kinds = [(pi, recall * share, True) for pi, share in hits]
        kinds += [(pi, (1 - recall) * share, False) for pi, share in misses]
        labelled = np.array([pi * share for pi, share, _ in kinds])
        chosen = rng.choice(len(kinds), n, p=labelled / labelled.sum())
        return [((Design.BY_SCORE, kinds[kind][0]), kinds[kind][2]) for kind in chosen.tolist()]

    return draw


UNIFORM, UNKNOWN = of(Design.UNIFORM, 0.1, 0.1), of(Design.UNKNOWN, None, None)
BY_CLASS = of(Design.BY_PREDICTION, 0.4, 0.1)
BY_SCORE = (Design.BY_SCORE, 0.03)
SCORED_MISSES = [(0.5, 0.3), (0.1, 0.3), (0.01, 0.4)]
CLIPPED = of(Design.BY_PREDICTION, 0.002, 0.005)  # both below the smallest chance that was configured


class Bets(NamedTuple):
    """Each stream's first page, by its label (0: none), and all pages for each page's money put in."""

    first: NDArray[np.int64]
    pages_for_money: float


def bets(draw: Draw, recall: float, money: float, streams: int, labels: int = 400) -> Bets:
    """Streams of so many labels of a recall, each of which brings so much money; after a page they begin again."""
    rng = np.random.default_rng(91)
    hits, shares = np.zeros((streams, labels)), np.zeros((streams, labels))
    for stream in range(streams):
        chosen, hit = zip(*draw(rng, labels, recall), strict=True)
        uneven = len({pi for design, pi in chosen if design is Design.UNIFORM}) > 1
        hits[stream] = hit
        shares[stream] = bet_weights({}, chosen, hit, MIN_PROBABILITY, uneven=uneven).bold
    lam, first, pages = stakes(FLOOR), np.zeros(streams, np.int64), 0
    ratios = np.zeros((streams, lam.size))
    for at in range(labels):
        ratios = grow(ratios, factors(lam, FLOOR, hits[:, at], shares[:, at]), money)
        paged = evidence_each(ratios) >= PAGE
        first[paged & (first == 0)] = at + 1
        pages += int(np.count_nonzero(paged))
        ratios[paged] = 0
    return Bets(first, pages / (streams * labels * money))


def clipped_pages(streams: int) -> int:
    """How many of these streams page, at the floor, where every weight is clipped."""
    return int(np.count_nonzero(bets(CLIPPED, FLOOR, 1 / 6_000, streams).first))
