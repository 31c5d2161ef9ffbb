"""Who was told that a sink is in trouble is known to every agent until they were told of its end."""

from datetime import timedelta

from sqlalchemy import Engine

from connectors.sql.outbox import Outbox
from monitor.deliver.ports import Outage
from monitor.domain.telling.about import SinkRecovery
from monitor.domain.telling.kinds import NoticeKind
from monitor.domain.telling.notices import Notice
from tests.contract.outboxes import SECOND, claimed, write
from tests.stored import NOON, rows

HOUR = timedelta(hours=1)


def trouble(engine: Engine, through: str, hours: int, notification: str = "n1:chat") -> None:
    at = NOON + hours * HOUR
    notice = Notice.of_sink("chat", "chat answered 503", notification, at)
    Outbox(engine).tell_trouble("chat", through, [notice], at)


def end(engine: Engine, hours: int = 9) -> None:
    outage = Outbox(engine).outage("chat", NOON + hours * HOUR)
    assert outage is not None
    recovery = SinkRecovery(sink="chat", since=outage.since, waited=outage.waiting)
    Outbox(engine).tell_recovery("chat", outage.hearers, Notice.of_sink_again(recovery, NOON + hours * HOUR))


def test_a_trouble_has_its_beginning_and_all_who_were_told_of_it(engine: Engine) -> None:
    assert Outbox(engine).outage("chat", NOON) is None
    trouble(engine, "pager", 1)
    trouble(engine, "mail", 2, "n2:chat")
    trouble(engine, "pager", 3, "n3:chat")
    assert Outbox(engine).outage("chat", NOON + 4 * HOUR) == Outage(NOON + HOUR, ["mail", "pager"], 0)
    assert Outbox(engine).outage("pager", NOON + 4 * HOUR) is None


def test_its_end_is_told_to_them_once_behind_its_beginning(engine: Engine) -> None:
    trouble(engine, "pager", 1)
    end(engine)
    assert Outbox(engine).outage("chat", NOON) is None
    assert rows(engine, "SELECT sink, kind FROM notification ORDER BY number") == [
        ("pager", NoticeKind.SINK_FAILED),
        ("pager", NoticeKind.SINK_WORKING),
    ]
    first = Outbox(engine).claim(NOON + 10 * HOUR)
    assert first is not None
    assert first.notice.kind is NoticeKind.SINK_FAILED
    assert Outbox(engine).claim(NOON + 10 * HOUR) is None


def test_another_trouble_later_is_one_of_its_own(engine: Engine) -> None:
    trouble(engine, "pager", 1)
    end(engine)
    trouble(engine, "mail", 20, "n9:chat")
    assert Outbox(engine).outage("chat", NOON + 21 * HOUR) == Outage(NOON + 20 * HOUR, ["mail"], 0)
    end(engine, 22)
    kinds = rows(engine, "SELECT sink FROM notification WHERE kind = 'sink.working' ORDER BY number")
    assert kinds == [("pager",), ("mail",)]


def test_two_agents_that_see_the_same_end_tell_it_once(engine: Engine) -> None:
    trouble(engine, "pager", 1)
    outage = Outbox(engine).outage("chat", NOON + 9 * HOUR)
    assert outage is not None
    for waited in (2, 1):
        recovery = SinkRecovery(sink="chat", since=outage.since, waited=waited)
        Outbox(engine).tell_recovery("chat", ["pager"], Notice.of_sink_again(recovery, NOON + 9 * HOUR))
    assert rows(engine, "SELECT count(*) FROM notification WHERE kind = 'sink.working'") == [(1,)]


def test_what_waits_is_what_was_not_taken_or_is_due_and_not_what_quiet_hours_hold(engine: Engine) -> None:
    write(engine, ("tried", 1, "chat"), ("due", 2, "chat"), ("held", 3, "chat"), ("other", 4, "pager"))
    outbox = Outbox(engine)
    due = outbox.claim(NOON, ["pager"])
    assert due is not None
    outbox.again(due, NOON + 3 * HOUR, "chat answered 503")
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE notification SET next_attempt_us = 9000000000000000 WHERE id = 'held:chat'"
        )
    trouble(engine, "pager", 1)
    outage = outbox.outage("chat", NOON + HOUR)
    assert outage is not None
    assert outage.waiting == 2
    assert claimed(outbox, int(HOUR / SECOND)) is not None
