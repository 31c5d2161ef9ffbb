"""A database of the first release, which stored its reasons as sentences: they are displayed unchanged."""

import json
from collections.abc import Iterator

import msgspec
import pytest
from alembic import command
from sqlalchemy import Engine, text

from connectors.sql.anchors import AnchorStore
from connectors.sql.database import open_engine, writing
from connectors.sql.migrate import config, upgrade
from connectors.sql.review.incidents import IncidentRecords
from connectors.sql.review.status import StatusStore
from monitor.domain.incidents.history import HistoryKind
from monitor.domain.judging.reasons import BlindCause
from reports.tables import anchors, incidents, status
from tests.notices import gdpr_erasure

BROKEN = "recall is below the floor 0.865: the bet against the promise won 59,228, it pages at 32,850"
RARE = "rare: 1.9% of labelled traffic, less than 3.0%"
UNLIKE = "its examples look unlike production: AUC 0.90, at least 0.81, p 0.005"
DOUBTFUL = f"offline 0.88 is untrusted: {UNLIKE}"
MEMBER = {**msgspec.to_builtins(gdpr_erasure()), "caveats": [DOUBTFUL]}
ROWS: tuple[tuple[str, dict[str, str]], ...] = (
    ("INSERT INTO model (id, name, version, environment) VALUES (1, 'tickets', '7', 'prod')", {}),
    (
        "INSERT INTO cell (model_id, intent, slice, tally, watched, rate_from, verdict, reasons, min_probability,"
        " weighted, identified, rhythm, told, silence_told, replay) VALUES (1, 'gdpr_erasure', '', '{}', :watched, '',"
        " 'degraded', :reasons, 0.01, false, true, '{}', 'too few labels', false, false)",
        {"watched": RARE, "reasons": json.dumps([BROKEN])},
    ),
    (
        "INSERT INTO incident (id, dedup_key, model_name, environment, state, opened_at_us, times_opened)"
        " VALUES (1, 'key', 'tickets', 'prod', 'opened', 1793577203907000, 1)",
        {},
    ),
    (
        "INSERT INTO incident_event (incident_id, at_us, who, what, why)"
        " VALUES (1, 1793577203907000, 'anchorwatch', 'opened', 'gdpr_erasure broke')",
        {},
    ),
    (
        "INSERT INTO member (incident_id, model_version, intent, slice, joined_at_us, facts)"
        " VALUES (1, '7', 'gdpr_erasure', '', 1793577203907000, :facts)",
        {"facts": json.dumps(MEMBER)},
    ),
    (
        "INSERT INTO anchor (id, model_id, source, sha256, importer, imported_at_us, examples)"
        " VALUES ('a1', 1, 'r.json', 'f', 'sklearn', 1793577203907000, 0)",
        {},
    ),
    (
        "INSERT INTO promise (anchor_id, intent, slice, shipped_recall, shipped_support, misses_to, grade,"
        " grade_reasons) VALUES ('a1', 'gdpr_erasure', '', 0.88, 120, '{}', 'untrusted', :reasons)",
        {"reasons": json.dumps([UNLIKE])},
    ),
)


@pytest.fixture
def upgraded(database_url: str) -> Iterator[Engine]:
    """A database of the first release, upgraded by the current code."""
    engine = open_engine(database_url)
    with writing(engine) as connection:
        command.upgrade(config(connection), "0001")
    with engine.begin() as connection:
        for statement, values in ROWS:
            connection.execute(text(statement), values)
    upgrade(engine)
    yield engine
    engine.dispose()


def test_why_a_cell_was_judged_and_watched(upgraded: Engine) -> None:
    (cell,) = StatusStore(upgraded).cells()
    row = status.as_object(cell.state, None, days=1.0)
    assert (row["reasons"], row["watched"], cell.state.notified.told) == (
        [BROKEN],
        RARE,
        BlindCause.TOO_FEW_LABELS,
    )


def test_what_happened_to_an_incident_and_what_its_page_said(upgraded: Engine) -> None:
    (incident,) = IncidentRecords(upgraded).all()
    assert incident.history[0].what is HistoryKind.OPENED
    row = incidents.as_object(incident)
    assert [line["why"] for line in row["history"]] == ["gdpr_erasure broke"]
    assert [member["caveats"] for member in row["members"]] == [[DOUBTFUL]]


def test_why_an_anchor_had_its_grade(upgraded: Engine) -> None:
    (listed,) = AnchorStore(upgraded).all()
    (promise,) = anchors.as_object(listed, promises=True)["promises"]
    assert promise["grade_reasons"] == [UNLIKE]
