"""What people ask about incidents, on SQLite and PostgreSQL alike."""

from datetime import timedelta

from sqlalchemy import Engine

from connectors.sql.evaluate.store import EvaluationStore
from connectors.sql.review.incidents import IncidentRecords
from monitor.domain.incidents.history import AllRecovered, CellsBroke, HistoryKind, HistoryLine
from monitor.domain.slices.cells import Cell
from monitor.review.ports.incidents import AskedIncidents
from tests.notices import gdpr_erasure
from tests.stored import NOON, TICKETS

OPEN = AskedIncidents.OPEN


def test_an_empty_database_knows_of_no_incident(engine: Engine) -> None:
    records = IncidentRecords(engine)
    assert (records.all(), records.numbered(1)) == ([], None)


def test_incidents_come_newest_first_with_members_and_history(engine: Engine) -> None:
    with EvaluationStore(engine).evaluation() as transaction:
        old = transaction.new_incident("tickets", "prod", NOON).id
        lines = [
            HistoryLine(NOON, "anchorwatch", HistoryKind.OPENED, CellsBroke((Cell(TICKETS, "refund"),))),
            HistoryLine(
                NOON + timedelta(minutes=5), "ana", HistoryKind.NOTE, '{"kind": "what a person wrote"}'
            ),
            HistoryLine(
                NOON + timedelta(hours=1),
                "anchorwatch",
                HistoryKind.RESOLVED,
                AllRecovered((Cell(TICKETS, "refund", "channel=email"),)),
            ),
        ]
        for line in lines:
            transaction.note(old, line)
        transaction.save_members(old, [gdpr_erasure()], [], NOON)
        transaction.close_incident(old, "resolved", NOON + timedelta(hours=1))
        new = transaction.new_incident("other", "staging", NOON + timedelta(days=1)).id

    records = IncidentRecords(engine)
    newest, oldest = records.all()

    assert (newest.id, newest.state, newest.closed_at, list(newest.members)) == (new, "opened", None, [])
    assert (oldest.id, oldest.model_name, oldest.environment) == (old, "tickets", "prod")
    assert (oldest.opened_at, oldest.closed_at) == (NOON, NOON + timedelta(hours=1))
    assert [member.cell.intent for member in oldest.members] == ["gdpr_erasure"]
    assert list(oldest.history) == lines
    assert [incident.id for incident in records.all(open_only=True)] == [new]
    assert [records.count(asked) for asked in (None, OPEN, AskedIncidents.RESOLVED)] == [2, 1, 1]
    asked = [AskedIncidents.CLOSED, AskedIncidents.RESOLVED, AskedIncidents.ACKNOWLEDGED, None]
    assert [[each.id for each in records.part(state, 0, 5)] for state in asked] == [
        [old],
        [old],
        [],
        [new, old],
    ]
    assert list(records.part(None, 1, 5)) == [oldest]
    assert list(records.part(None, 0, 1)) == [newest]
    assert not records.part(OPEN, 1, 5)
    assert [records.numbered(number) for number in (old, new, new + 1)] == [oldest, newest, None]
