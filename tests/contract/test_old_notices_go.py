"""Notices and silences that are long over go, plans and lines beyond a number too; what they say in sum stays."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from connectors.sql.evaluate.store import EvaluationStore
from connectors.sql.incidents.history import FIRST_KEPT, LINES_MAX
from connectors.sql.old_notices import drop_old_notices
from connectors.sql.outbox import Outbox
from connectors.sql.review.incidents import IncidentRecords
from connectors.sql.review.sinks import SinkRecords
from connectors.sql.silences import HOLDING_MAX, SilenceStore
from monitor.domain.events.microseconds import from_us
from monitor.domain.incidents.history import CellsBroke, HistoryKind, HistoryLine, LinesLeftOut
from monitor.domain.slices.cells import Cell
from monitor.errors import ConfigError
from tests.contract.outboxes import write
from tests.stored import NOON, TICKETS, counts, rows

DAY = timedelta(days=1)
REFUND = Cell(TICKETS, "refund")


def test_what_was_sent_goes_when_it_is_old_and_the_sink_s_totals_stay(engine: Engine) -> None:
    outbox = Outbox(engine)
    write(engine, ("a", 0, "mail"), ("b", 0, "mail"), ("c", 0, "mail"), ("d", 0, "page"))
    for end in (outbox.sent, outbox.sent):
        due = outbox.claim(NOON)
        assert due is not None
        end(due, NOON)
    due = outbox.claim(NOON)
    assert due is not None
    outbox.failed(due, "refused")
    before = SinkRecords(engine).of(["mail", "page"])
    assert [(sink.sent, sink.failed, sink.waiting) for sink in before] == [(2, 1, 0), (0, 0, 1)]

    ((created_us,), *_) = rows(engine, "SELECT created_us FROM notification")
    created = from_us(created_us)
    assert drop_old_notices(engine, created + 10 * DAY, 10) == 0
    assert drop_old_notices(engine, created + 10 * DAY + timedelta(seconds=1), 10) == 3
    after = SinkRecords(engine).of(["mail", "page"])
    assert [(sink.sent, sink.failed, sink.waiting) for sink in after] == [(2, 1, 0), (0, 0, 1)]
    assert counts(engine, "notification") == {"notification": 1}  # it waits still


def test_notices_of_an_incident_stay_until_it_has_been_closed_as_long(engine: Engine) -> None:
    with EvaluationStore(engine).evaluation() as transaction:
        incident = transaction.new_incident("tickets", "prod", NOON).id
    write(engine, ("a", incident, "mail"))
    outbox = Outbox(engine)
    due = outbox.claim(NOON)
    assert due is not None
    outbox.sent(due, NOON)
    assert drop_old_notices(engine, NOON + 99 * DAY, 10) == 0
    with EvaluationStore(engine).evaluation() as transaction:
        transaction.close_incident(incident, "resolved", NOON + 95 * DAY)
    assert drop_old_notices(engine, NOON + 99 * DAY, 10) == 0
    assert drop_old_notices(engine, NOON + 106 * DAY, 10) == 1
    assert counts(engine, "incident") == {"incident": 1}


def test_silences_go_as_long_after_their_end(engine: Engine) -> None:
    silences = SilenceStore(engine)
    silences.add({}, "ann", "over", NOON, NOON + DAY)
    silences.add({}, "ann", "holds", NOON, NOON + 50 * DAY)
    drop_old_notices(engine, NOON + 12 * DAY, 10)
    assert [silence.reason for silence in silences.all()] == ["holds"]


def test_no_more_silences_hold_than_an_evaluation_can_look_at(engine: Engine) -> None:
    silences = SilenceStore(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO silence (matchers, author, reason, begins_us, ends_us)"
            " WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)"
            " SELECT '{}', 'ann', 'loop', 0, 4000000000000000 FROM n"
        )
    assert counts(engine, "silence") == {"silence": HOLDING_MAX}
    with pytest.raises(ConfigError, match="1,000 silences hold already"):
        silences.add({}, "ann", "one more", NOON, NOON + DAY)
    silences.expire(1, NOON - DAY)
    silences.add({}, "ann", "in its place", NOON, NOON + DAY)


def test_an_incident_that_swings_keeps_how_it_began_how_it_is_and_what_people_wrote(engine: Engine) -> None:
    minute = timedelta(minutes=1)
    with EvaluationStore(engine).evaluation() as transaction:
        incident = transaction.new_incident("tickets", "prod", NOON).id
        for number in range(1_500):
            if number == 700:
                person = HistoryLine(NOON + number * minute, "ann", HistoryKind.NOTE, "seen")
                transaction.note(incident, person)
            why = CellsBroke((REFUND,), number + 1)
            line = HistoryLine(NOON + number * minute, "anchorwatch", HistoryKind.REOPENED, why)
            transaction.note(incident, line)
    (status,) = IncidentRecords(engine).all()
    history = status.history
    assert len(history) == LINES_MAX
    # 1,501 lines were written, 502 of them are one now: those of the 101st minute until the 602nd.
    assert history[FIRST_KEPT].why == LinesLeftOut(502, NOON + 601 * minute)
    openings = [line.why.opening for line in history if isinstance(line.why, CellsBroke)]
    assert openings == [*range(1, FIRST_KEPT + 1), *range(603, 1_501)]
    assert [line.why for line in history if line.who == "ann"] == ["seen"]
