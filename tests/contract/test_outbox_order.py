"""Which notification goes next: a page before all else, and what is about the same thing in its order."""

import time
from datetime import timedelta

import msgspec
from sqlalchemy import Engine

from connectors.sql.database import writing
from connectors.sql.evaluate.store import EvaluationStore
from connectors.sql.outbox import Outbox
from monitor.domain.events.types import Model
from monitor.domain.slices.cells import Cell
from monitor.domain.telling.kinds import NoticeKind
from monitor.domain.telling.notices import Notice
from tests.contract.outboxes import SECOND, claimed, write
from tests.notices import TICKETS, notice
from tests.stored import NOON


def concerning(engine: Engine, name: str, kind: NoticeKind, intent: str, model: Model = TICKETS) -> None:
    """Write a notice that is about no incident."""
    about = [(Cell(model, intent), "no labels for 4 days")]
    made = msgspec.structs.replace(Notice.of_cells(kind, model, about, NOON), id=name)
    with EvaluationStore(engine).evaluation() as transaction:
        transaction.enqueue(made, ["slack"])


def test_what_is_about_no_incident_holds_up_only_what_is_about_the_same(engine: Engine) -> None:
    concerning(engine, "a", NoticeKind.STALE, "refund")
    concerning(engine, "b", NoticeKind.STALE, "refund", Model("mails", "1", "prod"))
    concerning(engine, "c", NoticeKind.FLOWING, "refund")
    outbox = Outbox(engine)
    stuck = outbox.claim(NOON)
    assert stuck is not None
    outbox.again(stuck, NOON + 5 * SECOND, "503")

    assert [claimed(outbox), claimed(outbox)] == ["b:slack", None]
    assert claimed(outbox, 5) == "a:slack"


def test_a_page_goes_before_all_else_and_what_is_about_no_incident_last(engine: Engine) -> None:
    concerning(engine, "stale", NoticeKind.STALE, "refund")
    write(engine, *((f"ack{n}", n, "slack") for n in (1, 2)))
    write(engine, ("over", 3, "slack"), kind=NoticeKind.RESOLVED)
    write(engine, ("page", 3, "slack"), kind=NoticeKind.REOPENED)
    outbox = Outbox(engine)
    order = []
    while (due := outbox.claim(NOON)) is not None:
        outbox.sent(due, NOON)
        order.append(due.id.removesuffix(":slack"))
    assert order == ["over", "page", "ack1", "ack2", "stale"]


def test_a_clock_that_was_set_back_makes_nobody_wait_for_it(engine: Engine) -> None:
    write(engine, ("a", 1, "slack"), ("b", 2, "slack"))
    outbox = Outbox(engine)
    failed, dead = outbox.claim(NOON), outbox.claim(NOON)
    assert failed is not None
    assert dead is not None
    outbox.again(failed, NOON + 900 * SECOND, "503")
    an_hour_before = NOON - timedelta(hours=1)
    claims = [outbox.claim(an_hour_before) for _ in range(3)]
    assert [due and due.id for due in claims] == ["a:slack", "b:slack", None]


def test_what_waits_for_the_morning_waits_by_the_clock_of_people(engine: Engine) -> None:
    with EvaluationStore(engine).evaluation() as transaction:
        transaction.enqueue(notice(id="a", incident=1), ["slack"], NOON + timedelta(hours=8))
    outbox = Outbox(engine)
    assert [claimed(outbox), claimed(outbox, -3600), claimed(outbox, 8 * 3600)] == [None, None, "a:slack"]


def test_what_must_not_wait_takes_along_what_its_incident_held_back_for_the_morning(engine: Engine) -> None:
    """Else it would wait behind it: the news of an incident goes in its order."""
    morning = NOON + timedelta(hours=8)
    with EvaluationStore(engine).evaluation() as transaction:
        transaction.enqueue(notice(id="a", incident=1), ["slack", "mail"], morning)
        transaction.enqueue(notice(id="b", incident=2), ["slack"], morning)
        transaction.enqueue(notice(id="c", incident=1, kind=NoticeKind.ACKNOWLEDGED), ["slack"], morning)
    outbox = Outbox(engine)
    assert (claimed(outbox), outbox.held_back(NOON)) == (None, 4)
    with EvaluationStore(engine).evaluation() as transaction:
        transaction.enqueue(notice(id="d", incident=1, kind=NoticeKind.MEMBER_JOINED), ["slack"])
    assert outbox.held_back(NOON) == 2
    order = []
    while (due := outbox.claim(NOON)) is not None:
        outbox.sent(due, NOON)
        order.append(due.id)
    assert order == ["a:slack", "c:slack", "d:slack"]
    assert [claimed(outbox, 8 * 3600), claimed(outbox, 8 * 3600)] == ["a:mail", "b:slack"]


def test_what_must_not_wait_hastens_nothing_that_a_sink_did_not_take(engine: Engine) -> None:
    write(engine, ("a", 1, "slack"))
    outbox = Outbox(engine)
    due = outbox.claim(NOON)
    assert due is not None
    outbox.again(due, NOON + 5 * SECOND, "503")
    write(engine, ("b", 1, "slack"))
    assert [claimed(outbox, 4), claimed(outbox, 5)] == [None, "a:slack"]


def test_to_look_whether_anything_is_due_no_writer_is_waited_for(engine: Engine) -> None:
    """Every lane looks every few seconds, also while a batch or an evaluation writes."""
    write(engine, ("a", 1, "slack"))
    outbox = Outbox(engine)
    outbox.claim(NOON)
    with writing(engine) as other:
        other.exec_driver_sql("INSERT INTO counter (name, value) VALUES ('held', 1)")
        began = time.monotonic()
        assert claimed(outbox) is None
        assert time.monotonic() - began < 1
