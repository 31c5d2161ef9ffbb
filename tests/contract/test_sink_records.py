"""The queue of each sink: what waits and how long, when it is tried again, when it last went well and when not."""

from datetime import timedelta

import msgspec
from sqlalchemy import Engine

from connectors.sql.outbox import Outbox
from connectors.sql.review.sinks import SinkRecords
from monitor.review.ports.sinks import SinkRecord
from reports.tables.sinks import sinks_view
from tests.contract.outboxes import write
from tests.notices import AT
from tests.stored import NOON

MINUTE = timedelta(minutes=1)
NOW = AT + 60 * MINUTE


def record(engine: Engine, name: str = "slack") -> SinkRecord:
    (made,) = SinkRecords(engine).of([name])
    return made


def test_a_sink_that_was_sent_nothing_has_an_empty_queue(engine: Engine) -> None:
    assert record(engine) == SinkRecord("slack", 0, 0, 0, None, None, None, None, "")


def test_a_sink_s_queue_from_the_first_that_waits_to_the_next_try(engine: Engine) -> None:
    write(engine, ("a", 1, "slack"), ("b", 2, "slack"), ("c", 3, "slack"), ("d", 1, "pager"))
    assert record(engine) == SinkRecord("slack", 3, 0, 0, AT, None, None, AT, "")
    outbox = Outbox(engine)
    first, second = outbox.claim(NOW, ["pager"]), outbox.claim(NOW + MINUTE, ["pager"])
    assert first is not None
    assert second is not None
    outbox.again(first, NOW + 5 * MINUTE, "503")
    outbox.failed(second, "404")
    assert record(engine) == SinkRecord("slack", 2, 0, 1, AT, None, NOW + MINUTE, AT, "404")
    third = outbox.claim(NOW + 2 * MINUTE, ["pager"])
    assert third is not None
    assert record(engine).next_try == NOW + 5 * MINUTE, "what is under way is no longer to be tried"
    outbox.sent(third, NOW + 3 * MINUTE)
    assert record(engine) == SinkRecord(
        "slack", 1, 1, 1, AT, NOW + 3 * MINUTE, NOW + MINUTE, NOW + 5 * MINUTE, "404"
    )
    again = outbox.claim(NOW + 5 * MINUTE, ["pager"])
    assert again is not None
    assert record(engine).next_try is None
    outbox.sent(again, NOW + 6 * MINUTE)
    done = record(engine)
    assert (done.waiting, done.oldest_waiting, done.next_try) == (0, None, None)
    assert (done.last_sent, done.last_failed, done.last_error) == (NOW + 6 * MINUTE, NOW + MINUTE, "404")
    assert record(engine, "pager").waiting == 1


def test_people_see_ages_and_whether_it_is_due_and_programs_the_moments() -> None:
    waits = SinkRecord("slack", 2, 5, 1, NOON - 90 * MINUTE, NOON, NOON, NOON + MINUTE, "503")
    due, idle = waits._replace(next_try=NOON), SinkRecord("mail", 0, 0, 0, None, None, None, None, "")
    under_way = waits._replace(waiting=1, next_try=None)
    view = sinks_view([waits, due, under_way, idle], {"slack": "slack", "mail": "email"}, NOON)
    noon, next_minute = "2026-11-20 12:00 UTC", "2026-11-20 12:01 UTC"
    assert [list(row)[5:] for row in view.blocks[0].rows] == [
        ["1 h 30 min", next_minute, noon, noon, "503"],
        ["1 h 30 min", "now", noon, noon, "503"],
        ["1 h 30 min", "under way", noon, noon, "503"],
        ["-", "-", "-", "-", "-"],
    ]
    first = msgspec.to_builtins(view.content)[0]
    assert first["oldest_waiting"] == "2026-11-20T10:30:00+00:00"
    assert first["next_try"] == "2026-11-20T12:01:00+00:00"
