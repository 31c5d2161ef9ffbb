"""Streams come in; when river's own detectors page goes out. Without river they are left out, visibly."""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from benchmarks.detection_streams import Pages, Streams

HOW_TO_INSTALL = "river is missing, its detectors are left out: pip install -r requirements-bench.in"
UNTUNED_STREAMS = 1000  # they page at once or never: a quarter of the streams is plenty
STEPS = 16


class Detector(Protocol):
    """What river's drift detectors have in common; 1 is an error for all of them."""

    drift_detected: bool

    def update(self, x: int) -> object:
        """Take in one outcome."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A detector by the one parameter that is swept, from never paging (`tight`) to always (`loose`)."""

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
    found = np.zeros(len(streams.hits), np.int64)
    warm, live = (~streams.warm).astype(int).tolist(), (~streams.hits).astype(int).tolist()
    for stream, (before, errors) in enumerate(zip(warm, live, strict=True)):
        detector = make()
        for error in before:
            detector.update(error)
        for outcome, error in enumerate(errors, start=1):
            detector.update(error)
            if detector.drift_detected:
                found[stream] = outcome
                break
    return found


def calibrate(peer: Peer, streams: Streams, share: float) -> float:
    """The loosest parameter at which at most `share` of the healthy streams page, by bisection on its log.

    A stream that pages at a tight setting is taken to page at every looser one, so each step has fewer
    streams left to run; the share is measured afresh, on other streams, afterwards.
    """
    tight, loose, surely = np.log(peer.tight), np.log(peer.loose), 0
    left, total = streams, len(streams.hits)
    for _ in range(STEPS):
        middle = (tight + loose) / 2
        paged = pages(_at(peer, middle), left) > 0
        if surely + paged.sum() > share * total:
            loose, keep = middle, paged
        else:
            tight, keep, surely = middle, ~paged, surely + int(paged.sum())
        left = Streams(left.hits[keep], left.warm[keep], left.anchor[keep], left.support, left.lot[keep])
    return float(np.exp(tight))


def _at(peer: Peer, log_parameter: float) -> Callable[[], Detector]:
    return lambda: peer.make(float(np.exp(log_parameter)))
