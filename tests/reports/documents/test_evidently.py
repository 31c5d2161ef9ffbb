"""Evidently's part, in a process of its own: what it renders, and what the report says where it cannot."""

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest
from pytest_httpserver import HTTPServer
from sqlalchemy import Engine

from connectors.sql.database import open_engine
from connectors.sql.review.weeks import WeekFrames
from monitor.domain.events.types import Model
from monitor.domain.weekly.report import Attachment
from monitor.errors import ConfigError
from monitor.review.ports.weeks import STANDS_FOR, Frames
from reports.documents import evidently, weekly
from tests.review.broken_channel import broken
from tests.review.weeks import WEEK, report
from tests.services.chromium import seen
from tests.stored import TICKETS

pytestmark = pytest.mark.slow

Rows = Sequence[Mapping[str, object]]
LIMIT_S = 120.0


def ticket(target: str, prediction: str, **more: object) -> dict[str, object]:
    return {"target": target, "prediction": prediction, "slice: channel": "email", "look: words": 4.0, **more}


def frames(labelled: Rows, anchor: Rows) -> Frames:
    """Of which every labelled ticket stands for itself, unless it says otherwise."""
    predicted = [{k: v for k, v in ticket.items() if k not in {"target", STANDS_FOR}} for ticket in labelled]
    return Frames([{STANDS_FOR: 1.0, **ticket} for ticket in labelled], predicted, anchor)


def of_intents(count: int) -> Frames:
    """Five tickets of each intent, as the anchor has them."""
    names = [f"intent_{n}" for n in range(count)]
    labelled = [ticket(name, names[0]) for name in names for _ in range(5)]
    return frames(labelled, labelled)


EVIL = "</script><script>alert(1)</script>"
WITH_SCRIPT = [ticket(EVIL, EVIL, **{"slice: channel": EVIL}) for _ in range(9)]
NINE = [ticket("a", "a") for _ in range(9)]
WEIGHTED = Model("weighted", "1")
BY_CHANCE = ticket("a", "a", **{STANDS_FOR: 10.0})
WHERE_PREDICTED = [ticket("a", "b", **{STANDS_FOR: 2.0}) for _ in range(3)]
OTHERS = [ticket("b", "b", **{STANDS_FOR: 1.0}) for _ in range(6)]
THIRDS = [*[ticket("a", "a")] * 2, ticket("a", "b"), *[ticket("b", "b")] * 4]
FRAMES = {
    Model("intents", "1"): of_intents(1),
    Model("intents", "2"): of_intents(2),
    Model("intents", "3"): of_intents(3),
    Model("new", "1"): frames([ticket("new", "a"), *NINE, ticket("b", "a")], NINE),
    WEIGHTED: frames([BY_CHANCE, *WHERE_PREDICTED, *OTHERS], THIRDS),
    Model("empty", "1"): frames([], []),
    Model("no-anchor", "1"): frames([ticket("a", "a")], []),
    Model("../../etc/x y", "<7>", "pröd"): frames([ticket("a", "a")], []),
    Model("script", "1"): frames(WITH_SCRIPT, WITH_SCRIPT),
}


class Rendered(NamedTuple):
    """What came of everything that one process rendered, by model: recall and drift. And the rows of a database."""

    folder: Path
    attachments: Mapping[Model, Sequence[Attachment]]
    rows: Frames


@pytest.fixture(scope="module")
def rendered(_sqlite_with_tables: Path, tmp_path_factory: pytest.TempPathFactory) -> Rendered:
    """Evidently's imports take longer than all it renders here."""
    folder = tmp_path_factory.mktemp("rendered")
    engine = open_engine(f"sqlite:///{shutil.copy(_sqlite_with_tables, folder / 'broken.db')}")
    broken(engine)
    rows = WeekFrames(engine, 0.01).of(TICKETS, WEEK)
    engine.dispose()
    models = {TICKETS: rows, **FRAMES}
    attachments = evidently.render(models.items(), WEEK, folder / "out", LIMIT_S)
    by_title = {attachment.title: attachment for attachment in attachments}
    assert len(by_title) == len(attachments) == 2 * len(models)
    both = {model: [by_title[title] for title in evidently.titles(str(model))] for model in models}
    return Rendered(folder / "out", both, rows)


def test_recall_and_drift_are_rendered_and_their_snapshots_kept(rendered: Rendered) -> None:
    assert rendered.attachments[TICKETS] == [
        Attachment("recall of tickets v7 (prod)", "evidently-2026-W47-tickets-7-prod-recall.html"),
        Attachment("drift of tickets v7 (prod)", "evidently-2026-W47-tickets-7-prod-drift.html"),
    ]
    files = [made.file for both in rendered.attachments.values() for made in both if made.file]
    assert len(files) == 2 * 7 + 2  # two have no anchor to hold against, and one has nothing at all
    for file in files:
        assert "<html" in (rendered.folder / file).read_text()
    assert len(list((rendered.folder / "evidently").rglob("snapshots/*.json"))) == len(files)


def test_what_is_rendered_is_the_same_of_both_databases(engine: Engine, rendered: Rendered) -> None:
    broken(engine)
    rows = WeekFrames(engine, 0.01).of(TICKETS, WEEK)
    assert (len(rows.labelled), len(rows.predicted), len(rows.anchor)) == (90, 90, 50)
    assert rows.labelled[0].keys() >= {"target", "prediction", STANDS_FOR, "slice: channel", "look: words"}
    assert rows == rendered.rows


@pytest.mark.parametrize("intents", [1, 2, 3])
def test_any_number_of_labels_in_a_week_is_rendered(rendered: Rendered, intents: int) -> None:
    """Two labels crash Evidently's other metrics; a single label makes it assume a binary model."""
    attachments = rendered.attachments[Model("intents", str(intents))]
    assert len(attachments) == 2
    assert all(attachment.file for attachment in attachments)


def test_a_label_that_the_anchor_lacks_is_rendered_without_the_anchor(rendered: Rendered) -> None:
    """Evidently raises KeyError where the reference lacks a label of the week."""
    recall, drift = rendered.attachments[Model("new", "1")]
    assert (recall.file, drift.file) == (
        "evidently-2026-W47-4-new-1-prod-recall.html",
        "evidently-2026-W47-4-new-1-prod-drift.html",
    )


def test_a_page_says_what_it_is_of_and_its_recall_is_the_weighted_one(rendered: Rendered) -> None:
    """Of the tickets labelled 1 in 4 was a hit; of those that they stand for 10 in 16, as in our own report."""
    page = (rendered.folder / rendered.attachments[WEIGHTED][0].file).read_text()
    assert "<title>Recall of weighted v1 (prod), week 2026-W47</title>" in page
    assert "10 labelled tickets that were predicted in the week. Each counts for the tickets" in page
    assert '["a", "0.625", "0.667"]' in page
    assert '"header": ["intent", "this week", "anchor"]' in page


def test_evidentlys_own_view_of_a_model_has_its_weeks_side_by_side(rendered: Rendered) -> None:
    dashboards = [json.loads(file.read_text()) for file in rendered.folder.glob("evidently/*/dashboard.json")]
    titles = [panel["title"] for board in dashboards for panel in board["panels"]]
    assert titles.count("Recall by intent") == len(dashboards) > 1
    assert [[tab["title"] for tab in board["tabs"]] for board in dashboards] == [["weeks"]] * len(dashboards)
    assert str(TICKETS) in titles


@pytest.mark.parametrize("width", [1280, 390])
def test_a_page_fits_its_window_and_fetches_nothing(
    rendered: Rendered, chromium: str, httpserver: HTTPServer, width: int
) -> None:
    for attachment in rendered.attachments[TICKETS]:
        page = seen(chromium, httpserver, (rendered.folder / attachment.file).read_text(), width)
        assert page["wide"] <= width
        assert "tickets v7 (prod), week 2026-W47" in page["text"]
        assert page["fetched"] == []
        httpserver.clear_all_handlers()


def test_where_there_is_nothing_to_render_it_says_so(rendered: Rendered, tmp_path: Path) -> None:
    assert rendered.attachments[Model("empty", "1")] == [
        Attachment("recall of empty v1 (prod)", trouble="no ticket of this week is labelled"),
        Attachment("drift of empty v1 (prod)", trouble="nothing was predicted this week"),
    ]
    _, drift = rendered.attachments[Model("no-anchor", "1")]
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


def test_names_from_events_cannot_leave_the_folder(rendered: Rendered) -> None:
    recall, _ = rendered.attachments[Model("../../etc/x y", "<7>", "pröd")]
    assert recall.file == "evidently-2026-W47-8-etc-x-y-7-pr-d-recall.html"
    assert (rendered.folder / recall.file).exists()


def test_a_name_from_an_event_brings_no_script_into_evidentlys_pages(rendered: Rendered) -> None:
    attachments = rendered.attachments[Model("script", "1")]
    assert len(attachments) == 2
    for attachment in attachments:
        assert "alert(1)" in (rendered.folder / attachment.file).read_text()
        assert "<script>alert(1)" not in (rendered.folder / attachment.file).read_text()


def test_a_folder_that_can_t_be_made_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="name another folder"):
        evidently.render(
            [(TICKETS, frames([ticket("a", "a")], []))], WEEK, tmp_path / "file" / "out", LIMIT_S
        )
