"""A database of before holds notices of eighteen fields for every kind: they are sent on as what they are about.

`flat_notices.jsonl` has a notice of each kind as the code of before wrote it; the first two are the demo's.
"""

import json
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import Engine, text

from connectors.sql.database import writing
from connectors.sql.evaluate.store import EvaluationStore
from connectors.sql.notices import decode_notice, encode_notice
from connectors.sql.outbox import Outbox
from monitor.domain.events.types import Model
from monitor.domain.recall.estimate import Method
from monitor.domain.slices.cells import Cell
from monitor.domain.telling.about import (
    CellConcern,
    IncidentNews,
    NewVersion,
    SinkTest,
    SinkTrouble,
    WeekDigest,
)
from monitor.domain.telling.kinds import NoticeKind
from monitor.domain.telling.notices import Notice
from reports.pages.page import page_of
from tests.notices import AT, TICKETS
from tests.stored import NOON, rows

FLAT = {
    json.loads(line)["kind"]: line
    for line in (Path(__file__).parent / "flat_notices.jsonl").read_text().splitlines()
}
# What the code of before made of them.
TITLES = {
    NoticeKind.OPENED: "tickets v7 (prod): gdpr_erasure recall 0.44 live against 0.94 offline",
    NoticeKind.MEMBER_JOINED: "tickets v7 (prod): data_export_request recall 0.58 live against 0.96 offline,"
    " joined incident 1",
    NoticeKind.MEMBER_RECOVERED: "tickets v7 (prod): gdpr_erasure recall 0.39 live against 0.88 offline,"
    " data_export_request recovered",
    NoticeKind.REOPENED: "tickets v7 (prod): gdpr_erasure recall 0.39 live against 0.88 offline, for the 2nd time",
    NoticeKind.ACKNOWLEDGED: "tickets v7 (prod): gdpr_erasure acknowledged by ana: looking",
    NoticeKind.RESOLVED: "tickets v7 (prod): gdpr_erasure and 1 more intent recovered after 9 days 5 h",
    NoticeKind.RETRACTED: "tickets v7 (prod): gdpr_erasure: page withdrawn",
    NoticeKind.BLIND: "tickets v7 (prod): 2 cells cannot be watched with the labels there are",
    NoticeKind.STALE: "tickets v7 (prod): gdpr_erasure: labels or predictions stopped coming",
    NoticeKind.FLOWING: "tickets v7 (prod): gdpr_erasure: labels and predictions come again",
    NoticeKind.SINK_FAILED: "anchorwatch: slack: this way to reach people is in trouble",
    NoticeKind.VERSION: "tickets v8 (prod): new version: its first predictions came in",
    NoticeKind.TEST: "TEST, nothing is wrong: example v1 (test): example_intent recall 0.39 live against 0.88"
    " offline",
    NoticeKind.REPORT: "anchorwatch: reliability report 2026-W47",
}


@pytest.mark.parametrize("kind", list(FLAT))
def test_it_keeps_its_keys_its_severity_and_its_words(kind: NoticeKind) -> None:
    before, notice = json.loads(FLAT[kind]), decode_notice(FLAT[kind])
    header = ("id", "dedup_key", "kind", "severity", "runbook", "next_command")
    assert [getattr(notice, name) for name in header] == [before[name] for name in header]
    assert page_of(notice).title == TITLES[kind]
    assert page_of(decode_notice(encode_notice(notice))) == page_of(notice)


def test_news_of_an_incident_keep_every_fact() -> None:
    before = json.loads(FLAT[NoticeKind.MEMBER_RECOVERED])
    news = decode_notice(FLAT[NoticeKind.MEMBER_RECOVERED]).about
    assert isinstance(news, IncidentNews)
    after = msgspec.to_builtins(news)
    for group in ("members", "over"):
        for member, old in zip(after[group], before[group], strict=True):
            for name in member.keys() - old.keys():  # what came since says nothing of it
                assert member.pop(name) in (None, (), [], {}, "", -1, Method.ONE_LOOK), name
    assert not after.pop("silenced")  # these were not told apart then
    assert not after.pop("deploys")
    for name in after.keys() & {*IncidentNews.__struct_fields__}:
        assert after[name] == before[name], name


def test_what_was_put_into_a_field_of_another_kind_stands_where_it_belongs() -> None:
    email = Cell(TICKETS, "gdpr_erasure", "channel=email")
    about = {kind: decode_notice(line).about for kind, line in FLAT.items()}
    assert about[NoticeKind.BLIND] == CellConcern(
        model=TICKETS,
        cells=[(Cell(TICKETS, "gdpr_erasure"), "too few labels: with 0.5 a day"), (email, "too few")],
    )
    assert about[NoticeKind.STALE] == CellConcern(
        model=TICKETS, cells=[(Cell(TICKETS, "gdpr_erasure"), "no labels for 4 days")]
    )
    assert about[NoticeKind.SINK_FAILED] == SinkTrouble(sink="slack", reason="hooks.slack.com answered 503")
    assert about[NoticeKind.VERSION] == NewVersion(model=Model("tickets", "8", "prod"))
    week = about[NoticeKind.REPORT]
    assert isinstance(week, WeekDigest)
    assert (week.week, week.url) == ("2026-W47", "https://r.example.org/reliability-2026-W47.html")
    assert (week.lines[0], week.lines[-1]) == (("pages", "1 this week, 3 in 52 weeks"), ("to do", "audit it"))
    test = about[NoticeKind.TEST]
    assert isinstance(test, SinkTest)
    assert test.model == Model("example", "1", "test")


def put(engine: Engine, number: int, incident: int, kind: NoticeKind, notice: str, attempts: int = 0) -> None:
    """A row of the table as the code of before wrote it."""
    with writing(engine) as connection:
        connection.execute(
            text(
                "INSERT INTO notification (id, incident_id, sink, kind, notice, state, attempts, created_us,"
                " next_attempt_us, last_error)"
                " VALUES (:id, :incident, 'am', :kind, :notice, 'pending', :attempts, 0, 0, '')"
            ),
            {
                "id": f"n{number}:am",
                "incident": incident,
                "kind": kind.value,
                "notice": notice,
                "attempts": attempts,
            },
        )


def sent(outbox: Outbox) -> list[Notice]:
    """Send everything, in its order."""
    notices = []
    while (due := outbox.claim(NOON)) is not None:
        outbox.sent(due, NOON)
        notices.append(due.notice)
    return notices


def test_an_outbox_of_before_is_sent_on(engine: Engine) -> None:
    for number, (kind, line) in enumerate(FLAT.items()):
        put(engine, number, json.loads(line)["incident"], NoticeKind(kind), line)
    kinds = [notice.kind for notice in sent(Outbox(engine))]
    assert kinds[0] is NoticeKind.OPENED
    assert sorted(kinds) == sorted(FLAT)


def test_an_incident_that_was_open_before_keeps_its_alert(engine: Engine) -> None:
    with EvaluationStore(engine).evaluation() as transaction:
        incident = transaction.new_incident("tickets", "prod", NOON)
    put(engine, 1, incident.id, NoticeKind.OPENED, FLAT[NoticeKind.OPENED])
    outbox = Outbox(engine)
    (opened,) = sent(outbox)
    assert outbox.standing("am", NOON) == [opened]
    joined = Notice.of_incident(
        NoticeKind.MEMBER_JOINED,
        msgspec.convert(msgspec.to_builtins(opened.about), IncidentNews),
        incident.dedup_key,
        AT,
        severity=opened.severity,
    )
    with EvaluationStore(engine).evaluation() as transaction:
        transaction.enqueue(joined, ["am"])
    (after,) = sent(outbox)
    assert after.dedup_key == opened.dedup_key == incident.dedup_key
    assert outbox.standing("am", NOON) == [after]


def test_a_page_of_before_that_never_arrived_is_superseded_by_news_of_today(engine: Engine) -> None:
    put(engine, 1, 1, NoticeKind.OPENED, FLAT[NoticeKind.OPENED], attempts=1)
    put(engine, 2, 1, NoticeKind.MEMBER_JOINED, FLAT[NoticeKind.MEMBER_JOINED])
    (page,) = sent(Outbox(engine))
    assert page.kind is NoticeKind.OPENED
    assert page.at == decode_notice(FLAT[NoticeKind.MEMBER_JOINED]).at
    assert rows(engine, "SELECT state FROM notification ORDER BY number") == [("superseded",), ("sent",)]


def test_a_row_that_is_about_nothing_we_know_is_an_error_and_no_empty_page() -> None:
    with pytest.raises(msgspec.ValidationError):
        decode_notice(FLAT[NoticeKind.BLIND].replace("cells.blind", "cells.unheard_of"))
