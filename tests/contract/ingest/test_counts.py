"""What is counted beside the outcomes: traffic, event counts, the latest event, dead letters."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from connectors.sql.evaluate.store import EvaluationStore
from connectors.sql.ingest import counts as ingest_counts
from monitor.domain.events.fates import EventFate
from monitor.domain.events.types import (
    DeadLetter,
    Record,
)
from tests.stored import (
    NOON,
    P0,
    label,
    prediction,
    rows,
    store,
    take,
)


def test_traffic_counts_predictions_and_labelled_ones_by_hour_and_intent(engine: Engine) -> None:
    writer = store(engine)
    take(writer, prediction("a"), prediction("b"), prediction("c", "cancel"), prediction("d", hours=1))
    take(writer, label("a", "cancel"), label("c"), prediction("e"), label("e"))

    noon = 498_660  # whole hours from 1970 to 2026-11-20 12:00
    assert rows(engine, "SELECT hour, predicted, predictions, labelled FROM traffic ORDER BY 1, 2") == [
        (noon, "cancel", 1, 1),
        (noon, "refund", 3, 2),
        (noon + 1, "refund", 1, 0),
    ]


def test_event_counts_add_up_and_a_zero_leaves_no_row(engine: Engine) -> None:
    writer = store(engine)
    for _ in range(2):
        with writer.transaction() as transaction:
            transaction.count(
                {
                    ("t", EventFate.parse("prediction")): 3,
                    ("t", EventFate.parse("rejected:not_json")): 1,
                    ("t", EventFate.parse("label")): 0,
                }
            )

    assert rows(engine, "SELECT topic, became, count FROM event_count ORDER BY became") == [
        ("t", "prediction", 6),
        ("t", "rejected:not_json", 2),
    ]


def test_the_latest_event_time_only_rises(engine: Engine) -> None:
    writer, evaluations = store(engine), EvaluationStore(engine)
    with evaluations.evaluation() as transaction:
        assert transaction.latest_event() is None
    take(writer, prediction("p1", hours=2), label("p1", hours=-30))
    with evaluations.evaluation() as transaction:
        assert transaction.latest_event() == NOON + timedelta(hours=2)
    take(writer, prediction("p2", hours=1))
    with evaluations.evaluation() as transaction:
        assert transaction.latest_event() == NOON + timedelta(hours=2)


def letter(offset: int, minute: int = 0) -> DeadLetter:
    record = Record(P0, offset, b"{", headers=(("trace", b"\xff"),))
    return DeadLetter(record, "not_json", "it ends early", NOON + timedelta(minutes=minute))


def test_a_dead_letter_is_noted_once_with_its_hash_and_header_names_but_not_its_bytes(engine: Engine) -> None:
    writer = store(engine)
    for _ in range(2):
        with writer.transaction() as transaction:
            transaction.bury([letter(7)])

    sha256_of_a_brace = "021fb596db81e6d02bf3d2586ee3981fe519f275c0ac9ca76bbcf2ebb4097d96"
    assert rows(engine, 'SELECT topic, "partition", "offset", code, headers, sha256 FROM dead_letter') == [
        ("predictions", 0, 7, "not_json", "['trace']", sha256_of_a_brace)
    ]


def test_only_the_newest_dead_letters_are_kept(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest_counts, "DEAD_LETTERS_KEPT", 3)
    writer = store(engine)
    for offset in range(6):
        with writer.transaction() as transaction:
            transaction.bury([letter(offset, minute=offset)])

    # The table is cut behind the row after the last kept row, so that rows of equal time go or stay together.
    assert rows(engine, 'SELECT "offset" FROM dead_letter ORDER BY 1') == [(2,), (3,), (4,), (5,)]
