"""Silences of a system that alerts are sent to: kept as they were read, and told in the history once."""

from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Engine, text
from typing_extensions import override

from connectors.sql.database import writing
from connectors.sql.incidents.silences_elsewhere import SilencesElsewhere
from connectors.sql.review.incidents import IncidentRecords
from connectors.sql.sent_alerts import SentAlerts
from monitor.domain.incidents.history import HistoryKind, HistoryLine
from monitor.domain.telling.alerts import AlertLabels, SentAlert
from monitor.domain.telling.silences_elsewhere import ReadSilences, SilencedAlert, SilenceElsewhere
from monitor.errors import DeliveryError
from monitor.incidents.heeding_silences import heed_silences
from monitor.incidents.ports.silences_elsewhere import SilencingSink
from reports.words.history import sentence
from tests.stored import NOON, rows
from tests.worlds import LATER, World

AT = NOON + LATER
HOUR = timedelta(hours=1)


class FakeSilencingSink(SilencingSink):
    """Has these silences, and keeps every alert quiet that was sent to it but those that it is told to tell."""

    def __init__(self, engine: Engine, name: str = "am") -> None:
        self.name = name
        self._sent = SentAlerts(engine)
        self.silences: list[SilenceElsewhere] = []
        self.loud: list[AlertLabels] = []
        self.fails = False

    def silence(self, number: str = "s1", hours: float = 8, author: str = "ana") -> None:
        self.silences = [
            SilenceElsewhere(
                sink=self.name,
                id=number,
                matchers=['intent="erasure"'],
                author=author,
                reason="known",
                begins=NOON,
                ends=AT + hours * HOUR,
                read_at=AT,
            )
        ]

    @override
    def read(self, now: datetime) -> ReadSilences:
        if self.fails:
            raise DeliveryError("am: no answer within 15 s", retryable=True)
        sent = [each.labels for each in self._sent.of(self.name) if each.labels not in self.loud]
        by = [each.id for each in self.silences]
        return ReadSilences(self.silences, [SilencedAlert(labels, by) for labels in sent])


def broken(engine: Engine) -> World:
    """An incident with two members, whose alerts were sent."""
    sink = {"kind": "alertmanager", "name": "am", "urls": ["http://127.0.0.1:1"]}
    world = World(engine, watch={"intents": ["*"]}, sinks=[sink])
    world.anchor(erasure=(0.9, 80), export=(0.9, 80))
    world.outcomes("erasure", "m" * 40)
    world.outcomes("export", "m" * 40)
    world.evaluate(AT)
    tell(engine, "erasure", "export")
    return world


def tell(engine: Engine, *intents: str, sink: str = "am") -> None:
    (key,) = (key for (key,) in rows(engine, "SELECT dedup_key FROM incident"))
    with writing(engine) as connection:  # as if the sink had taken the page
        connection.execute(text("UPDATE member SET told_us = joined_at_us"))
    SentAlerts(engine).begin(sink, [SentAlert(key, intent, AT, {"intent": intent}) for intent in intents])


def told(engine: Engine) -> list[HistoryLine]:
    (incident,) = IncidentRecords(engine).all()
    return [line for line in incident.history if line.what is HistoryKind.ACKNOWLEDGED_ELSEWHERE]


def heed(engine: Engine, *sinks: FakeSilencingSink, at: datetime = AT) -> int:
    return heed_silences(sinks, SilencesElsewhere(engine), at)


def test_a_page_that_is_silenced_there_is_told_in_its_history_once(engine: Engine) -> None:
    broken(engine)
    sink = FakeSilencingSink(engine)
    assert heed(engine, sink) == 0
    sink.silence()
    assert [heed(engine, sink), heed(engine, sink)] == [1, 0]
    (line,) = told(engine)
    assert (line.at, line.who) == (AT, "ana (am)")
    assert sentence(line.why) == "every alert is silenced in am until 2026-11-22 20:00 UTC: known"
    assert rows(engine, "SELECT state FROM incident") == [("opened",)]  # nobody else's page stops


def test_another_silence_is_told_again(engine: Engine) -> None:
    broken(engine)
    sink = FakeSilencingSink(engine)
    sink.silence()
    heed(engine, sink)
    sink.silence("s2", author="ben")
    assert heed(engine, sink) == 1
    sink.silence()
    assert heed(engine, sink) == 0
    assert [line.who for line in told(engine)] == ["ana (am)", "ben (am)"]


def test_while_one_alert_is_told_there_nothing_is_known(engine: Engine) -> None:
    broken(engine)
    sink = FakeSilencingSink(engine)
    sink.silence()
    sink.loud = [{"intent": "export"}]
    assert heed(engine, sink) == 0
    sink.loud = []
    assert heed(engine, sink) == 1


def test_a_member_whose_alert_was_not_sent_yet_is_waited_for(engine: Engine) -> None:
    broken(engine)
    with writing(engine) as connection:
        connection.execute(text("DELETE FROM alert WHERE alert = 'export'"))
    sink = FakeSilencingSink(engine)
    sink.silence()
    assert heed(engine, sink) == 0
    tell(engine, "export")
    assert heed(engine, sink) == 1


def test_an_incident_that_is_over_is_nobodys_page(engine: Engine) -> None:
    broken(engine)
    with writing(engine) as connection:
        connection.execute(text("UPDATE incident SET state = 'resolved'"))
    sink = FakeSilencingSink(engine)
    sink.silence()
    assert heed(engine, sink) == 0


def test_after_a_reopening_it_is_told_again(engine: Engine) -> None:
    broken(engine)
    sink = FakeSilencingSink(engine)
    sink.silence()
    heed(engine, sink)
    store = SilencesElsewhere(engine)
    (number,) = (number for (number,) in rows(engine, "SELECT id FROM incident"))
    store.note(number, HistoryLine(AT + HOUR, "anchorwatch", HistoryKind.REOPENED, ""))
    assert [heed(engine, sink), heed(engine, sink)] == [1, 0]


def test_what_was_read_stays_where_a_sink_does_not_answer_and_goes_where_it_has_none(engine: Engine) -> None:
    first, second = FakeSilencingSink(engine), FakeSilencingSink(engine, "other")
    first.silence()
    second.silence()
    heed(engine, first, second)
    store = SilencesElsewhere(engine)
    assert store.all() == [*first.silences, *second.silences]
    first.fails, second.silences = True, []
    heed(engine, first, second)
    assert store.all() == first.silences
    first.fails = False
    first.silences = [msgspec.structs.replace(first.silences[0], ends=AT + 9 * HOUR)]
    heed(engine, first)
    assert store.all() == first.silences
