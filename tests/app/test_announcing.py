"""An agent says at its start what it watches, from where and whom it tells, and every hour that it lives."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
import structlog
from sqlalchemy import Engine

from monitor.app.announcing import SignOfLife, announce, totals
from monitor.app.schedule import Role
from monitor.app.wiring import App
from monitor.domain.events.fates import Became, EventFate
from monitor.domain.events.tolerance import Mend
from monitor.review.ports.status import EventCount
from monitor.settings.settings import Settings
from tests.stored import TICKETS
from tests.worlds import World

SETTINGS: dict[str, Any] = {
    "kafka": {
        "bootstrap_servers": "k1:9092",
        "topics": {"predictions": "p", "labels": "l"},
        "group_id": "aw",
    },
    "sinks": [{"kind": "terminal"}, {"kind": "slack", "name": "chat", "url": "http://127.0.0.1:9/secret"}],
    "quiet_hours": {"begin": "22:00", "end": "07:00"},
}


@pytest.fixture
def app(sqlite_engine: Engine) -> Iterator[App]:
    with closing(App(Settings(**SETTINGS), sqlite_engine)) as made:
        yield made


def announced(app: App, *ours: Role) -> list[dict[str, Any]]:
    with structlog.testing.capture_logs() as logged:
        announce(app, ours or list(Role))
    return [dict(line) for line in logged]


def test_an_agent_says_what_it_reads_what_it_watches_and_whom_it_tells(
    app: App, sqlite_engine: Engine
) -> None:
    world = World(sqlite_engine, judge={"groups_share": 0.5})
    world.anchor(erasure=(0.9, 50), export=(0.9, 50), refund=(0.9, 500))
    for intent in ("erasure", "export"):
        world.outcomes(intent, "h" * 10)
    world.outcomes("refund", "h" * 980)
    world.evaluate()
    reads, watches, pages = announced(app)
    assert reads == {
        "event": "reads events",
        "broker": "k1:9092",
        "topics": "p, l",
        "group": "aw",
        "database": app.address,
        "log_level": "info",
    }
    assert (watches["event"], watches["models"]) == ("watches", "tickets v7 (prod)")
    assert (watches["intents"], watches["groups"]) == ("erasure, export", "rare")
    assert (pages["sinks"], pages["quiet_hours"]) == ("terminal (terminal), chat (slack)", "22:00-07:00 UTC")
    assert "secret" not in str(pages)


def test_an_agent_that_does_a_part_says_its_part(app: App) -> None:
    assert [line["event"] for line in announced(app, Role.DELIVER)] == ["pages"]
    assert [line["event"] for line in announced(app, Role.INGEST)] == ["reads events"]


def test_an_agent_that_can_page_of_nothing_yet_says_so(app: App) -> None:
    (line,) = announced(app, Role.EVALUATE)
    assert line["log_level"] == "warning"
    assert line["event"].startswith("watches nothing yet: no anchor is active")


def test_a_long_list_ends_with_how_many_more_there_are(app: App, sqlite_engine: Engine) -> None:
    world = World(sqlite_engine)
    world.anchor(TICKETS, **{f"i{number:02}": (0.9, 50) for number in range(12)})
    for number in range(12):
        world.outcomes(f"i{number:02}", "h")
    world.evaluate()
    (line,) = announced(app, Role.EVALUATE)
    assert line["intents"] == "i00, i01, i02, i03, i04, i05, i06, i07 and 4 more"


def counted(predictions: int, labels: int, rejected: int) -> list[EventCount]:
    fates = {
        EventFate.taken(Became.PREDICTION): predictions,
        EventFate.taken(Became.LABEL): labels,
        EventFate.rejected("not_json"): rejected,
    }
    return [EventCount("t", fate, count) for fate, count in fates.items()]


def test_the_sign_of_life_says_what_came_since_the_last_one(
    app: App, sqlite_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = iter([counted(2, 2, 0), counted(42, 40, 1), counted(42, 40, 1)])
    monkeypatch.setattr(app.status, "event_counts", lambda: next(counts))
    sign = SignOfLife(app)
    world = World(sqlite_engine)
    world.anchor(erasure=(0.9, 50))
    world.outcomes("erasure", "m" * 40)
    world.evaluate()
    app.vitals.health.lag = {("p", 0): 3, ("l", 0): 4}
    with structlog.testing.capture_logs() as logged:
        sign()
        sign()
    first, second = logged
    assert first == {
        "event": "alive",
        "events": 79,
        "labels": 38,
        "rejected": 1,
        "lag": 7,
        "incidents_open": 1,
        "log_level": "info",
    }
    assert (second["events"], second["labels"], second["incidents_open"]) == (0, 0, 1)


def test_what_was_put_right_is_counted_once_and_what_was_rejected_is_an_event_too() -> None:
    fates = [
        (EventFate.taken(Became.PREDICTION), 5),
        (EventFate.taken(Became.LABEL), 3),
        (EventFate.taken(Became.LABEL_REPEAT), 1),
        (EventFate.rejected("not_json"), 2),
        (EventFate.mended(Mend.NAME_TRIMMED), 4),
    ]
    assert totals([EventCount("t", fate, count) for fate, count in fates]) == (11, 4, 2)
