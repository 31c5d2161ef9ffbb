"""The end of an incident by the bet: how soon a fix is believed, and how often a fall that goes on is ended."""

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from benchmarks.promises_rows import Answer, open_figure
from monitor.domain.detection.recovery import ENOUGH, broken, heal, recovered_each, recovery_stakes

FLOOR, BROKEN = 0.78, 0.39
LONG = 3_000  # labels


def recoveries(
    recall: float,
    length: int,
    seed: int,
    still_broken: int = 0,
    enough: float = ENOUGH,
    streams: int = 4_000,
) -> NDArray[np.int64]:
    """The outcome (from 1, after the fix) at which each stream has recovered; 0 where it never does."""
    rng = np.random.default_rng(seed)
    lam, state = recovery_stakes(FLOOR), broken(streams)
    resolved = np.zeros(streams, np.int64)
    for outcome in range(1 - still_broken, length + 1):
        now = recall if outcome > 0 else BROKEN
        state = heal(state, lam, FLOOR, rng.random(streams) < now, 1.0)
        resolved[(resolved == 0) & recovered_each(state, FLOOR, enough)] = outcome
    return resolved


def recovery(runs: int) -> Iterator[Answer]:
    """Promised is the mean number of labels to a wrong end at the floor; the rest is what a choice of it is worth."""
    some = max(runs, 200)
    for enough in (200.0, 1_000.0):
        ended = recoveries(FLOOR, LONG, 26, enough=enough, streams=some)
        waited = np.where(ended == 0, LONG, ended)
        mean, deviation = float(waited.mean()), float(waited.std()) / math.sqrt(some)
        world = f"recall just at the floor, recovery_labels {enough:g}"
        kept = bool(mean + 3.1 * deviation >= enough)
        promised = f"at least {enough:g}"
        yield Answer("labels to a wrong end (mean)", world, mean, promised, some, kept)
        fixed = recoveries(0.88, 600, 24, enough=enough, streams=some)
        world = f"fixed to .88, recovery_labels {enough:g}"
        yield open_figure("labels to the end (median)", world, float(np.median(fixed[fixed > 0])), some)
        for recall in (0.75, 0.60):
            wrong = recoveries(recall, 1_000, 25, enough=enough, streams=some)
            early = np.mean((wrong > 0) & (wrong <= 300))
            world = f"still at {recall:g}, floor .78, recovery_labels {enough:g}"
            beside = f"within 300 labels {early:.2f}"
            yield open_figure("wrongly ended in 1,000", world, float(np.mean(wrong > 0)), some, beside)
