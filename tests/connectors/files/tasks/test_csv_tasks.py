"""Drawn tickets as CSV, and a file that is written whole or not at all."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors.files.tasks.csv_tasks import CsvTasks
from connectors.files.tasks.writing import write_tasks
from monitor.domain.events.types import Design, Model
from monitor.domain.sampling.formats import TaskFormatName
from monitor.errors import ConfigError
from monitor.labels.ports.tasks import LabelTask

AT = datetime(2026, 11, 22, 15, 29, 0, 112_000, tzinfo=UTC)
TICKETS = Model("tickets", "7")


def task(prediction_id: str = "p1", text: str | None = None) -> LabelTask:
    return LabelTask(3, prediction_id, TICKETS, "refund", AT, Design.BY_PREDICTION, 0.1, text)


def test_a_ticket_is_a_line_with_what_it_was_drawn_with() -> None:
    assert list(CsvTasks().lines([task()])) == [
        "prediction_id,model,version,environment,predicted,ts,pi,design\n",
        "p1,tickets,7,prod,refund,2026-11-22T15:29:00.112000Z,0.1,by_prediction\n",
    ]


def test_a_text_of_several_lines_comes_back_as_it_was() -> None:
    text = 'delete, "please"\nall of it\r\nthx'
    lines = io.StringIO("".join(CsvTasks().lines([task("p1", text), task("p2")])), newline="")
    assert [row["text"] for row in csv.DictReader(lines)] == [text, ""]


def test_a_file_takes_the_place_of_an_older_one_whole(tmp_path: Path) -> None:
    path = tmp_path / "draw.csv"
    write_tasks(path, [task("old")], TaskFormatName.CSV)

    def broken() -> Iterator[LabelTask]:
        yield task("new")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write_tasks(path, broken(), TaskFormatName.CSV)
    assert ",tickets," in path.read_text()
    assert "old" in path.read_text()
    assert [each.name for each in tmp_path.iterdir()] == ["draw.csv"]


def test_a_folder_that_is_not_there_is_told_plainly(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"draw\.csv can't be written: No such file"):
        write_tasks(tmp_path / "none" / "draw.csv", [task()], TaskFormatName.CSV)
