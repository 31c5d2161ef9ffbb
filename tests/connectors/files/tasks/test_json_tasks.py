"""Drawn tickets as JSON lines and as Label Studio's tasks, and the configuration to label them with."""

import json
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest

from connectors.files.tasks.json_tasks import JsonTasks
from connectors.files.tasks.label_studio_tasks import LabelStudioTasks, labelling_configuration
from connectors.files.tasks.writing import format_by_suffix, write_tasks
from monitor.domain.events.types import Design, Model
from monitor.domain.sampling.formats import TaskFormatName
from monitor.labels.ports.tasks import LabelTask

AT = datetime(2026, 11, 22, 15, 29, 0, 112_000, tzinfo=UTC)
MODEL = {"name": "tickets", "version": "7", "environment": "prod"}


def task(prediction_id: str = "p1", text: str | None = None) -> LabelTask:
    return LabelTask(3, prediction_id, Model("tickets", "7"), "refund", AT, Design.BY_PREDICTION, 0.1, text)


def test_a_ticket_is_a_line_of_json() -> None:
    first, second = JsonTasks().lines([task(), task("p2", "delete\nall")])
    assert json.loads(first) == {
        "prediction_id": "p1",
        "model": MODEL,
        "predicted": "refund",
        "ts": "2026-11-22T15:29:00.112000Z",
        "pi": 0.1,
        "design": "by_prediction",
    }
    assert (second.count("\n"), json.loads(second)["text"]) == (1, "delete\nall")


def test_label_studio_gets_an_array_of_tasks_with_what_brings_the_labels_back() -> None:
    first, second = json.loads("".join(LabelStudioTasks().lines([task(), task("p2", "déjà <vu>")])))
    assert first == {
        "data": {"prediction_id": "p1", "pi": 0.1, "design": "by_prediction"},
        "meta": {"draw": 3, "model": MODEL, "predicted": "refund", "ts": "2026-11-22T15:29:00.112000Z"},
    }
    assert second["data"]["text"] == "déjà <vu>"
    assert json.loads("".join(LabelStudioTasks().lines([]))) == []


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.csv", TaskFormatName.CSV),
        ("a.JSONL", TaskFormatName.JSONL),
        ("a.json", TaskFormatName.LABEL_STUDIO),
        ("a.txt", None),
    ],
)
def test_a_file_is_of_the_format_that_its_name_ends_like(name: str, kind: TaskFormatName | None) -> None:
    assert format_by_suffix(Path(name)) is kind


def test_every_format_has_a_writer(tmp_path: Path) -> None:
    for kind in TaskFormatName:
        write_tasks(tmp_path / "tickets", [task(text="hello")], kind)
        assert "hello" in (tmp_path / "tickets").read_text()


def test_no_annotator_is_shown_what_was_predicted() -> None:
    (shown,) = json.loads("".join(LabelStudioTasks().lines([task(text="hello")])))
    assert "refund" not in json.dumps(shown["data"])


def test_the_configuration_asks_for_one_of_the_intents() -> None:
    view = ElementTree.fromstring(labelling_configuration(["refund", 'say "hi" & <go>'], with_text=True))
    choices, text = view.find("Choices"), view.find("Text")
    assert choices is not None
    assert text is not None
    assert [choice.get("value") for choice in choices] == ["refund", 'say "hi" & <go>']
    assert (choices.get("name"), choices.get("toName"), choices.get("choice")) == (
        "intent",
        text.get("name"),
        "single",
    )
    assert text.get("value") == "$text"
    assert '"$prediction_id"' in labelling_configuration(["refund"], with_text=False)
