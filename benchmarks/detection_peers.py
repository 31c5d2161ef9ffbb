"""Streams come in; when river's own detectors page goes out. Without river they are left out, visibly."""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from benchmarks.detection_streams import Pages, Streams

HOW_TO_INSTALL = "river is missing, its detectors are left out: pip install -r benchmarks/requirements.in"
# Pure Python at 3 us an outcome: measured on the first half of the streams, and on fewer as they come.
TUNED_STREAMS, UNTUNED_STREAMS = 2000, 500
SCOUTS = 200
STEPS = 14


class Detector(Protocol):
    """What river's drift detectors have in common; 1 is an error for all of them."""

    drift_detected: bool

    def update(self, x: int) -> object:
        """Take in an outcome."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A detector and its swept parameter, from never paging (`tight`) to always paging (`loose`)."""

    name: str
    make: Callable[[float], Detector]
    tight: float
    loose: float
    default: Callable[[], Detector] | None = None


def peers() -> list[Peer]:
    """River's detectors, or nothing where river is missing."""
    try:
        drift = importlib.import_module("river.drift")
        binary = importlib.import_module("river.drift.binary")
    except ImportError:
        return []
    page_hinkley = drift.PageHinkley
    return [
        # clock=1: it looks at every outcome instead of every 32nd, which can only make it quicker.
        Peer("ADWIN", lambda v: drift.ADWIN(delta=v, clock=1), 1e-9, 0.999, drift.ADWIN),
        Peer("DDM", lambda v: binary.DDM(drift_threshold=v), 30.0, 1.0, binary.DDM),
        Peer("HDDM_A", lambda v: binary.HDDMA(drift_confidence=v), 1e-9, 0.999, binary.HDDMA),
        Peer("HDDM_W", lambda v: binary.HDDMW(drift_confidence=v), 1e-12, 0.999, binary.HDDMW),
        Peer("Page-Hinkley", lambda v: page_hinkley(threshold=v, mode="up"), 200.0, 1.0, page_hinkley),
        Peer("Page-Hinkley, delta .2", lambda v: page_hinkley(threshold=v, mode="up", delta=0.2), 200.0, 0.5),
    ]


def pages(make: Callable[[], Detector], streams: Streams) -> Pages:
    """The outcome (from 1) at which each stream pages; 0: never. The 38 warm-up outcomes can't page."""
    paged = np.zeros(len(streams.hits), np.int64)
    warm, live = (~streams.warm).astype(int).tolist(), (~streams.hits).astype(int).tolist()
    for stream, (before, errors) in enumerate(zip(warm, live, strict=True)):
        detector = make()
        for error in before:
            detector.update(error)
        for outcome, error in enumerate(errors, start=1):
            detector.update(error)
            if detector.drift_detected:
                paged[stream] = outcome
                break
    return paged


def calibrate(peer: Peer, streams: Streams, share: float) -> float:
    """The loosest parameter at which at most `share` of the healthy streams page, by bisection on its log.

    A stream that pages at a tight setting is taken to page at every looser setting. So a few scouts find a
    setting at which some twice as many page, all run once there, and only those that page need more runs.
    The share is measured afresh, on other streams, afterwards.
    """
    tight, loose = float(np.log(peer.tight)), float(np.log(peer.loose))
    _, rough = _bisect(peer, streams.head(SCOUTS), (tight, loose), 2 * share * min(SCOUTS, len(streams.hits)))
    paged = pages(_at(peer, rough), streams) > 0
    allowed = share * len(streams.hits)
    if paged.sum() <= allowed:  # the scouts were unlucky
        return float(np.exp(_bisect(peer, streams, (rough, loose), allowed)[0]))
    return float(np.exp(_bisect(peer, streams.only(paged), (tight, rough), allowed)[0]))


def _bisect(
    peer: Peer, streams: Streams, between: tuple[float, float], allowed: float
) -> tuple[float, float]:
    """The last setting at which no more than so many page, and the next looser setting, on the log scale."""
    (tight, loose), surely, left = between, 0, streams
    for _ in range(STEPS):
        middle = (tight + loose) / 2
        paged = pages(_at(peer, middle), left) > 0
        if surely + paged.sum() > allowed:
            loose, keep = middle, paged
        else:
            tight, keep, surely = middle, ~paged, surely + int(paged.sum())
        left = left.only(keep)
    return tight, loose


def _at(peer: Peer, log_parameter: float) -> Callable[[], Detector]:
    return lambda: peer.make(float(np.exp(log_parameter)))
