"""False pages a year over everything watched, of intents that keep just their floor, in worlds that are less tidy.

A false page a year is promised: half of it by the day, a quarter at the first release. Every bet begins again at once
after a page, so it pages as often as it can.
"""

from collections.abc import Iterator

import numpy as np

from benchmarks.promises_designs import clipped_pages
from benchmarks.promises_rows import Answer, open_figure, pages_a_year
from benchmarks.promises_years import (
    BEGIN,
    FLOOR,
    HEALTHY,
    YEAR,
    Played,
    bets_against,
    each_dated_back,
    floors_drawn_anew,
    hit_and_miss,
    lives,
    quicker_after_a_fortnight,
    years,
)
from monitor.domain.detection.money import TimeArray
from monitor.domain.events.microseconds import DAY_US, to_us
from monitor.domain.recall.intervals import FloatArray

QUESTION = "false pages a year"
FIRST_YEAR = 0.25 + 0.5  # what is put in where nothing is released again
RATES = [float(rate) for rate in np.geomspace(0.2, 50, 12)]
FORTNIGHTS = [14.0 * number for number in range(53)]
MIXED = "12 intents, .2 to 50 labels a day"
SEED = 1


def independent(runs: int) -> Iterator[Answer]:
    """Independent labels, at one rate and at many, early or late, with releases, in slices."""
    for rate in (0.2, 2.0, 10.0, 50.0):
        some = max(runs // (20 if rate > 10 else 5), 3)
        count = years(lives([rate] * 20), some, SEED)
        yield pages_a_year(QUESTION, f"20 intents, {rate:g} labels a day", count.pages, some, FIRST_YEAR)
    some = max(runs // 10, 3)
    count = years(lives(RATES), some, SEED)
    yield pages_a_year(QUESTION, MIXED, count.pages, some, FIRST_YEAR)
    second = [life for life in lives(RATES, FORTNIGHTS, until=2 * YEAR) if life.begin >= YEAR]
    count = years(second, some, SEED)
    yield pages_a_year(QUESTION, f"{MIXED}, a release every fortnight", count.pages, some, 1.0)
    count = years(lives(RATES, slices=5), some, SEED)
    yield pages_a_year(QUESTION, f"{MIXED}, five slices each", count.pages, some, FIRST_YEAR)
    count = years(lives([50.0] * 12), some, SEED, known=quicker_after_a_fortnight)
    world = "12 intents, 10 labels a day in the first fortnight, then 50"
    yield pages_a_year(QUESTION, world, count.pages, some, FIRST_YEAR)
    count = years(lives(RATES), some, SEED, known=each_dated_back)
    world = f"{MIXED}, labels given up to weeks before they came"
    yield pages_a_year(QUESTION, world, count.pages, some, FIRST_YEAR)
    count = years(lives(RATES), some, SEED, recall_at=worse_at_weekends)
    world = f"{MIXED}, weekends 30 points worse, the week just at the floor"
    yield open_figure(QUESTION, world, count.pages / some, some)


def anchors(runs: int) -> Iterator[Answer]:
    """Anchors drawn anew, of a recall that is what it was offline; and how many of them were lucky."""
    some = max(runs // 10, 3)
    for support in (8, 20, 38, 100):
        count = years(lives(RATES), some, SEED, played=_drawn_anew(support))
        drawn = floors_drawn_anew(np.random.default_rng(SEED), 20_000, support)
        lucky = f"{np.mean(drawn > HEALTHY):.1%} of them have a floor above it"
        world = f"{MIXED}, anchors of {support} drawn anew from a recall of .88"
        yield pages_a_year(QUESTION, world, count.pages, some, FIRST_YEAR, lucky)


def weights(runs: int) -> Iterator[Answer]:
    """Labelled hits that weigh less than misses, down to a fiftieth; and weights that are clipped."""
    some = max(runs // 10, 3)
    for light in (0.02, 0.1, 0.25, 1.0):
        count = years(lives([10.0] * 20), some, SEED, played=_lighter(light))
        world = f"20 intents, 10 labels a day, a hit weighs {light:g} of a miss"
        yield pages_a_year(QUESTION, world, count.pages, some, FIRST_YEAR)
    streams = max(runs // 5, 10)
    world = "weights clipped at min_probability: refused, not bet on (pages in 400 labels each)"
    yield pages_a_year(QUESTION, world, clipped_pages(streams), streams, 400 / 6_000)


def worse_at_weekends(times: TimeArray) -> FloatArray:
    """Recall is 30 points lower on two days of seven, and at the floor over the week."""
    weekend = (times - to_us(BEGIN)) // DAY_US % 7 >= 5
    return np.where(weekend, FLOOR - 0.3 * 5 / 7, FLOOR + 0.3 * 2 / 7)


def _drawn_anew(support: int) -> Played:
    return lambda rng, streams: (bets_against(floors_drawn_anew(rng, streams, support)), HEALTHY)


def _lighter(light: float) -> Played:
    """Labelled hits are as many more as they weigh less: the mean of u (x - f) is 0."""
    labelled = FLOOR / light / (1 - FLOOR + FLOOR / light)
    return lambda _rng, _streams: (hit_and_miss(FLOOR, [light, 1.0]), labelled)
