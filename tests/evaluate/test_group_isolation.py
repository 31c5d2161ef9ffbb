"""A defect in counting one group keeps nobody else from being judged, and the group ends as if there had been none."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from monitor.domain.events.types import Model
from monitor.domain.judging.state import CellState
from monitor.domain.slices.cells import GROUP
from monitor.errors import JudgingError
from monitor.evaluate import groups
from monitor.evaluate.counting import Counting
from tests.evaluate.grouped import JUDGE, assert_same_bits, cells_of
from tests.stored import TICKETS
from tests.worlds import NewWorld, World

BOT = Model("bot", "1")
INTENTS = ("erasure", "export", "deletion")


def feed(world: World, turn: int) -> None:
    for model in (TICKETS, BOT):
        for intent in INTENTS:
            world.outcomes(intent, "hmh", model=model, at=24 * turn, hours=24 * turn)


def held(new_world: NewWorld) -> World:
    world = new_world(judge=JUDGE)
    for model in (TICKETS, BOT):
        world.anchor(model, **dict.fromkeys(INTENTS, (0.9, 40)))
    feed(world, 0)
    world.evaluate()
    return world


@contextmanager
def failing(monkeypatch: pytest.MonkeyPatch, step: str) -> Iterator[None]:
    """A defect in counting the bot's group, or in telling who is in any group."""
    count = Counting.count_into

    def defective(counting: Counting, state: CellState, outcome: object, by: int) -> None:
        if state.cell.group is not None and state.cell.model == BOT:
            raise ZeroDivisionError("a defect")
        count(counting, state, outcome, by)  # type: ignore[arg-type]

    def nobody(*_: object) -> object:
        raise ZeroDivisionError("a defect")

    with monkeypatch.context() as patched:
        if step == "counting":
            patched.setattr(Counting, "count_into", defective)
        else:
            patched.setattr(groups, "members_by_group", nobody)
        yield


@pytest.mark.parametrize("step", ["counting", "members"])
def test_the_others_are_judged_and_the_group_ends_where_it_would_without_the_defect(
    new_world: NewWorld, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    sound, harmed = held(new_world), held(new_world)
    for each in (sound, harmed):
        feed(each, 1)
    sound.evaluate()
    with failing(monkeypatch, step), pytest.raises(JudgingError, match="a defect"):
        harmed.evaluate()
    for intent in INTENTS:  # counted and bet on all the while
        assert harmed.cell(intent, model=BOT).labels.tally == sound.cell(intent, model=BOT).labels.tally
        assert harmed.cell(intent).bet.detector is not None
    of_bot = harmed.cell(GROUP + "rare", model=BOT).labels.tally
    assert of_bot.support < sound.cell(GROUP + "rare", model=BOT).labels.tally.support

    for each in (sound, harmed):
        feed(each, 2)
        each.evaluate()
    assert len(cells_of(harmed)) == len(cells_of(sound))
    for model in (TICKETS, BOT):
        group = [world.cell(GROUP + "rare", model=model) for world in (harmed, sound)]
        assert_same_bits(*group)
