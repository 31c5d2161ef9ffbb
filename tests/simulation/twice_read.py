"""Streams of one intent's labels, of which some are wrong; misses that are read again; and the bet on them all."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from monitor.domain.detection.betting import evidence_each, factors, grow, stakes
from monitor.domain.detection.money import PAGE
from monitor.domain.labelling.believed import Believed
from monitor.domain.labelling.readings import TicketReadAgain, believed_at_last_look
from monitor.domain.recall.tally import Tally
from monitor.labels.disputed import newest_suspected, unconfirmed

FLOOR, SHARE = 0.78, 0.01
SHARE_IT = 6_000  # the money of a label: a page in so many
DAY = 2  # labels of the intent; what is asked for on a day has been read at the end of the next
_LAM = stakes(FLOOR)


class LabelStreams(NamedTuple):
    """Labels of the intent, one row a stream: hits, and which of them are right. A wrong one is a miss."""

    hits: NDArray[np.bool_]
    right: NDArray[np.bool_]


def label_streams(
    recall: Callable[[int], float], slips: float, shape: tuple[int, int], seed: int
) -> LabelStreams:
    """Labels at each of which recall is so, while `slips` of the tickets of other intents are labelled as this one."""
    rng = np.random.default_rng(seed)
    right = rng.random(shape) < SHARE / (SHARE + (1 - SHARE) * slips)
    recalls = np.array([recall(label) for label in range(shape[1])])
    return LabelStreams(right & (rng.random(shape) < recalls), right)


class Readings:
    """Second readings of the newest misses, as many as `labels disputed` asks for, so many in all at most."""

    def __init__(self, streams: LabelStreams, budget: int) -> None:
        self.streams = streams
        self.budget = budget
        self.read = np.zeros(streams.hits.shape, np.bool_)
        self.asked = self.read.copy()
        self.order: list[list[int]] = [[] for _ in self.read]

    def come(self) -> NDArray[np.int64]:
        """What was asked for has been read; the streams of which anything was."""
        came = self.asked & ~self.read
        for row, label in np.argwhere(came).tolist():
            self.order[row].append(label)
        self.read |= self.asked
        return np.flatnonzero(came.any(axis=1))

    def ask(self, upto: int, evidence: NDArray[np.float64]) -> None:
        for row in range(len(self.asked)):
            read = int(self.asked[row].sum())
            left = self.budget - read
            wanted = max(newest_suspected(evidence[row]), unconfirmed(read))
            waiting = np.flatnonzero(~self.streams.hits[row, :upto] & ~self.asked[row, :upto])
            self.asked[row, waiting[len(waiting) - min(wanted, left, len(waiting)) :]] = True

    def believed(self, row: int) -> Believed | None:
        """How far the misses of a stream are believed that nobody read again."""
        hits, right = self.streams.hits[row], self.streams.right[row]
        tickets = [
            TicketReadAgain(label, "own", "own" if right[label] else "other", "other", bool(right[label]))
            for label in self.order[row]
        ]
        left = self.read[row] & ~right

        def tally(upto: int) -> Tally:
            hit = int(hits[: upto + 1].sum())
            return Tally(hit, {"other": upto + 1 - hit - int(left[: upto + 1].sum())})

        return believed_at_last_look("own", tickets, tally)


def pages(streams: LabelStreams, budget: int = 60) -> NDArray[np.int64]:
    """The label (from 1) at which each stream pages; 0: it does not. One in a past that is bet on anew counts."""
    rows, labels = streams.hits.shape
    readings = Readings(streams, budget)
    miss, when = np.ones(rows), np.zeros(rows, np.int64)
    ratios = np.zeros((rows, len(_LAM)))
    for begin in range(0, labels, DAY):
        end = begin + DAY
        ratios = _bet(
            ratios,
            streams.hits[:, begin:end],
            np.where(streams.hits[:, begin:end], 1.0, miss[:, None]),
            when,
            begin,
        )
        came = readings.come()
        anew = came[when[came] == 0]
        for row in anew.tolist():
            known = readings.believed(row)
            miss[row] = known.weight(FLOOR) if known is not None else 1.0
        hits, read = streams.hits[anew, :end], readings.read[anew, :end]
        weights = np.where(hits, 1.0, np.where(read, streams.right[anew, :end], miss[anew, None]))
        again = np.zeros(len(anew), np.int64)
        ratios[anew] = _bet(np.zeros((len(anew), len(_LAM))), hits, weights, again, 0)
        when[anew] = np.where(again > 0, end, 0)  # known by now
        readings.ask(end, np.where(when == 0, evidence_each(ratios), 0.0))
    return when


def _bet(
    ratios: NDArray[np.float64],
    hits: NDArray[np.bool_],
    weights: NDArray[np.float64],
    when: NDArray[np.int64],
    begin: int,
) -> NDArray[np.float64]:
    played = factors(_LAM, FLOOR, hits, weights)
    for place in range(hits.shape[1]):
        ratios = grow(ratios, played[:, place], 1 / SHARE_IT)
        when[(when == 0) & (evidence_each(ratios) >= PAGE)] = begin + place + 1
    return ratios
