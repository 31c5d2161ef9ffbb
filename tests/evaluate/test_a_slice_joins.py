"""A slice that is new takes a part of its intent's money: only its intent is judged, and all else is as it was."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from connectors.sql.evaluate.store import EvaluationStore
from monitor.domain.slices.cells import Cell
from monitor.evaluate.evaluation import Evaluation
from monitor.evaluate.narrow import NarrowRound
from monitor.evaluate.versions import retire_version
from tests.evaluate.grouped import JUDGE, RARE
from tests.stored import NOON, SHADOW, TICKETS
from tests.worlds import World

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


class NarrowRounds:
    """The cells that each evaluation judged that did not judge every cell."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.judged: list[set[Cell]] = []
        run = NarrowRound.run

        def noted(round_: NarrowRound) -> Evaluation:
            done = run(round_)
            self.judged.append(set(round_._cells))
            return done

        monkeypatch.setattr(NarrowRound, "run", noted)


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> NarrowRounds:
    return NarrowRounds(monkeypatch)


def settled(world: World, at: datetime) -> datetime:
    """Evaluate until nothing is new; a minute after it."""
    for _ in range(4):
        world.evaluate(at)
        at += MINUTE
    return at


def judged_for_a_new_slice(world: World, narrow: NarrowRounds, intent: str, at: datetime) -> set[Cell]:
    """Tickets of an intent come from a channel that it had none of; the cells that are judged for it."""
    narrow.judged.clear()
    world.outcomes(intent, "hm", slices={"channel": "phone"}, at=20)
    world.evaluate(at)
    (judged,) = narrow.judged
    return judged


def part(world: World, slice_: str) -> float:
    return world.cell("erasure", slice_).held.bet_per_day


@pytest.mark.parametrize("support", [40, 400], ids=["few examples", "a small share"])
def test_a_new_slice_of_a_watched_intent_judges_that_intent_alone(
    engine: Engine, narrow: NarrowRounds, support: int
) -> None:
    world = World(engine, slices=[{"name": "channel", "against": "intent"}], watch={"rare_share": 0.3})
    promised = (0.9, support)
    world.anchor(erasure=promised, export=promised, refund=promised, login=promised)
    for intent in ("erasure", "export", "refund", "login"):
        world.outcomes(intent, "h" * 50, slices={"channel": "email"})
    at = settled(world, NOON + DAY)
    whole = part(world, "")
    judged = judged_for_a_new_slice(world, narrow, "erasure", at)

    slices = ("", "channel=email", "channel=phone")
    assert judged == {Cell(TICKETS, "erasure", text) for text in slices}
    email, phone = part(world, "channel=email"), part(world, "channel=phone")
    assert part(world, "") == whole
    assert email == phone == pytest.approx(whole / 3 / 2)  # a quarter of the intent's money, shared alike
    joined = world.cell("erasure", "channel=phone")
    assert joined.labels.tally.support == 2
    assert joined.held.watched is not None
    assert joined.bet.detector is not None

    narrow.judged.clear()
    world.evaluate(at + MINUTE)
    assert narrow.judged == [set()]  # nothing is left to be looked at again


def test_a_new_slice_of_an_intent_that_is_not_watched_is_judged_and_takes_nothing(
    engine: Engine, narrow: NarrowRounds
) -> None:
    world = World(engine, slices=[{"name": "channel", "against": "intent"}])
    world.anchor(erasure=(0.9, 40), login=(0.9, 400))
    for intent in ("erasure", "login"):
        world.outcomes(intent, "h" * 200, slices={"channel": "email"})
    at = settled(world, NOON + DAY)
    before = part(world, "")
    judged = judged_for_a_new_slice(world, narrow, "login", at)

    assert judged == {Cell(TICKETS, "login"), Cell(TICKETS, "login", "channel=phone")}
    joined = world.cell("login", "channel=phone").held
    assert joined.watched is None
    assert not joined.funded
    assert joined.bet_per_day > 0  # what it would get
    assert part(world, "") == before


def test_what_comes_to_a_retired_version_counts_in_its_group_too(
    engine: Engine, narrow: NarrowRounds
) -> None:
    world = World(engine, judge=JUDGE)
    for model in (TICKETS, SHADOW):
        world.anchor(model, erasure=(0.9, 40), refund=(0.9, 40))
        world.outcomes("erasure", "h" * 5, model=model)
        world.outcomes("refund", "h" * 5, model=model)
    at = settled(world, NOON + DAY)
    retire_version(EvaluationStore(engine), SHADOW, "ann", "gone", at)
    at = settled(world, at)
    narrow.judged.clear()
    world.outcomes("erasure", "hhm", model=SHADOW, at=20)
    world.evaluate(at)

    assert len(narrow.judged) == 1
    assert world.cell(RARE, model=SHADOW).labels.tally.support == 13


def test_a_slice_that_joined_while_its_intent_was_not_rare_is_watched_when_it_is_again(
    engine: Engine, narrow: NarrowRounds
) -> None:
    world = World(engine, slices=[{"name": "channel", "against": "intent"}], watch={"rare_share": 0.2})
    world.anchor(erasure=(0.9, 400), login=(0.9, 400))
    world.outcomes("login", "h" * 200)
    world.outcomes("erasure", "h" * 30, slices={"channel": "email"})
    at = settled(world, NOON + DAY)
    many = world.outcomes("erasure", "h" * 60, slices={"channel": "email"}, at=20)
    world.outcomes("erasure", "h" * 5, slices={"channel": "phone"}, at=20)
    at = settled(world, at)
    assert world.cell("erasure").held.watched is not None  # once watched, it stays so
    assert world.cell("erasure", "channel=phone").held.watched is None
    world.retract(many[:50])
    world.evaluate(at)
    assert world.cell("erasure", "channel=phone").held.watched is not None
