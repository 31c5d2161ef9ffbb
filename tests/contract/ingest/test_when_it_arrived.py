"""Predictions and labels keep when they arrived by our own clock, whatever time they carry, on both databases."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from alembic import command
from sqlalchemy import Engine

from connectors.sql.database import writing
from connectors.sql.ingest.store import IngestStore
from connectors.sql.migrate import config, upgrade
from monitor.domain.events.microseconds import to_us
from monitor.domain.events.types import Label, Prediction
from tests.stored import NOON, SHADOW, label, prediction, rows, store, take_in

EARLY, LATE = NOON + timedelta(hours=1), NOON + timedelta(hours=2)


def arrive(at: IngestStore, when: datetime, *events: Prediction | Label) -> None:
    with at.transaction(when) as transaction:
        take_in(transaction, *events)


def predictions(engine: Engine) -> Sequence[tuple[Any, ...]]:
    return rows(
        engine, "SELECT prediction_id, ordinal, received_us FROM prediction ORDER BY prediction_id, ordinal"
    )


def labels(engine: Engine) -> Sequence[tuple[Any, ...]]:
    return rows(engine, "SELECT label_id, revision, received_us FROM label ORDER BY label_id")


def test_it_is_the_time_of_their_batch_and_not_the_time_they_carry(engine: Engine) -> None:
    writer = store(engine)
    arrive(writer, EARLY, prediction("a", hours=-999), label("a", hours=-900))
    arrive(writer, LATE, prediction("b", hours=20), label("b", hours=-50))
    assert predictions(engine) == [("a", 0, to_us(EARLY)), ("b", 0, to_us(LATE))]
    assert labels(engine) == [("label-a", 1, to_us(EARLY)), ("label-b", 1, to_us(LATE))]


def test_one_of_a_batch_where_others_are_repeats_has_its_own(engine: Engine) -> None:
    writer = store(engine)
    arrive(writer, EARLY, prediction("a"), prediction("c"), label("a"))
    arrive(writer, LATE, prediction("a"), prediction("b"), prediction("c"), label("a"), label("b"))
    assert predictions(engine) == [("a", 0, to_us(EARLY)), ("b", 0, to_us(LATE)), ("c", 0, to_us(EARLY))]
    assert labels(engine) == [("label-a", 1, to_us(EARLY)), ("label-b", 1, to_us(LATE))]


def test_a_prediction_after_its_label_and_a_shadow_have_theirs(engine: Engine) -> None:
    writer = store(engine)
    arrive(writer, EARLY, label("a"), prediction("b"))
    assert predictions(engine) == [("a", 0, None), ("b", 0, to_us(EARLY))]
    arrive(writer, LATE, prediction("a"), prediction("b", model=SHADOW))
    assert predictions(engine) == [("a", 0, to_us(LATE)), ("b", 0, to_us(EARLY)), ("b", 1, to_us(LATE))]
    assert labels(engine) == [("label-a", 1, to_us(EARLY))]


def test_a_label_says_when_the_revision_that_holds_arrived(engine: Engine) -> None:
    writer = store(engine)
    arrive(writer, EARLY, prediction("a"), label("a", "refund", revision=2))
    arrive(writer, LATE, label("a", "cancel", revision=1))
    assert labels(engine) == [("label-a", 2, to_us(EARLY))]
    arrive(writer, LATE, label("a", "cancel", revision=3))
    assert labels(engine) == [("label-a", 3, to_us(LATE))]


def test_of_what_a_database_of_before_held_nobody_knows_and_it_goes_on(engine: Engine) -> None:
    writer = store(engine)
    arrive(writer, EARLY, prediction("a"), label("a"))
    with writing(engine) as connection:
        command.downgrade(config(connection), "0008")
    upgrade(engine)
    assert predictions(engine) == [("a", 0, None)]
    assert labels(engine) == [("label-a", 1, None)]
    arrive(writer, LATE, prediction("a"), label("a", "cancel", revision=2), prediction("b"))
    assert predictions(engine) == [("a", 0, None), ("b", 0, to_us(LATE))]
    assert labels(engine) == [("label-a", 2, to_us(LATE))]
