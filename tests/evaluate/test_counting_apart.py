"""A defect in counting one model keeps no other from being judged, and costs nothing once it is mended."""

from datetime import datetime, timedelta
from operator import add

import msgspec
import pytest
from sqlalchemy import Engine

from connectors.sql.erasure import ErasureStore
from monitor.domain.labelling.delays import DelayHistogram
from monitor.errors import JudgingError
from monitor.evaluate import round as evaluating
from tests.evaluate.defective import BOT, failing
from tests.evaluate.same import same
from tests.stored import NOON, TICKETS, rows
from tests.worlds import NewWorld, World

SLICED = ({"name": "channel", "cap": 2},)
LIMITS = {"intents": 3}
PATTERNS = ("hhm" * 20, "m" * 30, "hm" * 10)


def feed(world: World, number: int) -> list[str]:
    """Some outcomes of both models; of the first, more intents than have cells of their own."""
    names = []
    for model in (TICKETS, BOT):
        for intent in ("erasure", "refund", f"new {number}"):
            names += world.outcomes(
                intent, PATTERNS[number % 3], model=model, slices={"channel": f"c{number}"}, at=number
            )
    return names


def fails(world: World, at: datetime = NOON + timedelta(days=2)) -> None:
    with pytest.raises(JudgingError, match=r"the counting of bot 1 in prod.*ZeroDivisionError: a defect"):
        world.evaluate(at)


def labels_now(delays: str) -> list[int]:
    histogram = msgspec.json.decode(delays, type=DelayHistogram)
    return [*map(add, histogram.counts, histogram.changes)]


def models(world: World) -> list[object]:
    """How much was counted of each model, what was counted and taken back since left out; and how far."""
    return [
        *(
            (name, outcomes, labels_now(delays), labelled_days)
            for name, outcomes, delays, labelled_days in rows(
                world.engine, "SELECT name, outcomes, delays, labelled_days FROM model ORDER BY name"
            )
        ),
        *rows(world.engine, "SELECT model_name, state FROM incident ORDER BY model_name"),
        *rows(world.engine, "SELECT name, value FROM counter WHERE name LIKE 'evaluated%' ORDER BY name"),
    ]


def test_the_others_are_judged_and_it_is_judged_when_it_counts_again(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(engine)
    for model in (TICKETS, BOT):
        world.anchor(model, erasure=(0.9, 50))
        world.outcomes("erasure", "m" * 40, model=model)
    with failing(monkeypatch, "count", BOT):
        fails(world)
        assert rows(engine, "SELECT model_name FROM incident") == [("tickets",)]
        assert world.cell("erasure", model=BOT).labels.tally.support == 0
        fails(world)
    world.evaluate()
    assert rows(engine, "SELECT model_name FROM incident ORDER BY 1") == [("bot",), ("tickets",)]
    assert world.cell("erasure", model=BOT).labels.tally.support == 40
    assert world.kinds() == ["opened", "opened"]
    assert world.evaluate().outcomes == 0


@pytest.mark.parametrize("chunk", [20_000, 50])
def test_it_ends_where_a_run_without_the_defect_ends_to_the_last_bit(
    new_world: NewWorld, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    monkeypatch.setattr(evaluating, "CHUNK", chunk)
    sound, harmed = held(new_world), held(new_world)
    for each in (sound, harmed):  # both models are released: who comes first takes the purse
        feed(each, 0)
        each.evaluate()
    for number in (1, 2, 3):
        for each in (sound, harmed):
            feed(each, number)
        sound.evaluate()
        with failing(monkeypatch, "count", BOT):
            fails(harmed)
    assert models(harmed) != models(sound)
    for each in (sound, harmed):
        feed(each, 4)
        each.evaluate()
    assert sorted(map(str, harmed.everything())) == sorted(map(str, sound.everything()))
    assert models(harmed) == models(sound)


@pytest.mark.parametrize("at_last", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", ["count", "revise"])
@pytest.mark.parametrize("chunk", [20_000, 50])
def test_corrections_that_came_meanwhile_count_once(
    new_world: NewWorld, monkeypatch: pytest.MonkeyPatch, step: str, at_last: bool, chunk: int
) -> None:
    monkeypatch.setattr(evaluating, "CHUNK", chunk)
    sound, harmed = held(new_world), held(new_world)
    names = [feed(each, 0) for each in (sound, harmed)][-1:]
    for each in (sound, harmed):
        each.evaluate()
    for number in (1, 2, 3):
        for each in (sound, harmed):
            before = names[-1]
            each.correct(before[::7], "erasure", revision=10 * number)
            each.correct(before[1::11], "", revision=10 * number + 1, retracted=True)
            came = feed(each, number)
            each.correct(came[::9], "refund", revision=3)
        names.append(came)
        sound.evaluate()
        with failing(monkeypatch, step, BOT, at_last):
            fails(harmed)
    assert models(harmed) != models(sound)
    for number in (4, 5):
        for each in (sound, harmed):
            each.correct(names[6 - number][number::5], "refund", revision=90 + number)
            feed(each, number)
            each.evaluate()
        same(harmed, sound)
        assert models(harmed) == models(sound)


def test_who_is_erased_meanwhile_is_counted_out_once_and_never_in_again(
    new_world: NewWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound, harmed = new_world(), new_world()
    for each in (sound, harmed):
        each.anchor(BOT, erasure=(0.9, 50))
        counted = each.outcomes("erasure", "hhm" * 10, model=BOT)
        each.evaluate()
        missed = each.outcomes("erasure", "mmh" * 10, model=BOT)
        each.correct(counted[4:6], "refund")
        if each is harmed:
            with failing(monkeypatch, "count", BOT):
                fails(each)
        else:
            each.evaluate()
        ErasureStore(each.engine).erase([*counted[:5], *missed[:5]], None, NOON)
        each.evaluate()
    for intent, support in (
        ("erasure", 49),
        ("refund", 1),
    ):  # of 60; ten were erased, of which one was corrected
        mine, theirs = (each.cell(intent, model=BOT).labels.tally for each in (harmed, sound))
        assert mine == theirs
        assert mine.support == support


def held(new_world: NewWorld) -> World:
    """A world whose two models are held to the same promises."""
    world = new_world(slices=SLICED, limits=LIMITS)
    for model in (TICKETS, BOT):
        world.anchor(model, erasure=(0.9, 50), refund=(0.9, 50))
    return world
