"""A batch is saved whole or not at all, whatever its ids look like, on SQLite and PostgreSQL alike."""

import string

import pytest
from sqlalchemy import Engine

from connectors.sql.ingest.store import IngestStore
from monitor.domain.events.fates import EventFate
from monitor.domain.events.types import (
    Label,
    Model,
    Prediction,
)
from tests.stored import (
    TICKETS,
    counts,
    evaluator_sees,
    label,
    outcomes,
    prediction,
    rows,
    store,
    take,
    take_in,
)


class Crash(Exception):  # noqa: N818 - whatever ends a transaction half-way
    """The agent died."""


def crash_after(at: IngestStore, *events: Prediction | Label) -> None:
    def crash() -> None:
        with at.transaction() as transaction:
            take_in(transaction, *events)
            transaction.count({("t", EventFate.parse("prediction")): 1})
            raise Crash

    with pytest.raises(Crash):
        crash()


def test_a_rollback_leaves_nothing_and_the_same_store_tries_again(engine: Engine) -> None:
    writer = store(engine)
    crash_after(writer, prediction("p1"), label("p1"))

    nothing = {"prediction": 0, "label": 0, "outcome": 0, "counter": 0, "traffic": 0, "event_count": 0}
    assert counts(engine, *nothing) == nothing

    take(writer, prediction("p1"), label("p1"))
    assert outcomes(engine) == [(1, "p1", "refund", "refund", "label-p1")]


def test_a_model_named_in_a_rolled_back_batch_keeps_its_name(engine: Engine) -> None:
    """Its id may by then be another model's."""
    writer, eight = store(engine), Model("tickets", "8", "prod")
    crash_after(writer, prediction("p1", model=eight))

    take(writer, prediction("p2", model=TICKETS))
    take(writer, prediction("p1", model=eight))
    take(store(engine), label("p1"), label("p2"))

    assert {(o.prediction_id, o.model) for o in evaluator_sees(engine)} == {("p1", eight), ("p2", TICKETS)}


@pytest.mark.parametrize(
    "odd",
    [
        "ü" * 255,
        "a" * 255,
        "🦜🪝",
        "tab\tline\nback\\slash",
        r"\N",
        r"\.",
        "'; DROP TABLE",
        "%s ? {ids}",
        " ",
    ],
)
def test_any_id_comes_back_as_it_was(engine: Engine, odd: str) -> None:
    writer = store(engine)
    model = Model(odd, odd, odd)
    take(writer, prediction(odd, odd, model=model, slices={odd: odd}))
    take(writer, label(odd, odd, label_id=odd))
    take(
        writer,
        label(odd, odd, label_id=odd, revision=2),
        prediction(odd, odd, model=model, slices={odd: odd}),
    )

    (outcome,) = evaluator_sees(engine)
    assert (outcome.prediction_id, outcome.intent, outcome.predicted) == (odd, odd, odd)
    assert outcome.model == model
    assert outcome.slices == {odd: odd}


def test_a_batch_of_thousands_is_as_exact_as_one_by_one(engine: Engine) -> None:
    names = [f"{a}{b}{c}" for a in string.ascii_letters for b in string.ascii_letters[:10] for c in "xyz"]
    writer = store(engine)
    take(writer, *map(prediction, names[::2]), *map(label, names[::3]))
    take(writer, *map(prediction, names), *map(label, names))

    assert len(names) == 1_560
    assert [row[0] for row in outcomes(engine)] == list(range(1, 1_561))
    assert sorted(row[1] for row in outcomes(engine)) == sorted(names)
    assert rows(engine, "SELECT sum(predictions), sum(labelled) FROM traffic") == [(1_560, 1_560)]
