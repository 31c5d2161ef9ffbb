"""Whose ticket one is stays with its outcome, on both databases, however late its label comes."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from alembic import command
from sqlalchemy import Engine, text

from connectors.sql.database import open_engine, writing
from connectors.sql.erasure import ErasureStore
from connectors.sql.migrate import config, upgrade
from connectors.sql.retention import drop_old_predictions
from monitor.domain.events.subjects import customer_number, subject_hash
from tests.stored import NOON, SHADOW, evaluator_sees, label, prediction, rows, store, take

ANN, BOB = (customer_number(subject_hash(name, "pepper")) for name in ("ann", "bob"))


def customers(engine: Engine) -> list[int | None]:
    return [outcome.customer for outcome in evaluator_sees(engine)]


def test_an_outcome_has_its_predictions_customer_whether_the_label_comes_with_it_or_later(
    engine: Engine,
) -> None:
    take(store(engine), prediction("a", customer=ANN), label("a"))
    take(store(engine), prediction("b", customer=BOB), prediction("c"))
    take(store(engine), label("b"), label("c"))
    assert customers(engine) == [ANN, BOB, None]


def test_a_prediction_that_its_label_waited_for_brings_its_customer(engine: Engine) -> None:
    take(store(engine), label("a"))
    take(store(engine), prediction("a", customer=ANN))
    assert customers(engine) == [ANN]


def test_each_model_has_the_customer_that_it_was_asked_about(engine: Engine) -> None:
    take(store(engine), prediction("a", customer=ANN), label("a"))
    take(store(engine), prediction("a", model=SHADOW, customer=BOB))
    assert customers(engine) == [ANN, BOB]


def test_a_correction_leaves_the_customer_and_so_does_retention(engine: Engine) -> None:
    take(store(engine), prediction("a", customer=ANN), label("a"))
    drop_old_predictions(engine, NOON + timedelta(days=100), 1)
    take(store(engine), label("a", "billing", revision=2))
    take(store(engine), prediction("a", customer=ANN, model=SHADOW))
    assert customers(engine)[0] == ANN
    assert rows(engine, "SELECT count(*) FROM prediction WHERE prediction_id = 'a'")[0][0] <= 1


def test_erasure_leaves_no_number_of_a_person_behind(engine: Engine) -> None:
    take(store(engine), prediction("a", customer=ANN), label("a"), prediction("b", customer=ANN))
    ErasureStore(engine).erase(["a", "b"], None, NOON)
    for table in ("prediction", "outcome"):
        assert rows(engine, f"SELECT count(*) FROM {table} WHERE customer IS NOT NULL") == [(0,)]


@pytest.fixture
def before(database_url: str) -> Iterator[Engine]:
    engine = open_engine(database_url)
    with writing(engine) as connection:
        command.upgrade(config(connection), "0013")
    yield engine
    engine.dispose()


def test_a_database_of_before_gets_its_customers_from_the_stored_subjects(before: Engine) -> None:
    with writing(before) as connection:
        connection.execute(
            text("INSERT INTO model (name, version, environment) VALUES ('tickets', '7', 'prod')")
        )
        for seq, name in enumerate(("known", "nobody", "two"), 1):
            connection.execute(
                text(
                    "INSERT INTO outcome (seq, prediction_id, model_id, ts_us, predicted, intent, label_id,"
                    " labeled_at_us, kind, design, digest)"
                    " VALUES (:seq, :id, 1, 0, 'refund', 'refund', :id, 0, 'human', 'unknown', :digest)"
                ),
                {"seq": seq, "id": name, "digest": bytes(16)},
            )
        for name, subject in (("known", "ann"), ("two", "ann"), ("two", "bob")):
            connection.execute(
                text("INSERT INTO subject (prediction_id, subject) VALUES (:id, :subject)"),
                {"id": name, "subject": subject_hash(subject, "pepper")},
            )
    upgrade(before)
    assert customers(before) == [ANN, None, None]
