"""A recall, and when it breaks, come in; thousands of streams of hits and misses, and delays, go out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from monitor.domain.recall.intervals import FloatArray

Hits = NDArray[np.bool_]
Pages = NDArray[np.int64]  # the outcome (from 1) at which each stream pages; 0: it never does

ANCHOR = 0.88
SUPPORT = 38  # the anchor's outcomes, where it is an estimate; what a peer is warmed up with
HEALTHY = 1000  # the false-page rate is over so many good outcomes
GOOD = 200  # outcomes before a later break
SEED = 20_260


class Break(NamedTuple):
    """To which recall, after how many good outcomes, and how long we look on."""

    recall: float
    good: int
    horizon: int


@dataclass(frozen=True, slots=True, eq=False)
class Streams:
    """Hits by stream and outcome, with the 38 anchor outcomes of each.

    `anchor` is what a rule is told: the true recall, or the share of hits in those 38 (`support` 38).
    `lot` is a number per stream that breaks ties in a rule whose statistic has steps.
    """

    hits: Hits
    warm: Hits
    anchor: FloatArray
    support: float | None
    lot: FloatArray

    def head(self, streams: int) -> "Streams":
        """The first so many streams."""
        return self.only(np.arange(len(self.hits)) < streams)

    def only(self, kept: NDArray[np.bool_]) -> "Streams":
        """Some of the streams."""
        return replace(
            self, hits=self.hits[kept], warm=self.warm[kept], anchor=self.anchor[kept], lot=self.lot[kept]
        )


@dataclass(frozen=True, slots=True)
class Delay:
    """Outcomes from the break to the page, over the streams that had not paged before it."""

    recall: float
    good: int
    mean: float  # a stream that never pages counts as the horizon, so it is a lower bound where some don't
    median: float
    p90: float
    never: float
    streams: int
    paged_before: int


def draw(streams: int, broken: Break, seed: int, *, estimated: bool = False) -> Streams:
    """Streams that are at 0.88 for `good` outcomes and at `recall` from then on."""
    rng = np.random.default_rng([SEED, seed])
    recall = np.where(np.arange(broken.good + broken.horizon) < broken.good, ANCHOR, broken.recall)
    hits = rng.random((streams, recall.size)) < recall
    warm = rng.random((streams, SUPPORT)) < ANCHOR
    anchor = warm.mean(axis=1) if estimated else np.full(streams, ANCHOR)
    return Streams(hits, warm, anchor, SUPPORT if estimated else None, rng.random(streams))


def healthy(streams: int, length: int, seed: int, *, estimated: bool = False) -> Streams:
    """Streams that never break."""
    return draw(streams, Break(ANCHOR, 0, length), seed, estimated=estimated)


def delay(pages: Pages, broken: Break) -> Delay:
    """How long after the break the pages came."""
    counted = pages[(pages == 0) | (pages > broken.good)]
    waits = np.where(counted == 0, broken.horizon, counted - broken.good)
    mean, median, p90 = (
        (float(waits.mean()), float(np.median(waits)), float(np.quantile(waits, 0.9)))
        if waits.size
        else (float("nan"),) * 3
    )
    never = float(np.mean(counted == 0)) if counted.size else float("nan")
    early = pages.size - counted.size
    return Delay(broken.recall, broken.good, mean, median, p90, never, counted.size, early)


def breaks(recalls: Sequence[tuple[float, int]], good: int = GOOD) -> list[Break]:
    """From the start, and after good outcomes, for each (recall, horizon)."""
    return [Break(recall, before, horizon) for recall, horizon in recalls for before in (0, good)]
