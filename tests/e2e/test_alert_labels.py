"""In a real Alertmanager an alert keeps its labels while it stands, and each label set that was sent is resolved."""

from collections.abc import Iterator

import pytest
from pytest_httpserver import HTTPServer
from sqlalchemy import Engine

from connectors.sql.silences import SilenceStore
from monitor.app.clock import now
from monitor.incidents.silencing import add_silence
from tests.e2e.alert_watch import BROKEN, HEALED, Watch
from tests.services.prometheus import Alertmanager
from tests.services.require import running


@pytest.fixture
def alertmanager(httpserver: HTTPServer) -> Iterator[Alertmanager]:
    httpserver.expect_request("/heard").respond_with_data("")
    with running(Alertmanager(httpserver.url_for("/heard"))) as server:
        yield server


@pytest.fixture
def watch(sqlite_engine: Engine, alertmanager: Alertmanager) -> Watch:
    return Watch(sqlite_engine, alertmanager)


def test_while_members_join_and_leave_and_the_configuration_changes(watch: Watch) -> None:
    watch.configure({"team": "privacy"}, severity="warning")
    watch.happens("erasure", BROKEN)
    first = {"severity": "warning", "team": "privacy"}
    assert watch.standing() == {"erasure": first}
    watch.configure({"team": "support", "site": "eu"}, severity="critical")
    second = {"severity": "critical", "team": "support", "site": "eu"}
    watch.happens("export", BROKEN)
    assert watch.standing() == {"erasure": first, "export": second}
    watch.deliver()
    assert watch.standing() == {"erasure": first, "export": second}
    watch.configure()
    watch.happens("erasure", HEALED)
    assert watch.standing() == {"export": second}
    watch.configure({"team": "night"}, severity="error")
    watch.happens("erasure", BROKEN * 3)
    assert watch.standing() == {"erasure": {"severity": "error", "team": "night"}, "export": second}
    watch.configure({"team": "nobody"})
    watch.resolve()
    assert watch.standing() == {}
    watch.deliver()
    assert watch.standing() == {}


def test_what_opens_again_and_again_comes_back_as_critical_and_nothing_else_is_left(watch: Watch) -> None:
    watch.configure(severity="warning", incidents={"escalate_at": 2})
    watch.happens("erasure", BROKEN)
    assert watch.standing() == {"erasure": {"severity": "warning"}}
    watch.resolve()
    assert watch.standing() == {}
    watch.happens("erasure", BROKEN)
    assert watch.standing() == {"erasure": {"severity": "critical"}}
    watch.resolve()
    assert watch.standing() == {}


def test_what_is_silenced_after_it_was_told_of_stands_and_is_repeated(watch: Watch) -> None:
    watch.happens("erasure", BROKEN)
    watch.happens("export", BROKEN)
    add_silence(SilenceStore(watch.world.engine), ["intent=export"], "ana", "being fixed", "8h", now())
    watch.happens("erasure", HEALED)
    (before,) = watch.alertmanager.alerts()
    assert before["labels"]["intent"] == "export"
    watch.deliver()
    (after,) = watch.alertmanager.alerts()
    assert after["updatedAt"] > before["updatedAt"]


def test_a_worse_member_changes_no_label_of_those_that_are_there(watch: Watch) -> None:
    watch.configure(severity="warning", intents={"export": {"severity": "critical"}})
    watch.happens("erasure", BROKEN)
    watch.happens("export", BROKEN)
    assert watch.standing() == {"erasure": {"severity": "warning"}, "export": {"severity": "critical"}}
    watch.happens("export", HEALED)
    assert watch.standing() == {"erasure": {"severity": "warning"}}
