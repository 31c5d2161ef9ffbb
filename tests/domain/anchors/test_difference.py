"""What two anchors say otherwise, by hand: who would be judged otherwise, who may page, whose floor moves."""

from msgspec.structs import replace

from monitor.domain.anchors.difference import IntentByAnchor, IntentChange, difference, held_intents
from monitor.domain.anchors.promise import Anchor, Measured, Promise, Provenance, build
from monitor.domain.events.types import Model
from monitor.domain.judging.judge import Coverage, Judgement, Verdict
from monitor.domain.judging.standing import Standing
from monitor.domain.judging.state import CellState, HeldTo
from monitor.domain.judging.watching import Listed
from monitor.domain.slices.cells import Cell
from tests.stored import NOON, TICKETS

SEEN = IntentByAnchor(
    recall=0.88,
    support=38,
    floor=0.78,
    watched=Listed(),
    verdict=Verdict.OK,
    coverage=Coverage.SEEN,
    standing=Standing.SEEN,
    labels=40,
)


def anchor(model: Model = TICKETS, **promises: Promise) -> Anchor:
    came = Provenance("a.csv", "f" * 64, "csv", NOON)
    return build(model, {(intent, ""): promise for intent, promise in promises.items()}, came)


OLD = anchor(erasure=Promise(Measured(0.88, 38)))
NEW = anchor(erasure=Promise(Measured(0.70, 38)))


def test_what_is_judged_otherwise_comes_first_then_who_may_page_then_the_largest_move_of_a_floor() -> None:
    before = {"a": SEEN, "b": SEEN, "c": SEEN, "d": SEEN, "e": SEEN}
    after = {
        "a": SEEN,
        "b": replace(SEEN, floor=0.75),
        "c": replace(SEEN, floor=0.85),
        "d": replace(SEEN, watched=None),
        "e": replace(SEEN, standing=Standing.DEGRADED, verdict=Verdict.DEGRADED),
    }
    done = difference((OLD, before), (NEW, after), active_id=OLD.id)
    assert [change.name for change in done.intents] == ["e", "d", "c", "b", "a"]
    assert [change.changes for change in done.intents] == [True, True, True, True, False]
    assert [round(change.floor_moves, 2) for change in done.intents] == [0, 0, 0.07, -0.03, 0]
    assert [change.name for change in done.intents if change.pages_no_more] == ["d"]


def test_an_intent_of_one_anchor_alone_begins_or_ends() -> None:
    begins, ends = IntentChange("refund", None, SEEN), IntentChange("refund", SEEN, None)
    assert (begins.begins_to_page, begins.pages_no_more, begins.floor_moves) == (True, False, 0)
    assert (ends.begins_to_page, ends.pages_no_more, ends.floor_moves) == (False, True, 0)
    assert begins.stands_otherwise
    assert ends.stands_otherwise
    assert not IntentChange("refund", None, IntentByAnchor(recall=0.9, support=50)).stands_otherwise


def test_every_label_of_an_intent_with_a_floor_is_bet_on_again_unless_the_anchor_holds_already() -> None:
    intents = {"erasure": SEEN, "idle": replace(SEEN, floor=None)}
    new = difference((OLD, intents), (NEW, intents), active_id=OLD.id)
    assert {change.name: new.bet_anew(change) for change in new.intents} == {"erasure": 40, "idle": 0}
    held = difference((OLD, intents), (NEW, intents), active_id=NEW.id)
    assert [held.bet_anew(change) for change in held.intents] == [0, 0]
    assert (new.active, new.from_what_holds) == (False, True)
    assert (held.active, held.from_what_holds) == (True, False)


def test_where_nothing_holds_yet_everything_is_new() -> None:
    done = difference(None, (NEW, {"erasure": SEEN}), active_id="")
    assert [(change.before, change.after) for change in done.intents] == [(None, SEEN)]
    assert (done.active, done.from_what_holds, done.of_one_model) == (False, True, True)


def test_anchors_of_two_models_are_told_apart() -> None:
    other = anchor(Model("tickets", "6"), erasure=Promise(Measured(0.88, 38)))
    assert not difference((other, {}), (NEW, {}), active_id=other.id).of_one_model


def test_an_intent_is_held_to_what_its_basis_says_and_a_slice_is_no_intent() -> None:
    promise = Promise(Measured(0.9, 50), Measured(0.5, 20), grade="soft")
    made = anchor(erasure=promise, export=Promise(Measured(0.8, 10)))
    cell = Cell(TICKETS, "erasure")
    states = [
        CellState(cell, held=HeldTo(Listed(), made.id, 0.8), judgement=Judgement(Verdict.OK)),
        CellState(Cell(TICKETS, "erasure", "channel=email")),
        CellState(Cell(Model("tickets", "8"), "export"), held=HeldTo(Listed(), "x", 0.7)),
    ]
    held = held_intents(made, states, "shipped")
    assert held.keys() == {"erasure", "export"}
    assert (held["erasure"].recall, held["erasure"].floor, held["erasure"].grade) == (0.9, 0.8, "soft")
    assert held["erasure"].standing is Standing.SEEN
    assert held["export"] == IntentByAnchor(recall=0.8, support=10)
    assert (held_intents(made, states, "real")["erasure"].recall, held["erasure"].support) == (0.5, 50)
