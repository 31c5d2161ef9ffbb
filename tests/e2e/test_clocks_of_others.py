"""Events with the time of another clock, and people with one of their own: from bytes to what is judged and sent."""

import json
from contextlib import closing
from datetime import datetime, timedelta

import pytest

from monitor.app.clock import now
from monitor.app.wiring import open_app
from monitor.settings.load import load
from tests.e2e.bot import BEGIN, Event, Watch, pair, stamp, traffic
from tests.stored import rows

DAY = timedelta(days=1)
PAGE = "live against 0.90 offline"
HEALTHY = [True] * 9 + [False]
BROKEN = [True] * 9 + [False] + [False] * 20


def strayed(events: list[Event], number: int, **times: datetime) -> list[Event]:
    """Some events, and a ticket more whose prediction or label carries another time."""
    odd = pair(number, "refund", "refund")
    for event, field in zip(odd, ("ts", "labeled_at"), strict=True):
        event[field] = times.get(field, BEGIN + DAY).isoformat()
    return [*events[:100], *odd, *events[100:]]


@pytest.mark.parametrize("stray", ["2016-01-01T00:00:00+00:00", "2000-01-01T00:00:00+00:00"])
@pytest.mark.parametrize("field", ["ts", "labeled_at"])
def test_one_event_stamped_far_back_moves_nothing(watch: Watch, stray: str, field: str) -> None:
    watch.anchor("refund", "bug")
    events = traffic(300, HEALTHY)
    watch.take(strayed(events, 9_999, **{field: datetime.fromisoformat(stray)}))
    assert watch.live() == {"refund": (136, 15, "ok"), "bug": (150, 0, "ok")}
    assert watch.rejected() == []
    assert "too few labels" not in watch.status()


def stale_world(watch: Watch) -> list[Event]:
    """20 days of predictions up to now; labels stop 10 days ago."""
    begin = now() - 20 * DAY
    events = []
    for number in range(1_190):
        made, labelled = pair(
            number, "refund" if number % 10 == 0 else "bug", "bug" if number % 30 == 0 else "refund"
        )
        truth = labelled["intent"]
        made["predicted"]["intent"] = truth if number % 13 else "other"
        at = begin + number * timedelta(minutes=24)
        made["ts"], labelled["labeled_at"] = at.isoformat(), (at + timedelta(hours=5)).isoformat()
        events += [made, labelled] if number < 600 else [made]
    watch.anchor("refund", "bug")
    return events


@pytest.mark.parametrize("ahead", [-timedelta(minutes=5), timedelta(hours=20), 1_600 * DAY])
def test_one_label_does_not_end_a_silence(watch: Watch, ahead: timedelta) -> None:
    watch.take(strayed(stale_world(watch), 9_999, ts=now() - 11 * DAY, labeled_at=now() + ahead))
    assert set(watch.coverages().values()) == {"stale"}
    with closing(open_app(load(None, {}))) as app:
        for _ in range(2):
            app.evaluate()  # as a live agent does, by the receiving clock
    assert set(watch.coverages().values()) == {"stale"}


def test_an_incident_opens_no_later_than_the_clock_on_the_wall(watch: Watch) -> None:
    """Every event is of a world that has not happened: it is judged by its own time, and told with ours."""
    events = traffic(400, BROKEN)
    for event in events:
        for field in {"ts", "labeled_at"} & event.keys():
            event[field] = event[field].replace("2026", "2062")
    before = now()
    watch.anchor("refund", "bug")
    printed = watch.take(events)
    assert watch.live()["refund"][2] == "degraded"
    assert PAGE in printed
    (incident,) = json.loads(watch("incident", "list", "--json"))
    assert before <= datetime.fromisoformat(incident["opened_at"]) <= now()
    assert watch.rejected() == []


def test_an_old_file_opens_its_incident_in_its_own_time(watch: Watch) -> None:
    watch.anchor("refund", "bug")
    watch.take(traffic(400, BROKEN))
    (incident,) = json.loads(watch("incident", "list", "--json"))
    opened = datetime.fromisoformat(incident["opened_at"])
    assert BEGIN < opened < BEGIN + 4 * DAY


def test_a_silence_holds_by_the_clock_of_people_when_an_old_file_is_read(watch: Watch) -> None:
    watch.anchor("refund", "bug")
    watch.take(traffic(20, HEALTHY))
    until = (now() + timedelta(hours=1)).isoformat()
    watch(
        "silence", "add", "--match", "intent=refund", "--reason", "a replay", "--by", "ana", "--until", until
    )
    printed = watch.take(traffic(400, BROKEN), "again.jsonl")
    assert watch.live()["refund"][2] == "degraded"
    assert PAGE not in printed
    assert "silenced" in watch("incident", "show", "1")


def test_quiet_hours_hold_by_the_clock_of_people_and_are_no_failure(watch: Watch) -> None:
    begin, end = now() - timedelta(hours=1), now() + timedelta(hours=2)
    (watch.folder / "config").mkdir()
    (watch.folder / "config" / "anchorwatch.yaml").write_text(
        f"severity: warning\nquiet_hours:\n  begin: '{begin:%H:%M}'\n  end: '{end:%H:%M}'\n", encoding="utf-8"
    )
    watch.anchor("refund", "bug")
    printed = watch.take(traffic(400, BROKEN))
    assert watch.live()["refund"][2] == "degraded"
    assert PAGE not in printed
    assert "1 notices wait for the end of the quiet hours" in printed


def test_a_correction_gives_back_what_a_label_said_of_the_time(watch: Watch) -> None:
    events = traffic(40, HEALTHY)  # so few that nobody can tell which is the stray
    watch.anchor("refund", "bug")
    odd = pair(9_999, "refund", "refund")
    odd[0]["ts"], odd[1]["labeled_at"] = stamp(timedelta(0)), stamp(9 * DAY)
    watch.take([*events, *odd])
    with closing(open_app(load(None, {}))) as app:
        late = rows(app.engine, "SELECT last_label_us FROM model")
        right = {**odd[1], "revision": 2, "labeled_at": stamp(timedelta(hours=11))}
        watch.take([right], "correction.jsonl")
        (corrected,) = rows(app.engine, "SELECT last_label_us FROM model")
        watch.take([{**right, "revision": 3, "status": "retracted"}], "retraction.jsonl")
        assert rows(app.engine, "SELECT last_label_us FROM model") == [corrected]
    assert late == [(int((BEGIN + 9 * DAY).timestamp()) * 10**6,)]
    assert corrected[0] <= int((BEGIN + DAY).timestamp()) * 10**6
