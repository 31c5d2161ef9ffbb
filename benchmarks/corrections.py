"""How often the interval of recall by corrections holds the truth: `python -m benchmarks.corrections`.

Made-up worlds whose recall is known, each drawn anew: tickets of an intent, agents who re-route some of those that were
routed wrongly and leave the rest, and a few tickets that were drawn and labelled, by which that share is measured.
"""

import time
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from benchmarks.report import Report, Row, Table, parser, publish
from monitor.domain.events.types import Design
from monitor.domain.recall.corrected import CorrectedRecall, CorrectedTickets, corrected_recall
from monitor.domain.recall.weights import Weighed

MIN_PROBABILITY = 0.01


class CorrectedWorld(NamedTuple):
    """An intent's `recall` of its `tickets`, and how many of others are predicted `wrongly` as it.

    Agents leave the share `left` of all wrong routings. Of the model's wrong routings so many are `drawn` and labelled:
    each by the one or the other of two chances, of which the first is `uneven` times the second.
    """

    recall: float
    tickets: int
    wrongly: int
    left: float
    drawn: int
    uneven: float = 1.0


WORLDS = (
    CorrectedWorld(0.39, 1_000, 0, 0.5, 40),
    CorrectedWorld(0.39, 1_000, 0, 0.8, 40),
    CorrectedWorld(0.39, 60, 10, 0.5, 40),
    CorrectedWorld(0.88, 400, 80, 0.8, 60),
    CorrectedWorld(0.88, 5_000, 500, 0.3, 400),
    CorrectedWorld(0.70, 1_000, 100, 0.5, 120, 10.0),
)


class Covered(NamedTuple):
    """Of some runs: how often the interval held the truth, its mean width, and recall if silence is believed."""

    covered: float
    width: float
    believed: float


def drawn(world: CorrectedWorld, rng: np.random.Generator) -> CorrectedRecall:
    """What one draw of the world's tickets and corrections comes to."""
    hits = int(rng.binomial(world.tickets, world.recall))
    seen = 1 - world.left
    corrected, away = (int(rng.binomial(number, seen)) for number in (world.tickets - hits, world.wrongly))
    drawn_tickets = Weighed()
    rare = 0.5 / world.uneven
    for probability, number in ((0.5, world.drawn // 2), (rare, world.drawn - world.drawn // 2)):
        left = int(rng.binomial(number, world.left))
        for is_left, count in ((True, left), (False, number - left)):
            drawn_tickets.count(is_left, Design.BY_PREDICTION, probability, MIN_PROBABILITY, count)
    known = corrected_recall(
        CorrectedTickets(hits + world.wrongly, corrected, away, Weighed(), drawn_tickets), MIN_PROBABILITY
    )
    assert known is not None
    return known


def covered(world: CorrectedWorld, runs: int, seed: int) -> Covered:
    """A world drawn so often."""
    rng = np.random.default_rng(seed)
    known = [drawn(world, rng) for _ in range(runs)]
    recalls = [each.recall for each in known]
    within = [
        each.recall.low <= world.recall <= each.recall.high if each.recall else world.recall <= each.at_most
        for each in known
    ]
    return Covered(
        float(np.mean(within)),
        float(np.mean([each.high - each.low for each in recalls if each is not None])),
        float(np.mean([each.at_most for each in known])),
    )


def row(world: CorrectedWorld, runs: int) -> Row:
    """A world, and what came of it."""
    known = covered(world, runs, seed=8)
    return {
        "recall": world.recall,
        "tickets": world.tickets,
        "of others": world.wrongly,
        "agents leave": f"{world.left:.0%}",
        "drawn": world.drawn,
        "uneven": world.uneven,
        "covered": round(known.covered, 3),
        "mean width": round(known.width, 2),
        "silence believed": round(known.believed, 2),
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and print the table."""
    options = parser(__doc__ or "")
    options.add_argument("--runs", type=int, default=2_000, help="draws of each world")
    given = options.parse_args(arguments)
    began, runs = time.perf_counter(), 20 if given.quick else given.runs
    table = Table("Recall by corrections", [row(world, runs) for world in WORLDS], [f"{runs:,} runs"])
    publish(Report("corrections", [table], time.perf_counter() - began, given.quick), given)


if __name__ == "__main__":
    main()
