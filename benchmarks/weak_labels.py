"""How often the interval of a corrected recall holds the truth: `python -m benchmarks.weak_labels`.

Made-up worlds whose recall is known, each drawn anew: traffic, a program that labels a part of it with known errors,
and people who label some of each side.
"""

import time
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from benchmarks.report import Report, Row, Table, parser, publish
from monitor.domain.recall.weak import JudgedTickets, WeakRecall, weak_recall

TICKETS = 50_000


class WeakWorld(NamedTuple):
    """An intent's `recall` and `share` of the traffic; how many of the others are predicted `wrongly` as it.

    The program's `sensitivity` and `specificity`, the `part` of all tickets that it labels, and how many of these
    people label: `own` of those predicted as the intent, `others` of the rest.
    """

    recall: float
    share: float
    wrongly: float
    sensitivity: float
    specificity: float
    part: float
    own: int
    others: int


WORLDS = (
    WeakWorld(0.7, 0.01, 0.003, 0.85, 0.999, 1.0, 200, 2_000),
    WeakWorld(0.4, 0.01, 0.003, 0.85, 0.999, 1.0, 200, 1_000),
    WeakWorld(0.9, 0.05, 0.01, 0.95, 0.99, 0.3, 300, 1_500),
    WeakWorld(0.5, 0.2, 0.02, 0.7, 0.9, 0.2, 100, 300),
)


class Covered(NamedTuple):
    """Of some runs: how often the interval held the truth, its mean width, and the mean recall without a correction."""

    covered: float
    width: float
    as_said: float


def drawn(world: WeakWorld, rng: np.random.Generator) -> WeakRecall:
    """What one draw of the world's tickets and labels comes to."""
    own = world.share * world.recall + (1 - world.share) * world.wrongly
    truly = (world.share * world.recall / own, world.share * (1 - world.recall) / (1 - own))
    predicted = int(rng.binomial(TICKETS, own))
    sides = [
        _side(world, tickets, rate, read, rng)
        for tickets, rate, read in zip(
            (predicted, TICKETS - predicted), truly, (world.own, world.others), strict=True
        )
    ]
    known = weak_recall(*sides)
    assert known is not None
    return known


def _side(world: WeakWorld, tickets: int, rate: float, read: int, rng: np.random.Generator) -> JudgedTickets:
    weak = int(tickets * world.part)
    of_intent = int(rng.binomial(weak, rate))
    both = min(read, weak)
    positive = int(rng.hypergeometric(of_intent, weak - of_intent, both))
    agreed = int(rng.binomial(positive, world.sensitivity))
    left_out = int(rng.binomial(both - positive, world.specificity))
    rest = rng.binomial(of_intent - positive, world.sensitivity)
    rest += rng.binomial(weak - of_intent - (both - positive), 1 - world.specificity)
    called = agreed + both - positive - left_out + int(rest)
    return JudgedTickets(tickets, weak, called, positive, agreed, both - positive, left_out)


def covered(world: WeakWorld, runs: int, seed: int) -> Covered:
    """A world drawn so often."""
    rng = np.random.default_rng(seed)
    known = [drawn(world, rng) for _ in range(runs)]
    return Covered(
        float(np.mean([each.low <= world.recall <= each.high for each in known])),
        float(np.mean([each.high - each.low for each in known])),
        float(np.mean([each.as_said for each in known if each.as_said is not None])),
    )


def row(world: WeakWorld, runs: int) -> Row:
    """A world, and what came of it."""
    found = covered(world, runs, seed=8)
    return {
        "recall": world.recall,
        "share": world.share,
        "se, sp": f"{world.sensitivity:g}, {world.specificity:g}",
        "weakly labelled": f"{world.part:.0%}",
        "people's labels": f"{world.own:,}, {world.others:,}",
        "covered": round(found.covered, 3),
        "mean width": round(found.width, 2),
        "uncorrected": round(found.as_said, 2),
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and print the table."""
    options = parser(__doc__ or "")
    options.add_argument("--runs", type=int, default=2_000, help="draws of each world")
    given = options.parse_args(arguments)
    began, runs = time.perf_counter(), 20 if given.quick else given.runs
    rows = [row(world, runs) for world in WORLDS]
    table = Table("Recall by weak labels, corrected", rows, [f"{TICKETS:,} tickets, {runs:,} runs"])
    publish(Report("weak_labels", [table], time.perf_counter() - began, given.quick), given)


if __name__ == "__main__":
    main()
