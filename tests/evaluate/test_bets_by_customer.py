"""Where one customer's tickets miss together, a cell bets once for each customer and day."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from tests.evaluate.bursts import send
from tests.evaluate.same import same
from tests.stored import NOON
from tests.worlds import NewWorld, World

DAYS = [("mmm", "hhh"), ("mm", "h", "hh"), ("hhmhh",), ("mmm", "mm"), ("hh", "mmm"), ("mm", "mm", "m")] * 3
AFTER = NOON + timedelta(days=40)


def together(new_world: NewWorld, **settings: object) -> World:
    world = new_world(judge={"clustered": "on"}, **settings)
    world.anchor(erasure=(0.8, 500))
    return world


def bets(world: World) -> int:
    detector = world.cell("erasure").bet.detector
    return detector.outcomes if detector is not None else 0


def test_a_customer_s_day_is_one_bet_once_it_is_over(new_world: NewWorld) -> None:
    world = together(new_world)
    send(world, 0, "mmm", "hhh")
    world.evaluate(AFTER)
    assert bets(world) == 0
    send(world, 1, "mm", "h", "hh")
    world.evaluate(AFTER)
    assert bets(world) == 2
    assert world.cell("erasure").labels.tally.support == 11


@pytest.mark.parametrize("probabilities", [(), (0.2, 1.0, 0.5)])
@pytest.mark.parametrize("every", [1, 2, 5])
def test_it_does_not_matter_when_it_is_judged(
    new_world: NewWorld, every: int, probabilities: Sequence[float]
) -> None:
    once, often = together(new_world), together(new_world)
    for world in (once, often):
        for day, bursts in enumerate(DAYS):
            send(world, day, *bursts, probabilities=probabilities)
            if world is often and day % every == 0:
                world.evaluate(AFTER)
        world.evaluate(AFTER)
    assert bets(once) == sum(map(len, DAYS[:-1]))
    assert once.cell("erasure").bet.weighted == bool(probabilities)
    assert once.everything()[0][1] == often.everything()[0][1]  # type: ignore[index]


@pytest.mark.parametrize("corrected", [[0], [1, 7], [30]])
def test_a_correction_comes_to_the_same_as_if_it_had_always_read_so(
    new_world: NewWorld, corrected: Sequence[int]
) -> None:
    late, right = together(new_world), together(new_world)
    for world in (late, right):
        names = [name for day, bursts in enumerate(DAYS) for name in send(world, day, *bursts)]
        if world is late:
            world.evaluate(AFTER)
        world.correct([names[place] for place in corrected], "refund")
        world.evaluate(AFTER)
    same(late, right)


def test_auto_begins_once_the_test_tells_and_off_never_does(new_world: NewWorld) -> None:
    auto, off = new_world(), new_world(judge={"clustered": "off"})
    for world in (auto, off):
        world.anchor(erasure=(0.8, 500))
        for day in range(20):
            send(world, day, "mmm", "hhh", "hhh", "hhh")
            if day == 5:
                world.evaluate(NOON + timedelta(days=7))
                assert bets(world) == 72
        world.evaluate(NOON + timedelta(days=22))
    assert (bets(auto), bets(off)) == (19 * 4, 240)


def test_a_burst_that_pages_alone_does_not_page_as_one(new_world: NewWorld) -> None:
    alone, one = new_world(judge={"clustered": "off"}), together(new_world)
    for world in (alone, one):
        for day in range(4):
            send(world, day, "hhh", "hhh")
        if world is alone:
            world.anchor(erasure=(0.8, 500))
        send(world, 4, "m" * 12, "hh")
        send(world, 5, "h")
        world.evaluate(AFTER)
    assert alone.cell("erasure").bet.broken
    assert not one.cell("erasure").bet.broken
