"""Labels come days after their predictions: a fall is paged, and its page is not taken back by its own delay."""

import json

import pytest

from tests.e2e.bot import Event, Watch
from tests.e2e.late_streams import late_days

FALLS_ON, DAYS = 30, 38


def by_day(seed: int) -> list[list[Event]]:
    """50 labels a day, two days late on average whatever the outcome; recall falls from .88 to .39 on day 30."""
    return late_days(seed, falls_on=FALLS_ON, days=DAYS, per_day=50, hit_days=2.0, miss_days=2.0)


@pytest.mark.parametrize("seed", range(20))
def test_a_page_opens_and_stays(watch: Watch, seed: int) -> None:
    watch.anchor("refund", "bug")
    days = by_day(seed)
    watch.take([event for day in days[:FALLS_ON] for event in day])
    states = []
    for day in days[FALLS_ON:]:
        watch.take(day)
        states.append([incident["state"] for incident in json.loads(watch("incident", "list", "--json"))])
        (refund,) = (c for c in json.loads(watch("status", "--json")) if c["intent"] == "refund")
        assert refund["maturity_days"] is None  # nothing hurries misses
    opened = states.index(["opened"])
    assert opened <= 3
    assert states == [[]] * opened + [["opened"]] * (len(states) - opened)
