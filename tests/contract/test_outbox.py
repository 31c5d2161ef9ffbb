"""Notifications that wait to be sent: in order, each by a single deliverer at a time, and none is forgotten."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import msgspec
import pytest
from sqlalchemy import Engine

from connectors.sql.evaluate.store import EvaluationStore
from connectors.sql.outbox import LEASE, Outbox
from monitor.deliver.ports import Due
from monitor.domain.telling.kinds import NoticeKind
from tests.contract.outboxes import SECOND, claimed, write
from tests.notices import notice
from tests.stored import NOON, rows


def test_nothing_written_is_nothing_to_send(engine: Engine) -> None:
    assert Outbox(engine).claim(NOON) is None
    assert Outbox(engine).undelivered() == 0


def test_a_notice_comes_back_whole_with_the_number_of_the_attempt(engine: Engine) -> None:
    write(engine, ("a", 1, "slack"), kind=NoticeKind.OPENED)
    due = Outbox(engine).claim(NOON)
    assert due is not None
    assert due._replace(notice=notice()) == Due("a:slack", "slack", notice(), 1)
    # Compared as JSON, which has no tuples.
    assert msgspec.json.encode(due.notice) == msgspec.json.encode(notice(id="a", incident=1))


def test_one_incident_tells_a_sink_in_order_and_others_do_not_wait_for_it(engine: Engine) -> None:
    write(engine, ("a", 1, "slack"), ("b", 1, "slack"), ("c", 1, "pager"), ("d", 2, "slack"))
    outbox = Outbox(engine)
    first = outbox.claim(NOON)

    assert first is not None
    assert first.id == "a:slack"
    assert [claimed(outbox), claimed(outbox), claimed(outbox)] == ["c:pager", "d:slack", None]
    outbox.sent(first, NOON)
    assert [claimed(outbox), claimed(outbox)] == ["b:slack", None]


def test_what_was_sent_is_never_given_again(engine: Engine) -> None:
    write(engine, ("a", 1, "slack"))
    outbox = Outbox(engine)
    due = outbox.claim(NOON)
    assert due is not None
    outbox.sent(due, NOON + SECOND)

    assert outbox.claim(NOON + 10 * LEASE) is None
    assert outbox.undelivered() == 0
    assert rows(engine, "SELECT state, attempts, sent_us - 1795176000000000 FROM notification") == [
        ("sent", 1, 1_000_000)
    ]


def test_a_deliverer_that_died_keeps_its_notice_only_as_long_as_its_lease(engine: Engine) -> None:
    write(engine, ("a", 1, "slack"), ("b", 1, "slack"))
    outbox = Outbox(engine)
    outbox.claim(NOON)

    assert outbox.claim(NOON + LEASE - SECOND) is None
    again = outbox.claim(NOON + LEASE)
    assert again is not None
    assert (again.id, again.attempts) == ("a:slack", 2)


def test_a_notification_that_did_not_arrive_waits_until_its_time_and_holds_back_those_behind_it(
    engine: Engine,
) -> None:
    write(engine, ("a", 1, "slack"), ("b", 1, "slack"))
    outbox = Outbox(engine)
    due = outbox.claim(NOON)
    assert due is not None
    outbox.again(due, NOON + 5 * SECOND, "503")

    assert outbox.undelivered() == 2
    assert rows(engine, "SELECT last_error FROM notification WHERE id = 'a:slack'") == [("503",)]
    assert [claimed(outbox, 4), claimed(outbox, 5)] == [None, "a:slack"]


def test_what_quiet_hours_hold_back_is_counted_apart_from_what_was_not_taken(engine: Engine) -> None:
    morning = NOON + 60 * SECOND
    write(engine, ("a", 1, "slack"), ("b", 2, "slack"))
    with EvaluationStore(engine).evaluation() as transaction:
        for name, number, not_before in (("c", 3, morning), ("d", 3, NOON), ("e", 4, None)):
            transaction.enqueue(notice(id=name, incident=number), ["mail"], not_before)
    outbox = Outbox(engine)
    assert (outbox.undelivered(), outbox.held_back(NOON), outbox.held_back(morning)) == (5, 2, 0)
    due = outbox.claim(NOON)
    assert due is not None
    outbox.again(due, morning, "503")  # tried, so it is not held back: it is late
    assert (outbox.undelivered(), outbox.held_back(NOON)) == (5, 2)


def refused_once(engine: Engine, *kinds: NoticeKind) -> Outbox:
    """Notices of these kinds about incident 1, of which the first was not taken when it was sent."""
    for name, kind in zip("abcdef", kinds, strict=False):
        write(engine, (name, 1, "slack"), kind=kind)
    outbox = Outbox(engine)
    due = outbox.claim(NOON)
    assert due is not None
    outbox.again(due, NOON + SECOND, "503")
    return outbox


def sent_now(outbox: Outbox) -> list[tuple[str, str]]:
    """Send everything that is due, at noon and a second."""
    sent = []
    while (due := outbox.claim(NOON + SECOND)) is not None:
        outbox.sent(due, NOON + SECOND)
        sent.append((due.id[0], due.notice.kind.value))
    return sent


def test_a_page_that_never_arrived_is_superseded_by_the_newer_one_which_then_wakes_people(
    engine: Engine,
) -> None:
    outbox = refused_once(
        engine, NoticeKind.OPENED, NoticeKind.ACKNOWLEDGED, NoticeKind.MEMBER_JOINED, NoticeKind.MEMBER_JOINED
    )
    assert sent_now(outbox) == [("b", "incident.acknowledged"), ("d", "incident.opened")]
    assert rows(engine, "SELECT state FROM notification ORDER BY number") == [
        ("superseded",),
        ("sent",),
        ("superseded",),
        ("sent",),
    ]


def test_the_end_of_an_incident_supersedes_all_that_was_not_taken(engine: Engine) -> None:
    outbox = refused_once(engine, NoticeKind.OPENED, NoticeKind.MEMBER_JOINED, NoticeKind.RESOLVED)
    assert sent_now(outbox) == [("c", "incident.resolved")]


def test_what_was_not_refused_yet_is_sent_in_full(engine: Engine) -> None:
    for name, kind in (("a", NoticeKind.OPENED), ("b", NoticeKind.RESOLVED)):
        write(engine, (name, 1, "slack"), kind=kind)
    assert sent_now(Outbox(engine)) == [("a", "incident.opened"), ("b", "incident.resolved")]


def test_a_reopening_is_not_superseded_by_the_end_before_it(engine: Engine) -> None:
    outbox = refused_once(engine, NoticeKind.RESOLVED, NoticeKind.REOPENED)
    assert sent_now(outbox) == [("a", "incident.resolved"), ("b", "incident.reopened")]


def test_a_resting_sink_is_passed_over(engine: Engine) -> None:
    write(engine, ("a", 1, "slack"), ("b", 1, "pager"))
    due = Outbox(engine).claim(NOON, ["slack"])
    assert due is not None
    assert due.id == "b:pager"
    assert Outbox(engine).claim(NOON, ["slack", "pager"]) is None


def test_what_waits_for_the_morning_is_not_due_before(engine: Engine) -> None:
    with EvaluationStore(engine).evaluation() as transaction:
        transaction.enqueue(notice(id="a", incident=1), ["slack"], NOON + SECOND)
    assert [claimed(Outbox(engine)), claimed(Outbox(engine), 1)] == [None, "a:slack"]


def test_another_sink_stands_in_once(engine: Engine) -> None:
    write(engine, ("a", 1, "slack"))
    outbox = Outbox(engine)
    for _ in range(2):
        outbox.stand_in(["pager"], [notice(id="a", incident=1)])
    assert rows(engine, "SELECT id FROM notification ORDER BY number") == [("a:slack",), ("a:pager",)]


def test_what_stands_is_the_last_word_sent_of_each_incident(engine: Engine) -> None:
    numbers = []
    with EvaluationStore(engine).evaluation() as transaction:
        for name in ("tickets", "mails"):
            numbers.append(transaction.new_incident(name, "prod", NOON).id)
    first, second = numbers
    write(engine, ("a", first, "am"), ("x", first, "slack"), ("b", second, "am"), kind=NoticeKind.OPENED)
    write(engine, ("c", first, "am"), ("d", second, "am"), kind=NoticeKind.MEMBER_JOINED)
    write(engine, ("e", first, "am"))
    outbox = Outbox(engine)
    sent_now(outbox)
    assert [notice.id for notice in outbox.standing("am", NOON)] == ["c", "d"]
    write(engine, ("f", second, "am"), kind=NoticeKind.RESOLVED)
    with EvaluationStore(engine).evaluation() as transaction:
        transaction.close_incident(second, "resolved", NOON)
    sent_now(outbox)
    assert [notice.id for notice in outbox.standing("am", NOON)] == ["c", "f"]
    assert [notice.id for notice in outbox.standing("am", NOON + 2 * SECOND)] == ["c"]


def test_a_notification_that_failed_for_good_lets_the_next_go(engine: Engine) -> None:
    write(engine, ("a", 1, "slack"), ("b", 1, "slack"))
    outbox = Outbox(engine)
    due = outbox.claim(NOON)
    assert due is not None
    outbox.failed(due, "no such channel")

    assert [claimed(outbox), claimed(outbox, 999)] == ["b:slack", "b:slack"]
    assert rows(engine, "SELECT state, last_error FROM notification ORDER BY number LIMIT 1") == [
        ("failed", "no such channel")
    ]


@pytest.mark.parametrize("too_late", ["again", "failed"])
def test_who_is_too_late_cannot_undo_what_another_deliverer_sent(engine: Engine, too_late: str) -> None:
    write(engine, ("a", 1, "slack"))
    slow, quick = Outbox(engine), Outbox(engine)
    old = slow.claim(NOON)
    new = quick.claim(NOON + LEASE)
    assert old is not None
    assert new is not None
    if too_late == "again":
        slow.again(old, NOON, "timed out")
    else:
        slow.failed(old, "timed out")
    assert rows(engine, "SELECT state FROM notification") == [("sending",)]

    quick.sent(new, NOON)
    slow.again(new, NOON, "timed out")
    assert rows(engine, "SELECT state FROM notification") == [("sent",)]


def test_two_deliverers_never_get_the_same_notification(engine: Engine) -> None:
    write(engine, *((f"n{n}", n % 4, "slack") for n in range(24)))
    barrier = Barrier(2)

    def deliver() -> list[str]:
        outbox, mine, idle = Outbox(engine), list[str](), 0
        barrier.wait(10)
        while idle < 3:
            due = outbox.claim(NOON)
            if due is None:
                idle += 1
                continue
            mine.append(due.id)
            outbox.sent(due, NOON)
        return mine

    with ThreadPoolExecutor(2) as pool:
        mine, theirs = (future.result(30) for future in [pool.submit(deliver) for _ in range(2)])

    assert len(mine) + len(theirs) == 24
    assert {*mine, *theirs} == {f"n{n}:slack" for n in range(24)}
    for incident in range(4):
        own = [name for name in mine if int(name[1:].split(":")[0]) % 4 == incident]
        assert own == sorted(own, key=lambda name: int(name[1:].split(":")[0]))


def test_a_claim_that_is_not_saved_yet_is_passed_over_and_nobody_waits(postgresql_engine: Engine) -> None:
    """While a second connection locks an incident's first notification, the next incident's is claimed."""
    write(postgresql_engine, ("a", 1, "slack"), ("b", 1, "slack"), ("c", 2, "slack"))
    with postgresql_engine.connect() as other:
        other.exec_driver_sql("SELECT 1 FROM notification WHERE id = 'a:slack' FOR UPDATE")
        assert claimed(Outbox(postgresql_engine)) == "c:slack"
        assert claimed(Outbox(postgresql_engine)) is None
        other.rollback()
    assert claimed(Outbox(postgresql_engine)) == "a:slack"
