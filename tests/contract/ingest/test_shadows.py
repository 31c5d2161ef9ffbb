"""Models that answer one request under the same id, on SQLite and PostgreSQL alike."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from connectors.sql.retention import drop_old_predictions
from connectors.sql.review.status import StatusStore
from monitor.domain.events.join import Join
from monitor.domain.events.types import Kind, LabelScope, Model
from monitor.domain.slices.cells import Cell
from monitor.errors import DecodeError
from tests.contract.together import at_once
from tests.domain.events.joining import Event
from tests.stored import ACCEPT, NOON, SHADOW, TICKETS, label, prediction, rows, store, take, take_in

STAGING = Model("tickets", "7", "staging")
DAY = 24
CHAMPION, OTHER = prediction("p1", "refund"), prediction("p1", "bug", model=SHADOW)


def joined(engine: Engine) -> list[tuple[object, ...]]:
    """Every outcome as (seq, id, version, environment, predicted, intent)."""
    return list(
        rows(
            engine,
            "SELECT o.seq, o.prediction_id, m.version, m.environment, o.predicted, o.intent"
            " FROM outcome o JOIN model m ON m.id = o.model_id ORDER BY o.seq",
        )
    )


def traffic(engine: Engine) -> list[tuple[object, ...]]:
    """By version: predictions, and how many of them have an outcome."""
    return list(
        rows(
            engine,
            "SELECT m.version, sum(t.predictions), sum(t.labelled) FROM traffic t"
            " JOIN model m ON m.id = t.model_id GROUP BY m.version ORDER BY 1",
        )
    )


BOTH = [(1, "p1", "7", "prod", "refund", "refund"), (2, "p1", "8", "prod", "bug", "refund")]


def test_a_label_that_no_prediction_fits_is_told_from_one_that_waits(engine: Engine) -> None:
    """The predictions are of batches before, one of them known by its outcome alone."""
    writer, wrong = store(engine), LabelScope("tickets", "7", "production")
    take(writer, CHAMPION, label("p1"), prediction("p2", "refund"))
    drop_old_predictions(engine, NOON + timedelta(days=100), 90)
    take(writer, prediction("p3", "refund"))
    with writer.transaction() as transaction:
        labels = [label(name, label_id=f"of-{name}", scope=wrong) for name in ("p1", "p3", "p4")]
        join = Join(transaction.load({}, labels), frozenset({Kind.HUMAN}), frozenset())
        assert [join.take(event) for event in labels] == ["label_fits_none", "label_fits_none", "label"]


def test_a_label_that_was_stored_without_a_model_may_come_again_with_one(engine: Engine) -> None:
    """Labels of before the first release that read their model; a correction of the same revision holds."""
    writer, scope = store(engine), LabelScope("tickets", "7")
    take(writer, CHAMPION, OTHER, label("p1"))
    take(writer, label("p1", scope=scope))
    assert joined(engine) == BOTH
    take(writer, label("p1", "bug", hours=DAY, scope=scope))
    assert joined(engine) == [
        (1, "p1", "7", "prod", "refund", "bug"),
        (2, "p1", "8", "prod", "bug", None),
    ]
    assert rows(engine, "SELECT scope_name, scope_version FROM label") == [("tickets", "7")]


@pytest.mark.parametrize("together", [True, False])
def test_a_label_serves_every_model_in_whatever_order_they_come(engine: Engine, together: bool) -> None:
    writer = store(engine)
    for name, order in enumerate(([0, 1, 2], [1, 0, 2], [2, 0, 1], [2, 1, 0], [0, 2, 1], [1, 2, 0])):
        events: list[Event] = [
            prediction(f"p{name}", "refund"),
            prediction(f"p{name}", "bug", model=SHADOW),
            label(f"p{name}"),
        ]
        batches = [[events[n] for n in order]] if together else [[events[n]] for n in order]
        for batch in batches:
            take(writer, *batch)
    assert sorted(row[1:] for row in joined(engine)) == sorted(
        (f"p{name}", version, "prod", predicted, "refund")
        for name in range(6)
        for version, predicted in (("7", "refund"), ("8", "bug"))
    )
    assert traffic(engine) == [("7", 6, 6), ("8", 6, 6)]


def test_an_id_has_one_first_row_and_one_for_each_further_model(engine: Engine) -> None:
    writer = store(engine)
    take(writer, label("p1"))
    take(writer, OTHER, prediction("p1", model=STAGING))
    take(writer, CHAMPION)
    assert rows(
        engine,
        "SELECT p.ordinal, m.version, m.environment FROM prediction p JOIN model m ON m.id = p.model_id"
        " ORDER BY ordinal",
    ) == [(0, "8", "prod"), (1, "7", "staging"), (2, "7", "prod")]
    assert StatusStore(engine).labels_waiting() == 0


def test_a_label_that_names_its_model_is_kept_as_such(engine: Engine) -> None:
    take(store(engine), label("p1", scope=LabelScope("tickets", environment="staging")))
    take(store(engine), CHAMPION, prediction("p1", "bug", model=STAGING))
    assert joined(engine) == [(1, "p1", "7", "staging", "bug", "refund")]


def test_a_label_for_a_model_that_comes_later_waits_beside_one_that_is_there(engine: Engine) -> None:
    writer = store(engine)
    take(writer, CHAMPION)
    take(writer, label("p1", scope=LabelScope(version="8")))
    assert joined(engine) == []
    take(writer, OTHER)
    assert joined(engine) == [(1, "p1", "8", "prod", "bug", "refund")]


def test_a_correction_and_a_retraction_follow_in_both(engine: Engine) -> None:
    writer = store(engine)
    take(writer, CHAMPION, OTHER, label("p1"))
    assert joined(engine) == BOTH
    take(writer, label("p1", "bug", revision=2))
    assert [row[-1] for row in joined(engine)] == ["bug", "bug"]
    take(writer, label("p1", "", revision=3, retracted=True))
    assert [row[-1] for row in joined(engine)] == [None, None]
    assert traffic(engine) == [("7", 1, 0), ("8", 1, 0)]
    assert rows(
        engine, "SELECT r.seq, m.version FROM revision r JOIN model m ON m.id = r.model_id ORDER BY r.id"
    ) == [(1, "7"), (2, "8"), (1, "7"), (2, "8")]


def test_a_shadow_with_other_content_is_no_conflict_and_the_same_model_is(engine: Engine) -> None:
    writer = store(engine)
    take(writer, CHAMPION)
    take(writer, OTHER)
    take(writer, OTHER)
    with pytest.raises(DecodeError, match="conflict"):
        take(writer, prediction("p1", "other", model=SHADOW))
    assert traffic(engine) == [("7", 1, 0), ("8", 1, 0)]


def test_a_shadow_that_comes_beside_a_stored_champion_and_new_ids(engine: Engine) -> None:
    """One id of the batch is there already, others are new, one is answered twice within the batch."""
    writer = store(engine)
    take(writer, CHAMPION, label("p1"))
    take(
        writer,
        prediction("p0", model=SHADOW),
        OTHER,
        prediction("p2"),
        prediction("p2", "bug", model=SHADOW),
        label("p2"),
    )
    take(writer, prediction("p0"), label("p0"))
    assert [row[1:3] for row in joined(engine)] == [
        ("p1", "7"), ("p1", "8"), ("p2", "7"), ("p2", "8"), ("p0", "7"), ("p0", "8")
    ]  # fmt: skip
    assert traffic(engine) == [("7", 3, 3), ("8", 3, 3)]


def test_complaints_count_for_the_models_that_they_are_about(engine: Engine) -> None:
    take(
        store(engine),
        prediction("p1", "bug"),
        prediction("p1", "bug", model=SHADOW),
        prediction("p2", "bug"),
        prediction("p2", "bug", model=SHADOW),
        label("p1", kind=Kind.COMPLAINT),
        label("p2", kind=Kind.COMPLAINT, scope=LabelScope(version="8")),
    )
    complaints = StatusStore(engine).complaints()
    assert {cell: counted.confirmed for cell, counted in complaints.items()} == {
        Cell(TICKETS, "refund"): 1,
        Cell(SHADOW, "refund"): 2,
    }


def test_retention_drops_each_prediction_by_its_own_age_and_the_next_takes_its_place(engine: Engine) -> None:
    writer = store(engine)
    take(writer, CHAMPION)
    take(
        writer,
        prediction("p1", "bug", model=SHADOW, hours=5 * DAY),
        prediction("p1", "bug", model=STAGING, hours=6 * DAY),
    )
    assert drop_old_predictions(engine, NOON + timedelta(days=11), 10) == 1
    assert rows(engine, "SELECT ordinal, ts_us IS NULL FROM prediction ORDER BY 1") == [
        (0, False),
        (2, False),
    ]

    take(writer, label("p1"))
    assert [row[2:4] for row in joined(engine)] == [("7", "staging"), ("8", "prod")]
    take(writer, prediction("p1", "bug", model=Model("tickets", "9"), hours=7 * DAY))
    assert [row[2] for row in joined(engine)] == ["7", "8", "9"]
    assert StatusStore(engine).labels_waiting() == 0


def test_labels_that_nothing_will_come_of_go_with_the_last_prediction_of_their_id(engine: Engine) -> None:
    writer = store(engine)
    take(writer, CHAMPION, label("p1", kind=Kind.COMPLAINT), prediction("p2"), label("p2"))
    take(writer, label("p2", kind=Kind.WEAK, label_id="weak"))
    drop_old_predictions(engine, NOON + timedelta(days=11), 10)
    assert rows(engine, "SELECT label_id FROM label ORDER BY 1") == [("label-p2",), ("weak",)]


def test_models_that_come_at_the_same_moment_as_the_label_each_join_it(postgresql_engine: Engine) -> None:
    writers = [store(postgresql_engine) for _ in range(3)]
    for n in range(40):
        at_once(
            lambda n=n: take(writers[0], prediction(f"p{n}")),  # type: ignore[misc]
            lambda n=n: take(writers[1], prediction(f"p{n}", "bug", model=SHADOW)),  # type: ignore[misc]
            lambda n=n: take(writers[2], label(f"p{n}")),  # type: ignore[misc]
        )
    made = joined(postgresql_engine)
    assert [row[0] for row in made] == list(range(1, 81))
    assert {row[1:3] for row in made} == {(f"p{n}", version) for n in range(40) for version in "78"}
    assert traffic(postgresql_engine) == [("7", 40, 40), ("8", 40, 40)]


def test_overlapping_batches_of_two_models_do_not_stop_each_other(postgresql_engine: Engine) -> None:
    agents = [store(postgresql_engine) for _ in range(3)]
    for turn in range(6):
        names = [f"t{turn}-{n}" for n in range(100)]
        champions = [prediction(name) for name in names]
        shadows = [prediction(name, "bug", model=SHADOW) for name in names]
        at_once(
            lambda e=[*champions, *shadows[:40]]: take(agents[0], *e),  # type: ignore[misc]
            lambda e=shadows: take(agents[1], *reversed(e)),  # type: ignore[misc]
            lambda n=names: take(agents[2], *map(label, reversed(n))),  # type: ignore[misc]
        )
    assert len({row[1:3] for row in joined(postgresql_engine)}) == len(joined(postgresql_engine)) == 1_200
    assert traffic(postgresql_engine) == [("7", 600, 600), ("8", 600, 600)]


def test_a_first_row_that_retention_drops_while_another_model_answers(postgresql_engine: Engine) -> None:
    """Whoever meets at the row waits for retention, and meets at the row that took its place."""
    writer, other = store(postgresql_engine), store(postgresql_engine)
    for n in range(20):
        take(writer, prediction(f"p{n}"), prediction(f"p{n}", model=STAGING, hours=20 * DAY))
        at_once(
            lambda: drop_old_predictions(postgresql_engine, NOON + timedelta(days=11), 10),
            lambda n=n: take(other, prediction(f"p{n}", "bug", model=SHADOW, hours=20 * DAY)),  # type: ignore[misc]
            lambda n=n: take(writer, label(f"p{n}", scope=LabelScope(version="8"))),  # type: ignore[misc]
        )
    assert {row[1:3] for row in joined(postgresql_engine)} == {(f"p{n}", "8") for n in range(20)}
    assert rows(
        postgresql_engine,
        "SELECT count(*), count(DISTINCT prediction_id), sum((ordinal = 0)::int) FROM prediction"
        " WHERE model_id IS NOT NULL",
    ) == [(40, 20, 20)]


def test_what_was_tried_of_two_models_and_not_taken_leaves_no_trace(engine: Engine) -> None:
    """As when poison cuts a batch short, between the predictions of one id."""
    writer = store(engine)
    behind = {each.key: each for each in (CHAMPION, OTHER, prediction("p2"), prediction("p2", model=SHADOW))}
    with writer.transaction() as transaction:
        memory = transaction.load(behind, [label("p2")])
        join = Join(memory, ACCEPT, frozenset())
        join.take(OTHER)
        join.take(label("p2"))
        transaction.write(join.changes(), memory)
    assert rows(engine, "SELECT prediction_id, ordinal, intent FROM prediction ORDER BY 1, 2") == [
        ("p1", 0, "bug"),
        ("p2", 0, None),
    ]
    with writer.transaction() as transaction:
        take_in(transaction, *behind.values())
    assert [row[1:3] for row in joined(engine)] == [("p2", "7"), ("p2", "8")]
    assert traffic(engine) == [("7", 2, 1), ("8", 2, 1)]
