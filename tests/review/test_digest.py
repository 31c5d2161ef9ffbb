"""The weekly digest: written to the outbox once, and sent to every sink that people read."""

import json
from datetime import timedelta
from pathlib import Path
from random import Random

import msgspec
import pytest
from sqlalchemy import Engine

from connectors.sinks.alertmanager import AlertmanagerSink
from connectors.sinks.email_html import html as html_of
from connectors.sinks.http import Http
from connectors.sinks.slack import payload
from connectors.sql.outbox import Outbox
from monitor.app.clock import now
from monitor.app.stores import Stores
from monitor.app.weekly import WeeklyReports
from monitor.deliver.deliver import Deliver
from monitor.domain.telling.about import WeekDigest
from monitor.domain.telling.kinds import NoticeKind
from monitor.domain.telling.notices import Notice
from monitor.domain.telling.page import Page
from monitor.errors import DeliveryError
from monitor.review.weekly import digest_notice
from monitor.settings.settings import Settings
from reports.documents import weekly
from reports.pages.page import page_of
from tests.fakes.clock import FakeClock
from tests.fakes.sent_alerts import FakeSentAlerts
from tests.review.weeks import report
from tests.stored import NOON, rows
from tests.worlds import World

SLACK = {"kind": "slack", "url": "http://127.0.0.1:9/hook"}


@pytest.fixture
def broken(engine: Engine) -> World:
    world = World(engine)
    world.anchor(erasure=(0.88, 38))
    world.outcomes("erasure", "m" * 20)
    world.evaluate(NOON + timedelta(hours=30))
    return world


def digest_of(world: World, url: str) -> Notice:
    week = report(world)
    return digest_notice(week.week, weekly.digest(week), url, NOON)


def test_the_digest_says_what_is_broken_what_changed_and_what_to_do_with_a_link(broken: World) -> None:
    digest = digest_of(broken, "https://reports.example.org/watch/")
    assert page_of(digest).title == "anchorwatch: reliability report 2026-W47"
    assert page_of(digest).text.splitlines() == [
        "anchorwatch: reliability report 2026-W47",
        "",
        "The week's reliability report was written at 2026-11-20 12:00 UTC.",
        "",
        "Broken now",
        "  erasure of tickets v7 (prod)",
        "",
        "Pages",
        "  1 this week, 1 in 52 weeks",
        "",
        "Changed",
        "  tickets v7 (prod) is new: its first predictions came this week",
        "  erasure of tickets v7 (prod) was labelled for the first time",
        "  incident 1 opened",
        "",
        "To do",
        "  incident 1 is still open: anchorwatch incident show 1",
        "  audit the anchor of erasure of tickets v7 (prod): anchorwatch anchor audit",
        "",
        "report            https://reports.example.org/watch/reliability-2026-W47.html",
        "next              anchorwatch report weekly --week 2026-W47",
    ]


def test_slack_and_mail_show_the_same_and_alertmanager_nothing(broken: World) -> None:
    digest = digest_of(broken, "https://reports.example.org")
    message = json.dumps(payload(page_of(digest)))
    assert "incident 1 is still open" in message
    assert "**" not in message
    assert "https://reports.example.org/reliability-2026-W47.html" in message
    html = html_of(page_of(digest), digest.kind)
    assert '<a href="https://reports.example.org/reliability-2026-W47.html"' in html
    assert "incident 1 is still open" in html
    http = Http(now, timeout_s=1.0)
    try:
        am = AlertmanagerSink("am", ["http://am:9093"], http, FakeSentAlerts())
        assert list(am.alerts(digest, page_of(digest))) == []
    finally:
        http.close()


def test_without_an_address_there_is_no_link(broken: World) -> None:
    assert "report  " not in page_of(digest_of(broken, "")).text


def test_a_long_week_is_cut_and_says_so(broken: World) -> None:
    digest = digest_of(broken, "")
    assert isinstance(digest.about, WeekDigest)
    long = msgspec.structs.replace(digest.about, lines=[("changed", f"thing {n}") for n in range(30)])
    many = page_of(msgspec.structs.replace(digest, about=long)).text
    assert "  thing 8\n  and 21 more\n" in many


def test_the_agent_sends_it_once_a_week_to_the_sinks_that_are_named(broken: World, tmp_path: Path) -> None:
    clock = FakeClock(NOON)
    settings = Settings(
        sinks=[SLACK, {"kind": "terminal"}],
        reports={
            "folder": tmp_path,
            "send_to": ["slack"],
            "url": "https://r.example.org",
            "evidently": False,
        },
    )
    desk = WeeklyReports(Stores(settings, broken.engine), clock)
    desk.write_due()
    clock.forward(days=7)
    desk.write_due()
    desk.write_due()
    sent = rows(broken.engine, "SELECT sink, kind, notice FROM notification WHERE incident_id = 0")
    assert [(sink, kind) for sink, kind, _ in sent] == [("slack", NoticeKind.REPORT.value)]
    assert json.loads(sent[0][2])["about"]["url"] == "https://r.example.org/reliability-2026-W47.html"


def test_a_digest_that_its_sink_refuses_wakes_nobody(broken: World) -> None:
    class Refuses:
        name = "slack"

        def send(self, notice: Notice, page: Page) -> None:
            raise DeliveryError("no such channel", retryable=False)

    class Takes:
        name = "pager"

        def __init__(self) -> None:
            self.heard: list[NoticeKind] = []

        def send(self, notice: Notice, page: Page) -> None:
            self.heard.append(notice.kind)

    pager = Takes()
    outbox = Outbox(broken.engine)
    outbox.stand_in(["slack"], [digest_of(broken, "")])
    deliver = Deliver(
        outbox, {"slack": Refuses(), "pager": pager}, page_of, FakeClock(NOON + timedelta(days=30)), Random(1)
    )
    deliver()
    deliver()
    assert NoticeKind.REPORT not in pager.heard
    assert NoticeKind.SINK_FAILED in pager.heard
