"""What was drawn for labelling, on SQLite and PostgreSQL alike: nobody twice, nothing lost, each label of its draw."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine, event

from connectors.sql.erasure import ErasureStore
from connectors.sql.evaluate.store import EvaluationStore
from connectors.sql.labels.draws import DrawStore
from connectors.sql.retention import drop_candidates, drop_old_predictions
from monitor.domain.events.types import Design, Kind, Label, LabelScope, Model
from monitor.domain.judging.state import CellLabels, CellState, HeldTo
from monitor.domain.judging.watching import Listed
from monitor.domain.recall.tally import Tally
from monitor.domain.slices.cells import Cell
from monitor.labels.ports.draws import Drawing, DrawnTicket, Waiting
from monitor.labels.ports.tasks import LabelTask
from tests.contract.labels.draws import chosen, draw, keep, wait
from tests.stored import NOON, SHADOW, TICKETS, counts, label, prediction, rows, store, take, take_in

UNKNOWN, DRAWN = ("unknown", None), ("by_prediction", 0.25)


def test_what_waits_is_given_out_once_with_the_scores_of_watched_intents(engine: Engine) -> None:
    take(store(engine), prediction("p0"))
    watch(engine, "gdpr_erasure")
    wait(store(engine), "p1", scores={" gdpr_erasure": 1.00001, "refund": 0.4})
    wait(store(engine), "p2")
    with DrawStore(engine).drawing() as transaction:
        assert transaction.queued() == [
            Waiting("p1", TICKETS, "refund", {"gdpr_erasure": 1.0}),
            Waiting("p2", TICKETS, "refund", {}),
        ]
        assert transaction.queued() == []


def watch(engine: Engine, intent: str) -> None:
    """The intent may page, for some model."""
    with EvaluationStore(engine).evaluation() as transaction:
        transaction.save(
            [CellState(Cell(TICKETS, intent), CellLabels(Tally(1)), held=HeldTo(watched=Listed()))], {}
        )


def test_without_a_queue_those_count_that_arrived_in_between(engine: Engine) -> None:
    writer = store(engine)
    for hours, ticket in enumerate(["p0", "p1", "p2", "p3"]):
        with writer.transaction(NOON + timedelta(hours=hours)) as transaction:
            take_in(transaction, prediction(ticket), label("only a label"))
    wait(writer, "queued")
    with DrawStore(engine).drawing() as transaction:
        arrived = transaction.arrived(NOON, NOON + timedelta(hours=2))
    assert [each.prediction_id for each in arrived] == ["p1", "p2"]
    assert counts(engine, "draw_candidate") == {"draw_candidate": 0}


def test_a_draw_that_ends_in_the_middle_leaves_everything_as_it_was(engine: Engine) -> None:
    wait(store(engine), "p1", "p2")
    take(store(engine), label("p1"))

    def die() -> None:
        with DrawStore(engine).drawing() as transaction:
            transaction.queued()
            keep(transaction, 1, {"p1": 0.25})
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        die()
    assert counts(engine, "draw_candidate", "draw", "drawing", "revision") == {
        "draw_candidate": 2,
        "draw": 0,
        "drawing": 0,
        "revision": 0,
    }
    assert chosen(engine) == {"p1": UNKNOWN}


def test_a_label_is_of_the_draw_whether_it_comes_after_it_or_was_there(engine: Engine) -> None:
    writer = store(engine)
    take(writer, prediction("early"), prediction("late"), prediction("other"), label("early"))
    draw(engine, early=0.25, late=0.25)
    take(writer, label("late"), label("other"))

    assert chosen(engine) == {"early": DRAWN, "late": DRAWN, "other": UNKNOWN}
    ((was, now, because),) = rows(engine, "SELECT was, now, because FROM revision")
    assert '"design":"unknown"' in was
    assert '"design":"by_prediction","probability":0.25' in now
    assert because == '{"kind":"drawn","label_id":"label-early"}'


def test_a_correction_keeps_the_draw_and_a_label_of_another_sampling_ends_it(engine: Engine) -> None:
    writer = store(engine)
    take(writer, prediction("p1"))
    draw(engine, p1=0.25)
    take(writer, label("p1"))
    take(writer, label("p1", "cancel", revision=2))
    assert chosen(engine) == {"p1": DRAWN}
    own = label("p1", label_id="own", hours=1, design=Design.UNIFORM, probability=0.5)
    take(writer, own)
    assert chosen(engine) == {"p1": ("uniform", 0.5)}
    take(writer, label("p1", "", label_id="own", revision=2, retracted=True, hours=2))
    assert chosen(engine) == {"p1": DRAWN}


def test_a_weak_label_or_a_taken_back_one_is_not_of_the_draw(engine: Engine) -> None:
    writer = store(engine)
    take(writer, prediction("weak"), prediction("back"), label("weak", kind=Kind.WEAK), label("back"))
    take(writer, label("back", "", revision=2, retracted=True))
    before = counts(engine, "revision")
    draw(engine, weak=0.25, back=0.25)
    assert counts(engine, "revision") == before
    take(writer, label("back", revision=3))
    assert chosen(engine) == {"back": DRAWN}


def test_a_draw_counts_the_tickets_that_people_labelled_each_in_its_first_draw(engine: Engine) -> None:
    take(store(engine), *(prediction(each) for each in ("hand", "weak", "back", "none")))
    draw(engine, hand=0.25, weak=0.25, back=0.25, none=0.25)
    assert DrawStore(engine).answered() == {}
    take(store(engine), label("hand"), label("weak", kind=Kind.WEAK), label("back"))
    take(store(engine), label("back", "", revision=2, retracted=True), label("hand", label_id="second"))
    take(store(engine), prediction("hand", model=SHADOW), prediction("later"), label("later"))
    draw(engine, 2, hand=0.5, later=0.5)
    assert DrawStore(engine).answered() == {1: 1, 2: 1}


def test_a_label_of_another_model_or_from_before_the_draw_answers_no_draw(engine: Engine) -> None:
    writer = store(engine)
    take(writer, *(prediction(each) for each in ("other", "before", "both", "ours")))
    take(writer, label("before", hours=-30), label("both", hours=-30))
    draw(engine, models={TICKETS}, other=0.25, before=0.25, both=0.25, ours=0.25)
    shadow = LabelScope(SHADOW.name, SHADOW.version)
    take(writer, label("other", scope=shadow), label("both", label_id="again"))
    take(writer, label("ours", scope=LabelScope(TICKETS.name, TICKETS.version)))
    assert DrawStore(engine).answered() == {1: 1}
    with EvaluationStore(engine).evaluation() as transaction:
        tickets = transaction.drawn_tickets(TICKETS, 0, NOON, timedelta(days=9))[1]
    assert sum(each.labelled for each in tickets) == 1


def test_every_model_that_had_its_chance_in_a_draw_has_its_row_and_no_other(engine: Engine) -> None:
    another = Model("tickets", "6")
    take(store(engine), *(prediction("p1", model=model) for model in (TICKETS, SHADOW, another)))
    with DrawStore(engine).drawing() as transaction:
        drawing = Drawing(1, NOON, NOON, "seed", 40.0, 0.25, 1)
        ticket = DrawnTicket("p1", Design.UNIFORM, 0.25, 1, {TICKETS, SHADOW})
        made = transaction.keep(drawing, [ticket])
    assert made.drawn == 1
    asked = "SELECT m.version FROM draw d JOIN model m ON m.id = d.model_id ORDER BY 1"
    assert rows(engine, asked) == [("7",), ("8",)]


def test_a_model_that_comes_late_is_added_and_nobody_stands_in_two_files(engine: Engine) -> None:
    take(store(engine), prediction("p1"))
    draw(engine, p1=0.25)
    take(store(engine), prediction("p1", model=SHADOW))
    with DrawStore(engine).drawing() as transaction:
        assert transaction.chances_before(["p1", "p2"]) == {"p1": 0.25}
        assert keep(transaction, 2, {"p1": 0.5, "gone": 0.5}).drawn == 0
    asked = "SELECT number, probability FROM draw ORDER BY number"
    assert rows(engine, asked) == [(1, 0.25), (2, 0.5)]
    assert [len(DrawStore(engine).tasks(number, texts=False)) for number in (1, 2)] == [1, 0]


def test_a_ticket_drawn_for_a_late_model_counts_for_nothing_for_the_one_that_had_its_chance_before(
    engine: Engine,
) -> None:
    take(store(engine), prediction("p1"), prediction("p1", model=SHADOW))
    draw(engine, number=2, models={SHADOW}, p1=0.5)
    asked = "SELECT m.version, x.{} FROM {} x JOIN model m ON m.id = x.model_id ORDER BY 1"
    assert rows(engine, asked.format("probability", "draw")) == [("8", 0.5)]
    take(store(engine), label("p1"))
    assert rows(engine, asked.format("intent", "outcome")) == [("7", None), ("8", "refund")]
    assert rows(engine, asked.format("labelled", "traffic")) == [("7", 0), ("8", 1)]


def test_a_label_that_was_there_counts_for_a_late_model_once_it_is_drawn_for_it(engine: Engine) -> None:
    take(store(engine), prediction("p1"), label("p1"))
    draw(engine, p1=0.25)
    take(store(engine), prediction("p1", model=SHADOW))
    asked = "SELECT m.version, intent, probability FROM outcome o JOIN model m ON m.id = model_id ORDER BY 1"
    ours = ("7", "refund", 0.25)
    assert rows(engine, asked) == [ours, ("8", None, None)]
    draw(engine, number=2, models={SHADOW}, p1=0.5)
    assert rows(engine, asked) == [ours, ("8", "refund", 0.5)]
    assert rows(engine, "SELECT sum(labelled) FROM traffic") == [(2,)]


def test_a_file_can_be_made_again_from_what_is_stored(engine: Engine) -> None:
    take(store(engine), prediction("p1", text="ä"), prediction("p2"), prediction("p2", model=SHADOW))
    draws = DrawStore(engine)
    draw(engine, p2=0.5, p1=0.25)
    expected = [
        LabelTask(1, ticket, TICKETS, "refund", NOON, Design.BY_PREDICTION, pi)
        for ticket, pi in (("p2", 0.5), ("p1", 0.25))
    ]
    assert draws.tasks(1, texts=True) == expected
    assert draws.tasks(2, texts=True) == []
    (made,) = draws.drawings()
    assert (made.number, made.candidates, made.drawn, made.written_at) == (1, 2, 2, None)
    draws.note_written(1, NOON)
    assert [each.written_at for each in draws.drawings()] == [NOON]


def test_erasure_and_retention_take_draws_and_what_waits_along(engine: Engine) -> None:
    wait(store(engine), "ann", "old", "kept")
    take(store(engine), label("kept"))
    with DrawStore(engine).drawing() as transaction:
        keep(transaction, 1, {"ann": 0.25, "old": 0.25, "kept": 0.25})
    removed = ErasureStore(engine).erase(["ann"], None, NOON).rows
    assert (removed["draws"], removed["draw candidates"]) == (1, 1)
    drop_old_predictions(engine, NOON + timedelta(days=99), 10)
    assert rows(engine, "SELECT prediction_id FROM draw") == [("kept",)]
    assert counts(engine, "draw_candidate") == {"draw_candidate": 0}
    wait(store(engine), "new")
    drop_candidates(engine)
    assert counts(engine, "draw_candidate") == {"draw_candidate": 0}


def test_ingest_asks_for_draws_only_where_there_is_one_and_a_label_may_follow_it(engine: Engine) -> None:
    writer = store(engine)
    take(writer, prediction("p0"), label("p0"))  # the models are known by now
    silent, own = label("p2"), label("p3", design=Design.UNIFORM, probability=0.5)

    def asked(ticket: str, *labels: Label) -> tuple[int, int]:
        return statements(engine, lambda: take(writer, prediction(ticket), *labels))

    assert asked("p1") == (0, 0)
    assert asked("p3", own) == (0, 0)
    assert asked("p2", silent) == (1, 0)
    draw(engine, p0=0.5)
    assert asked("p4", label("p4")) == (1, 1)
    assert asked("p5", label("p5")) == (0, 1)
    assert asked("p6") == (0, 0)


def statements(engine: Engine, act: Callable[[], object]) -> tuple[int, int]:
    """How many statements name the draws, and how many what was drawn, while it acts."""
    seen: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return sum("FROM drawing" in each for each in seen), sum("FROM draw " in each for each in seen)
