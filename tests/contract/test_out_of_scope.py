"""Tickets that belong to no intent, on both databases: their own row, and never a cell."""

from collections.abc import Callable
from itertools import permutations

import pytest
from sqlalchemy import Engine

from connectors.sql.erasure import ErasureStore
from connectors.sql.labels.disputed import DisputedTickets
from connectors.sql.labels.draws import DrawStore
from connectors.sql.labels.pairs import ReadingPairs
from connectors.sql.review.status import StatusStore
from monitor.domain.events.names import NO_ANSWER, NO_INTENT
from monitor.domain.events.types import Design, Kind, Label, LabelScope, Prediction
from monitor.domain.labelling.agreement import ReadingPair
from monitor.domain.recall.tally import Tally
from monitor.review.ports.weak_labels import WeakCount
from tests.contract.labels.draws import chosen, draw
from tests.stored import NOON, TICKETS, label, outcomes, prediction, store, take
from tests.worlds import World


def seen(world: World) -> tuple[int, dict[str, int]]:
    """Tickets that rightly got no answer, and as what the others were accepted."""
    tally = StatusStore(world.engine).out_of_scope(0.01).get(TICKETS, Tally())
    return tally.hits, tally.misses_to


def cells(world: World) -> dict[str, tuple[int, int]]:
    """Hits and misses of every cell."""
    states = [status.state for status in StatusStore(world.engine).cells()]
    return {state.cell.intent: (state.labels.tally.hits, state.labels.tally.misses) for state in states}


def test_they_have_a_row_of_their_own_and_no_cell(engine: Engine) -> None:
    world = World(engine)
    world.anchor(refund=(0.9, 100))
    answers = [NO_ANSWER, "refund", NO_ANSWER, "bug", "refund"]
    take(world.store, *(prediction(f"p{n}", answer) for n, answer in enumerate(answers)))
    take(world.store, *(label(f"p{n}", NO_INTENT) for n in range(5)))
    world.evaluate()
    assert seen(world) == (2, {"refund": 2, "bug": 1})
    assert cells(world) == {"refund": (0, 0)}
    assert world.kinds() == []


@pytest.mark.parametrize("at_once", [True, False])
def test_every_order_of_a_correction_to_no_intent_and_back_ends_alike(engine: Engine, at_once: bool) -> None:
    world = World(engine)
    arrivals: list[Prediction | Label] = [
        prediction("p", "refund"),
        label("p", "refund"),
        label("p", NO_INTENT, revision=2),
        label("p", "bug", revision=3),
        label("p", NO_INTENT, revision=4),
    ]
    for number, order in enumerate(permutations(arrivals)):
        renamed = [_of_ticket(event, f"p{number}") for event in order]
        if at_once:
            take(world.store, *renamed)
            continue
        for event in renamed:
            take(world.store, event)
            if number % 40 == 0:
                world.evaluate()
    world.evaluate()
    assert {row[2:4] for row in outcomes(engine)} == {("refund", NO_INTENT)}
    assert seen(world) == (0, {"refund": 120})
    assert all(counts == (0, 0) for counts in cells(world).values())


def _of_ticket(event: Prediction | Label, name: str) -> Prediction | Label:
    if isinstance(event, Prediction):
        return prediction(name, event.intent)
    return label(name, event.intent, revision=event.revision)


def test_what_is_corrected_or_taken_back_leaves_the_row(engine: Engine) -> None:
    world = World(engine)
    take(world.store, *(prediction(f"p{n}", "refund") for n in range(3)))
    take(world.store, *(label(f"p{n}", NO_INTENT) for n in range(3)))
    world.evaluate()
    world.correct(["p0"], "refund")
    world.retract(["p1"])
    world.evaluate()
    assert seen(world) == (0, {"refund": 1})
    assert cells(world) == {"refund": (1, 0)}
    world.correct(["p0"], NO_INTENT, revision=3)
    world.evaluate()
    assert seen(world) == (0, {"refund": 2})
    assert cells(world) == {"refund": (0, 0)}


def test_erasing_one_takes_it_out_of_no_cell(engine: Engine) -> None:
    world = World(engine, limits={"intents": 1})
    take(world.store, *(prediction(f"p{n}", "refund") for n in range(3)))
    take(world.store, label("p0", "refund"), label("p1", "bug"), label("p2", NO_INTENT))
    world.evaluate()
    before = cells(world)
    ErasureStore(engine).erase(["p2"], None, NOON)
    world.evaluate()
    assert (seen(world), cells(world)) == ((0, {}), before)


def test_their_weights_are_those_of_their_labels(engine: Engine) -> None:
    world = World(engine)
    take(world.store, prediction("p0", NO_ANSWER), prediction("p1", "refund"))
    drawn = [(Design.BY_PREDICTION, 0.5), (Design.BY_PREDICTION, 0.05)]
    take(
        world.store,
        *(label(f"p{n}", NO_INTENT, design=d, probability=p) for n, (d, p) in enumerate(drawn)),
    )
    tally = StatusStore(engine).out_of_scope(0.01)[TICKETS]
    assert tally.weighed.recall == pytest.approx(2 / 22)


def test_a_name_out_of_scope_says_so_while_it_is_configured(engine: Engine) -> None:
    at, names = store(engine), {"oos"}
    take(at, prediction("p0"), label("p0", "oos"), out_of_scope=names)
    take(at, prediction("p1"), label("p1", "oos"))
    assert [row[3] for row in outcomes(engine)] == [NO_INTENT, "oos"]


@pytest.mark.parametrize("labelled_first", [True, False])
def test_a_draw_leaves_a_ticket_out_of_scope_as_it_is(engine: Engine, labelled_first: bool) -> None:
    world, names = World(engine), {"oos"}
    take(world.store, prediction("p0"), prediction("p1", NO_ANSWER))
    acts: list[Callable[[], object]] = [
        lambda: take(world.store, label("p0", "oos"), label("p1", "oos"), out_of_scope=names),
        lambda: draw(engine, out_of_scope=names, p0=0.5, p1=0.5),
    ]
    for act in acts if labelled_first else reversed(acts):
        act()
    world.evaluate()
    assert [row[3] for row in outcomes(engine)] == [NO_INTENT, NO_INTENT]
    assert set(chosen(engine).values()) == {("by_prediction", 0.5)}
    assert (seen(world), cells(world)) == ((1, {"refund": 1}), {})


def test_a_complaint_of_a_name_out_of_scope_is_no_miss_of_an_intent(engine: Engine) -> None:
    at = store(engine)
    take(at, prediction("p0", NO_ANSWER), prediction("p1", "bug"), prediction("p2", "bug"))
    complaint = {"kind": Kind.COMPLAINT}
    take(at, *(label(f"p{n}", "oos", **complaint) for n in range(2)), label("p2", "refund", **complaint))
    assert [cell.intent for cell in StatusStore(engine, ["oos"]).complaints()] == ["refund"]


def test_readers_who_say_in_two_ways_that_there_is_no_intent_agree(engine: Engine) -> None:
    at, names = store(engine), {"oos"}
    bob = {"label_id": "bobs", "annotator": "bob", "hours": 1}
    cat = {"label_id": "cats", "annotator": "cat", "hours": 2, "scope": LabelScope("tickets", "8")}
    take(at, prediction("p0", "refund"), prediction("p1", "refund"), out_of_scope=names)
    take(at, label("p0", "oos", annotator="ann"), label("p0", NO_INTENT, **bob), out_of_scope=names)
    take(at, label("p1", "oos", annotator="ann"), label("p1", "bug", **cat), out_of_scope=names)
    take(at, label("p1", "refund", **{**bob, "label_id": "again"}), out_of_scope=names)
    assert ReadingPairs(engine, names).of(TICKETS) == [
        ReadingPair(NO_INTENT, NO_INTENT, "refund", "ann", "bob", 1),
        ReadingPair(NO_INTENT, "refund", "refund", "ann", "bob", 1),
    ]
    (ticket,) = DisputedTickets(engine, names).differing(TICKETS, 9)
    assert [each.intent for each in ticket.labels] == [NO_INTENT, "refund"]


def test_a_programs_label_of_a_name_out_of_scope_says_what_a_persons_does(engine: Engine) -> None:
    at, names = store(engine), {"oos"}
    weak = label("p0", "oos", label_id="weak", kind=Kind.WEAK)
    take(at, prediction("p0"), weak, label("p0", NO_INTENT), out_of_scope=names)
    (seen,) = StatusStore(engine, names).weak_labels().values()
    assert seen.counts == [WeakCount("refund", NO_INTENT, NO_INTENT, 1)]
    with DrawStore(engine, names).drawing() as transaction:
        assert list(transaction.weakly_called(["p0"]).values()) == [NO_INTENT]
