"""A cell's outcomes as its bet takes them."""

from collections.abc import Sequence

from monitor.domain.events.types import Outcome
from monitor.domain.judging.cell_hits import CellHits


def as_hits(outcomes: Sequence[Outcome], times_us: Sequence[int]) -> CellHits:
    """Outcomes, with when each is bet on, as a bet takes them."""
    return CellHits(
        [outcome.seq for outcome in outcomes],
        [outcome.hit for outcome in outcomes],
        times_us,
        [(outcome.design, outcome.probability) for outcome in outcomes],
        [outcome.intent for outcome in outcomes],
        [outcome.customer for outcome in outcomes],
        [outcome.agreed for outcome in outcomes],
    )


def part_of(some: CellHits, part: slice) -> CellHits:
    """Some of them, in their order."""
    return CellHits(
        some.seqs[part],
        some.hits[part],
        some.known_us[part],
        some.chosen[part],
        some.intents[part],
        some.customers[part],
        some.agreed[part],
    )
