"""How often a cell that broke beside another is called its shadow: rightly nearly always, wrongly hardly ever."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from monitor.domain.detection.detector import Detector, Signal, advance, fresh
from monitor.domain.detection.money import Income, Rate
from monitor.domain.detection.outcomes import outcomes
from monitor.domain.events.types import Design, Kind, Outcome
from monitor.domain.incidents.outside import explained_outside
from monitor.domain.judging.state import Bet, CellState, HeldTo
from monitor.domain.recall.scales import bet_weights
from monitor.domain.slices.cells import Cell
from tests.stored import NOON, TICKETS

FLOOR, HEALTHY, BROKEN = 0.80, 0.92, 0.15
SHARE = 0.35  # of the intent's tickets, by the channel that broke
BEFORE, RUNS = 200, 150
INCOME = Income((Rate(0, 0.25 / 365 / 20),))  # one of twenty watched cells
LEAST = 0.01  # w_max is 100
BY_CLASS = (0.4, 0.04)  # what was predicted as the intent is drawn ten times as often
WHOLE, CHAT = Cell(TICKETS, "refund"), Cell(TICKETS, "refund", "channel=chat")


def history(
    rng: np.random.Generator, outside: float, after: int, by_class: tuple[float, float] | None
) -> list[Outcome]:
    """An intent of which chat breaks behind `BEFORE` tickets, and the rest, then too, goes on at `outside`.

    `by_class` are the chances that a hit and a miss are labelled; None: every ticket is.
    """
    made = list[Outcome]()
    while len(made) < BEFORE + after:
        number = len(made)
        broken = number >= BEFORE
        chat = rng.random() < SHARE
        hit = rng.random() < ((BROKEN if chat else outside) if broken else HEALTHY)
        pi = None if by_class is None else by_class[0 if hit else 1]
        if pi is not None and rng.random() >= pi:
            continue
        at = NOON + timedelta(hours=3 * number)
        predicted, channel = "refund" if hit else "other", {"channel": "chat" if chat else "mail"}
        made.append(
            Outcome(
                number,
                f"p{number}",
                TICKETS,
                at,
                at,
                predicted,
                "refund",
                Kind.HUMAN,
                Design.UNIFORM if pi is None else Design.BY_PREDICTION,
                pi,
                channel,
            )
        )
    return made


def bet_on(some: list[Outcome]) -> tuple[Detector, list[Signal]]:
    """The intent's own bet on them."""
    hits, seqs = [each.hit for each in some], [each.seq for each in some]
    bold, calm, samples = bet_weights({}, [(each.design, each.probability) for each in some], hits, LEAST)
    detector, signals = advance(
        fresh(), FLOOR, INCOME, outcomes(hits, bold, seqs, [each.known_us for each in some], (), calm)
    )
    return replace(detector, samples=samples), signals


def shadows(outside: float, seed: int, by_class: tuple[float, float] | None = None) -> tuple[int, int]:
    """How often the intent paged, and how often it was then explained by chat."""
    rng, paged, explained = np.random.default_rng(seed), 0, 0
    for _ in range(RUNS):
        some = history(rng, outside, 250, by_class)
        detector, signals = bet_on(some)
        if not signals:
            continue
        known = [each for each in some if each.seq <= signals[0].seq]
        held = HeldTo(floor=FLOOR, income=INCOME, funded=True)
        state = CellState(WHOLE, held=held, bet=Bet(detector=detector, weighted=by_class is not None))
        paged += 1
        explained += explained_outside(state, signals[0], known, [CHAT]) is not None
    return paged, explained


def test_an_intent_that_keeps_its_promise_outside_is_nearly_always_a_shadow() -> None:
    paged, explained = shadows(HEALTHY, seed=1)
    assert paged > RUNS / 2
    assert explained / paged > 0.85


@pytest.mark.parametrize(("outside", "at_most"), [(0.15, 0.0), (0.40, 0.01), (0.60, 0.05)])
def test_one_that_is_broken_outside_too_is_hardly_ever_called_a_shadow(
    outside: float, at_most: float
) -> None:
    paged, explained = shadows(outside, seed=2)
    assert paged > RUNS * 0.9
    assert explained / paged <= at_most


def test_of_labels_by_predicted_class_most_shadows_are_called_so_where_misses_are_drawn_half_as_often() -> (
    None
):
    paged, explained = shadows(HEALTHY, seed=2, by_class=(0.4, 0.2))
    assert paged > RUNS / 2
    assert explained / paged > 0.65


@pytest.mark.parametrize("outside", [0.40, 0.60])
def test_of_labels_by_predicted_class_a_break_outside_is_hardly_ever_called_a_shadow(outside: float) -> None:
    """Hits are drawn ten times as often: counted, not weighed, they would look like a recall of .9 outside."""
    paged, explained = shadows(outside, seed=2, by_class=BY_CLASS)
    assert paged > RUNS * 0.9
    assert explained / paged <= 0.05
