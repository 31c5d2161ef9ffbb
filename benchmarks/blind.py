"""How many watched intents are blind, alone and together: `python -m benchmarks.blind`. Arithmetic; no draws.

Blind is what a fall would take longer than `judge.detect_within_days` to page. Every intent has an anchor of 35 in 40;
the rates of the first table lie from .2 to 50 labels a day, evenly on a logarithmic scale.
"""

import time
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from benchmarks.report import Report, Row, Table, parser, publish
from monitor.domain.anchors.floor import floor
from monitor.domain.detection.detectability import days_to_page
from monitor.domain.detection.money import per_weight_day
from monitor.settings.judging import Judge

WATCHED = (1, 3, 12, 20, 44, 150)
RATES = (0.2, 0.5, 2.0, 5.0, 10.0, 50.0)
JUDGE = Judge()
FLOOR = floor(35 / 40, 40, drop=JUDGE.drop)


def alone(watched: int, rates: Iterable[float]) -> NDArray[np.float64]:
    """Days until a fall of one intent would be paged, for each rate in labels a day."""
    money = (1 - JUDGE.groups_share) * per_weight_day(watched, JUDGE.false_pages_per_year)
    return np.array([days_to_page(money, FLOOR, rate) for rate in rates])


def together(watched: int, rates: Iterable[float]) -> NDArray[np.float64]:
    """Days until a fall of all of them would be paged as a group, for each rate in labels a day and intent."""
    money = JUDGE.groups_share * per_weight_day(1, JUDGE.false_pages_per_year)
    return np.array([days_to_page(money, FLOOR, rate * watched) for rate in rates])


def shares() -> Table:
    """Which share of the watched intents is blind."""
    within = JUDGE.detect_within_days
    spread = np.geomspace(RATES[0], RATES[-1], 5001)
    rows: list[Row] = [
        {
            "watched": watched,
            "blind alone": round(float((alone(watched, spread) > within).mean()), 2),
            "labels a day that would do": round(float(spread[alone(watched, spread) <= within][0]), 1),
            "blind together": round(float((together(watched, spread) > within).mean()), 2),
        }
        for watched in WATCHED
    ]
    return Table(
        f"a fall would go unseen for more than {within:g} days: rates of .2 to 50 labels a day", rows
    )


def days() -> Table:
    """How long a fall goes unseen, by the labels a day that each of the watched intents has."""
    rows: list[Row] = [
        {
            "watched": watched,
            "fallen": fallen,
            **{f"{rate:g} a day": round(float(days), 1) for rate, days in zip(RATES, until, strict=True)},
        }
        for watched in WATCHED
        for fallen, until in (("one", alone(watched, RATES)), ("all", together(watched, RATES)))
    ]
    return Table(
        "days until a fall by .30 below the floor is paged: one alone, or all together as a group", rows
    )


def main() -> None:
    """Print both tables."""
    options, begin = parser(__doc__.partition("\n")[0]).parse_args(), time.perf_counter()
    tables = [shares(), days()]
    publish(Report("blind", tables, time.perf_counter() - begin, quick=options.quick), options)


if __name__ == "__main__":
    main()
