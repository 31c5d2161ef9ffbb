"""Evidently's part, in a process of its own: what it renders, and what the report says where it cannot."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import Engine

from connectors.sql.review.weeks import WeekFrames
from monitor.domain.weekly.report import Attachment
from monitor.errors import ConfigError
from monitor.review.ports.weeks import Frames
from reports.documents import evidently, weekly
from tests.review.broken_channel import broken
from tests.review.weeks import WEEK, report
from tests.stored import TICKETS

pytestmark = pytest.mark.slow

Rows = Sequence[Mapping[str, object]]
LIMIT_S = 120.0


def ticket(target: str, prediction: str, **more: object) -> dict[str, object]:
    return {"target": target, "prediction": prediction, "slice: channel": "email", "look: words": 4.0, **more}


def frames(labelled: Rows, anchor: Rows) -> Frames:
    return Frames(
        labelled, [{k: v for k, v in ticket.items() if k != "target"} for ticket in labelled], anchor
    )


def render(folder: Path, labelled: Rows, anchor: Rows) -> list[Attachment]:
    return evidently.render([(TICKETS, frames(labelled, anchor))], WEEK, folder, LIMIT_S)


def test_recall_and_drift_are_rendered_and_their_snapshots_kept(engine: Engine, tmp_path: Path) -> None:
    broken(engine)
    rows = WeekFrames(engine).of(TICKETS, WEEK)
    assert (len(rows.labelled), len(rows.predicted), len(rows.anchor)) == (90, 90, 50)
    assert rows.labelled[0].keys() >= {"target", "prediction", "slice: channel", "look: words"}
    attachments = evidently.render([(TICKETS, rows)], WEEK, tmp_path, LIMIT_S)
    assert attachments == [
        Attachment("recall of tickets v7 (prod)", "evidently-2026-W47-tickets-7-prod-recall.html"),
        Attachment("drift of tickets v7 (prod)", "evidently-2026-W47-tickets-7-prod-drift.html"),
    ]
    for attachment in attachments:
        assert "<html" in (tmp_path / attachment.file).read_text()
    assert len(list((tmp_path / "evidently").rglob("snapshots/*.json"))) == 2


@pytest.mark.parametrize("intents", [1, 2, 3])
def test_any_number_of_labels_in_a_week_is_rendered(tmp_path: Path, intents: int) -> None:
    """Two labels crash Evidently's other metrics; a single label makes it assume a binary model."""
    names = [f"intent_{n}" for n in range(intents)]
    labelled = [ticket(name, names[0]) for name in names for _ in range(5)]
    attachments = render(tmp_path, labelled, labelled)
    assert len(attachments) == 2
    assert all(attachment.file for attachment in attachments)


def test_a_label_that_the_anchor_lacks_is_rendered_without_the_anchor(tmp_path: Path) -> None:
    """Evidently raises KeyError where the reference lacks a label of the week."""
    labelled = [ticket("new", "a"), *(ticket("a", "a") for _ in range(9)), ticket("b", "a")]
    recall, drift = render(tmp_path, labelled, [ticket("a", "a") for _ in range(9)])
    assert (recall.file, drift.file) == (
        "evidently-2026-W47-tickets-7-prod-recall.html",
        "evidently-2026-W47-tickets-7-prod-drift.html",
    )


def test_where_there_is_nothing_to_render_it_says_so(tmp_path: Path) -> None:
    assert render(tmp_path, [], []) == [
        Attachment("recall of tickets v7 (prod)", trouble="no ticket of this week is labelled"),
        Attachment("drift of tickets v7 (prod)", trouble="nothing was predicted this week"),
    ]
    _, drift = render(tmp_path, [ticket("a", "a")], [])
    assert drift.trouble.startswith("no example of the anchor is kept")
    assert evidently.render([], WEEK, tmp_path, LIMIT_S) == []


def test_what_takes_too_long_is_left_out_and_the_report_says_why(engine: Engine, tmp_path: Path) -> None:
    attachments = evidently.render([(TICKETS, frames([ticket("a", "a")], []))], WEEK, tmp_path, 0.01)
    why = "Evidently took longer than 0.01 s (reports.evidently_seconds)"
    assert [attachment.trouble for attachment in attachments] == [why, why]
    world = broken(engine)
    week = msgspec.structs.replace(report(world), attachments=attachments)
    assert f"- recall of tickets v7 (prod): left out, {why}" in weekly.markdown(week).replace("\\_", "_")


def test_a_crash_is_reported_in_its_own_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = tmp_path / "not-python"
    nowhere.write_text("#!/bin/sh\necho 'Segmentation fault' >&2\nexit 139\n")
    nowhere.chmod(0o755)
    monkeypatch.setattr("sys.executable", str(nowhere))
    attachments = evidently.render(
        [(TICKETS, frames([ticket("a", "a")], []))], WEEK, tmp_path / "out", LIMIT_S
    )
    assert {attachment.trouble for attachment in attachments} == {
        "Evidently ended with code 139: Segmentation fault"
    }


def test_the_child_gets_none_of_our_secrets_and_sends_no_telemetry(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spy = tmp_path / "spy"
    spy.write_text(f"#!/bin/sh\nenv > {tmp_path}/env\n")
    spy.chmod(0o755)
    monkeypatch.setattr("sys.executable", str(spy))
    monkeypatch.setenv("ANCHORWATCH_DATABASE__URL", "postgresql://ana:secret@db/x")
    monkeypatch.setenv("PGPASSWORD", "hunter2")
    evidently.render([(TICKETS, frames([ticket("a", "a")], []))], WEEK, tmp_path / "out", LIMIT_S)
    given = (tmp_path / "env").read_text()
    assert "DO_NOT_TRACK=1" in given.splitlines()
    assert "postgresql://" not in given
    assert "hunter2" not in given
    assert os.environ["ANCHORWATCH_DATABASE__URL"]


def test_names_from_events_cannot_leave_the_folder(tmp_path: Path) -> None:
    odd = type(TICKETS)("../../etc/x y", "<7>", "pröd")
    attachments = evidently.render([(odd, frames([ticket("a", "a")], []))], WEEK, tmp_path / "out", LIMIT_S)
    assert attachments[0].file == "evidently-2026-W47-etc-x-y-7-pr-d-recall.html"
    assert (tmp_path / "out" / attachments[0].file).exists()


def test_a_name_from_an_event_brings_no_script_into_evidentlys_pages(tmp_path: Path) -> None:
    evil = "</script><script>alert(1)</script>"
    rows = [ticket(evil, evil, **{"slice: channel": evil}) for _ in range(9)]
    attachments = render(tmp_path, rows, rows)
    assert len(attachments) == 2
    for attachment in attachments:
        assert "alert(1)" in (tmp_path / attachment.file).read_text()
        assert "<script>alert(1)" not in (tmp_path / attachment.file).read_text()


def test_a_folder_that_can_t_be_made_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="name another folder"):
        evidently.render(
            [(TICKETS, frames([ticket("a", "a")], []))], WEEK, tmp_path / "file" / "out", LIMIT_S
        )
