"""A database of before, whose ids had one prediction each: upgraded, it goes on where it was, to the last label."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from alembic import command
from sqlalchemy import Engine, text

from connectors.sql.database import open_engine, reading, writing
from connectors.sql.dialect import Dialect
from connectors.sql.erasure import ErasureStore
from connectors.sql.migrate import config, upgrade
from connectors.sql.retention import dropped_before
from monitor.domain.events.microseconds import to_us
from monitor.domain.events.types import Partition, Prediction
from tests.stored import NOON, SHADOW, label, outcomes, prediction, rows, store, take

MADE, LABELLED, DROPPED = (prediction(name) for name in ("made", "labelled", "dropped"))
AT = to_us(NOON)
MICROSECOND = timedelta(microseconds=1)
P0 = Partition("predictions", 0)


def prediction_row(made: Prediction) -> dict[str, object]:
    return {"id": made.prediction_id, "at": AT, "digest": made.digest}


@pytest.fixture
def before(database_url: str) -> Iterator[Engine]:
    """A prediction alone, a labelled one, one that retention dropped but for its outcome, and a label that waits."""
    engine = open_engine(database_url)
    with writing(engine) as connection:
        command.upgrade(config(connection), "0006")
    statements: list[tuple[str, dict[str, object]]] = [
        ("INSERT INTO model (name, version, environment) VALUES ('tickets', '7', 'prod')", {}),
        ("INSERT INTO prediction (prediction_id) VALUES ('waits')", {}),
        ("INSERT INTO counter (name, value) VALUES ('outcome', 2)", {}),
        ("INSERT INTO traffic (model_id, hour, predicted, predictions, labelled)"
         f" VALUES (1, {AT // 3_600_000_000}, 'refund', 3, 2)", {}),
        ("INSERT INTO position (cluster_id, group_id, topic, \"partition\", next_offset, epoch, rejected_in_a_row,"
         " incarnation) VALUES ('cluster', 'group', 'predictions', 0, 41, 1, 0, 'first')", {}),
        ("INSERT INTO position (cluster_id, group_id, topic, \"partition\", next_offset, epoch, rejected_in_a_row,"
         " incarnation) VALUES ('cluster', 'group', 'predictions', 1, NULL, 1, 0, '')", {}),
        ("INSERT INTO subject (prediction_id, subject) VALUES ('labelled', 'ann'), ('dropped', 'ann')", {}),
    ]  # fmt: skip
    for made in (MADE, LABELLED):
        statements.append(
            (
                "INSERT INTO prediction (prediction_id, model_id, ts_us, intent, score, digest)"
                " VALUES (:id, 1, :at, 'refund', 0.5, :digest)",
                prediction_row(made),
            )
        )
    for seq, made in enumerate((LABELLED, DROPPED), 1):
        statements.append(
            (
                "INSERT INTO outcome (seq, prediction_id, model_id, ts_us, predicted, intent, label_id, labeled_at_us,"
                " kind, design, digest) VALUES (:seq, :id, 1, :at, 'refund', 'refund', :label, :labelled, 'human',"
                " 'unknown', :digest)",
                prediction_row(made)
                | {"seq": seq, "label": f"label-{made.prediction_id}", "labelled": AT + 24 * 3_600_000_000},
            )
        )
    for name in ("waits", "labelled", "dropped"):
        statements.append(
            (
                "INSERT INTO label (label_id, prediction_id, intent, labeled_at_us, revision, retracted, kind, design)"
                " VALUES (:label, :id, 'refund', :at, 1, false, 'human', 'unknown')",
                {"label": f"label-{name}", "id": name, "at": AT + 24 * 3_600_000_000},
            )
        )
    for name in ("made", "labelled", "dropped"):
        statements.append(
            (
                "INSERT INTO description (prediction_id, descriptors, own_words, vocabulary, text)"
                " VALUES (:id, '[]', '{}', '', :text)",
                {"id": name, "text": f"text of {name}"},
            )
        )
    with engine.begin() as connection:
        for statement, values in statements:
            connection.execute(text(statement), values)
    yield engine
    engine.dispose()


@pytest.fixture
def upgraded(before: Engine) -> Engine:
    upgrade(before)
    return before


def test_nothing_is_lost_and_each_description_finds_its_model(upgraded: Engine) -> None:
    assert rows(upgraded, "SELECT prediction_id, ordinal, model_id FROM prediction ORDER BY 1") == [
        ("labelled", 0, 1),
        ("made", 0, 1),
        ("waits", 0, None),
    ]
    assert rows(upgraded, "SELECT prediction_id, model_id, text FROM description ORDER BY 1") == [
        (name, 1, f"text of {name}") for name in ("dropped", "labelled", "made")
    ]
    assert [row[1:] for row in outcomes(upgraded)] == [
        (name, "refund", "refund", f"label-{name}") for name in ("labelled", "dropped")
    ]


def test_what_was_there_is_a_repeat_and_waiting_labels_still_wait(upgraded: Engine) -> None:
    writer = store(upgraded)
    take(writer, MADE, LABELLED, label("labelled"), label("waits"))
    assert rows(upgraded, "SELECT predictions, labelled FROM traffic") == [(3, 2)]
    take(writer, prediction("waits"), label("made"))
    assert [row[1] for row in outcomes(upgraded)] == ["labelled", "dropped", "waits", "made"]


def test_a_shadow_joins_the_labels_of_before(upgraded: Engine) -> None:
    take(store(upgraded), prediction("labelled", "bug", model=SHADOW), prediction("waits", model=SHADOW))
    assert [row[:4] for row in outcomes(upgraded)][2:] == [
        (3, "labelled", "bug", "refund"),
        (4, "waits", "refund", "refund"),
    ]


def test_a_correction_reaches_the_outcome_of_a_dropped_prediction(upgraded: Engine) -> None:
    take(store(upgraded), label("dropped", "bug", revision=2))
    assert outcomes(upgraded)[1] == (2, "dropped", "refund", "bug", "label-dropped")


def test_a_person_of_before_is_erased(upgraded: Engine) -> None:
    removed = ErasureStore(upgraded).erase([], "ann", NOON).rows
    assert removed == {
        "outcomes": 2, "revisions": 0, "labels": 2, "predictions": 1, "subjects": 2, "descriptions": 2,
        "draws": 0, "draw candidates": 0, "kept answers": 0,
    }  # fmt: skip
    assert rows(upgraded, "SELECT predictions, labelled FROM traffic") == [(1, 0)]


def test_how_far_it_was_read_is_known_as_read_once(upgraded: Engine) -> None:
    writer = store(upgraded)
    writer.claim([P0, Partition("predictions", 1)], incarnations={"predictions": "first"})
    assert writer.furthest([P0, Partition("predictions", 1)]) == {P0: 41, Partition("predictions", 1): 0}


@pytest.mark.parametrize(
    ("statement", "dropped"),
    [
        (f"UPDATE outcome SET ts_us = {AT} - 3600000000 WHERE prediction_id = 'dropped'", NOON),
        ("DELETE FROM prediction", NOON + MICROSECOND),
        ("DELETE FROM outcome WHERE prediction_id = 'dropped'", None),
    ],
    ids=["the oldest that is left", "after the last that is gone", "nothing was dropped"],
)
def test_what_retention_had_dropped_is_known_as_dropped_from_the_first_start_on(
    before: Engine, statement: str, dropped: datetime | None
) -> None:
    """Told by outcomes without a prediction: read again before the next retention, nothing counts twice."""
    with writing(before) as connection:
        connection.execute(text(statement))
    upgrade(before)
    with reading(before) as connection:
        assert dropped_before(Dialect(connection)) == dropped


def test_taken_back_each_id_keeps_its_first_prediction_and_outcome(upgraded: Engine) -> None:
    take(store(upgraded), prediction("labelled", "bug", model=SHADOW))
    with writing(upgraded) as connection:
        command.downgrade(config(connection), "0006")
    assert [row[1] for row in outcomes(upgraded)] == ["labelled", "dropped"]
    assert rows(upgraded, "SELECT prediction_id, model_id FROM prediction ORDER BY 1") == [
        ("labelled", 1),
        ("made", 1),
        ("waits", None),
    ]
    assert rows(upgraded, "SELECT value FROM counter WHERE name = 'dropped_before_us'") == []
    upgrade(upgraded)
    take(store(upgraded), prediction("labelled", "bug", model=SHADOW))
    assert [row[1:3] for row in outcomes(upgraded)][2:] == [("labelled", "bug")]
