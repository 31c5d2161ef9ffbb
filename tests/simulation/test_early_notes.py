"""Notes before any label: within their budget on traffic that wanders, days after a fall, and blind to its reason."""

import numpy as np
import pytest
from scipy.stats import betabinom, poisson

from benchmarks.early_streams import WEEKDAYS_ONLY, Demand, notes, standing_after
from monitor.domain.detection.detectability import days_to_page
from monitor.domain.detection.early_sign import EarlySign
from monitor.domain.detection.shares import DayCount, UsualShare, fall_factors

INTENTS, A_YEAR = 12, 4.0
MONEY = A_YEAR / 365 / INTENTS / 2  # half of it is for the scores
YEAR = 14 + 365

WANDERING = {
    "days that scatter by chance alone": Demand(varies=0.0),
    "days that scatter by a quarter": Demand(),
    "a quarter, week after week": Demand(persists=0.9),
    "an intent of working days": Demand(week=WEEKDAYS_ONLY),
    "a share that halves in a year": Demand(drift=0.5),
    "campaigns for something else": Demand(campaigns=6),
    "one ticket a day": Demand(share=0.0005),
    "a common intent": Demand(share=0.05),
}


@pytest.mark.parametrize("demand", WANDERING.values(), ids=WANDERING.keys())
def test_traffic_that_only_wanders_is_noted_no_oftener_than_was_paid_for(demand: Demand) -> None:
    rng, worlds = np.random.default_rng(14), 2
    written = sum(len(notes(demand.days(YEAR, rng), MONEY)) for _ in range(worlds * INTENTS))
    assert written <= poisson.ppf(0.99, worlds * A_YEAR / 2)


def test_an_intent_at_the_very_edge_of_what_is_tolerated_keeps_the_budget() -> None:
    """The null itself: a share at .7 of what was usual, with the scatter that was measured. No money is made of it."""
    usual = UsualShare(0.02, 0.02, (0.02,) * 7, 0.05)
    edge = 0.7 * 0.02
    held = (1 - edge) / (edge * usual.spread) - 1
    chances = betabinom.pmf(np.arange(1_001), 1_000, edge * held, (1 - edge) * held)
    factors = np.array([fall_factors(usual, DayCount(0, count, 1_000), 0.7) for count in range(1_001)])
    means = chances @ factors
    assert np.all(means <= 1 + 1e-9)
    assert means.max() > 0.99  # the boldest lose more, as no day multiplies by more than 20
    assert np.all(np.diff(factors, axis=0) <= 0)  # so that any larger share makes less


@pytest.mark.parametrize(
    ("a_day", "left", "within"), [(40, 0.15, 5), (10, 0.15, 10), (10, 0.3, 21), (4, 0.15, 16)]
)
def test_a_fall_is_noted_within_days_and_its_beginning_is_dated(
    a_day: float, left: float, within: int
) -> None:
    rng = np.random.default_rng(7)
    demand = Demand(share=a_day / 2_000).fallen(60, left)
    first = [notes(demand.days(110, rng), MONEY)[0] for _ in range(15)]
    assert np.median([note.day - 60 + 1 for note in first]) <= within
    assert np.median([abs(note.begun - 60) for note in first]) <= 3


def test_a_note_ends_when_the_share_is_back_and_not_before() -> None:
    rng = np.random.default_rng(3)
    for _ in range(5):
        fallen = Demand().fallen(60, 0.15).days(100, rng)
        back = [day._replace(day=100 + day.day) for day in Demand().days(14, rng)]
        assert standing_after(fallen, MONEY).note is not None
        assert standing_after([*fallen, *back], MONEY).note is None


def test_what_stays_fallen_for_a_quarter_has_become_usual() -> None:
    days = Demand(share=0.02).fallen(60, 0.1).days(240, np.random.default_rng(5))
    (note,) = notes(days, MONEY)
    assert standing_after(days[: note.day + 90], MONEY).note is not None
    assert standing_after(days, MONEY).note is None


def test_no_two_days_make_a_note_however_empty() -> None:
    """A holiday, an outage of one channel."""
    days = Demand(share=0.05, varies=0.0).days(70, np.random.default_rng(1))
    for day in (60, 61):
        days[day] = days[day]._replace(counted=0)
    assert notes(days, MONEY) == []
    days[62] = days[62]._replace(counted=0)
    assert len(notes(days, MONEY)) == 1


def test_the_polished_release_is_noted_before_its_labels_could_page() -> None:
    """Three real intents that broke at a release (benchmarks/early.py), 2,000 tickets a day, 2 % of them labelled."""
    rng = np.random.default_rng(77)
    for before, now in ((0.01006, 0.002273), (0.01104, 0.002273), (0.007468, 0.0003247)):
        demand = Demand(share=before).fallen(60, now / before)
        after = [notes(demand.days(100, rng), MONEY)[0].day - 60 + 1 for _ in range(15)]
        assert np.median(after) <= 8
    assert days_to_page(1 / 365 / INTENTS, 0.78, 2_000 * 0.013 * 0.02, 0.18) > 10


def test_demand_that_falls_makes_the_same_note_and_leaves_the_scores_alone() -> None:
    rng = np.random.default_rng(9)
    for _ in range(10):
        days = Demand(share=0.02).fallen(60, 0.15).days(100, rng)
        assert len(notes(days, MONEY)) == 1
        scored = [DayCount(day.day, int(rng.binomial(day.counted, 0.8)), day.counted) for day in days]
        assert notes(scored, MONEY, EarlySign.SCORES) == []


def test_scores_that_fall_are_noted_where_demand_stays() -> None:
    """From .8 as high as before to .3: the mean falls from .82 to about .6."""
    rng, after = np.random.default_rng(9), list[int]()
    for _ in range(10):
        days = Demand(share=0.01).days(110, rng)
        scored = [
            DayCount(day.day, int(rng.binomial(day.counted, 0.8 if day.day < 60 else 0.3)), day.counted)
            for day in days
        ]
        (note,) = notes(scored, MONEY, EarlySign.SCORES)
        after.append(note.day - 60 + 1)
    assert min(after) >= 3
    assert np.median(after) <= 15
