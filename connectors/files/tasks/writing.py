"""Drawn tickets into a file, whole or not at all."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from uuid import uuid4

from connectors.files.tasks.csv_tasks import CsvTasks
from connectors.files.tasks.json_tasks import JsonTasks
from connectors.files.tasks.label_studio_tasks import LabelStudioTasks
from monitor.domain.sampling.formats import TaskFormatName
from monitor.errors import ConfigError
from monitor.labels.ports.tasks import LabelTask, TaskFormat

FORMATS: Mapping[TaskFormatName, TaskFormat] = {
    TaskFormatName.CSV: CsvTasks(),
    TaskFormatName.JSONL: JsonTasks(),
    TaskFormatName.LABEL_STUDIO: LabelStudioTasks(),
}


def suffix_of(as_format: TaskFormatName) -> str:
    """How the name of a file of this format ends."""
    return FORMATS[as_format].suffix


def format_by_suffix(path: Path) -> TaskFormatName | None:
    """The format of which files end like this one; None where none does."""
    ending = path.suffix.casefold()
    return next((name for name, each in FORMATS.items() if each.suffix == ending), None)


def lines_of(tasks: Iterable[LabelTask], as_format: TaskFormatName) -> Iterable[str]:
    """The lines of such a file."""
    return FORMATS[as_format].lines(tasks)


def write_tasks(path: Path, tasks: Iterable[LabelTask], as_format: TaskFormatName) -> None:
    """Write a file in place of one of that name; whoever reads meanwhile sees the old one whole.

    Raises:
        ConfigError: it can't be written.
    """
    half = path.with_name(f".{path.name}.{uuid4().hex}.half")
    try:
        try:
            with half.open("w", encoding="utf-8", newline="") as file:
                file.writelines(lines_of(tasks, as_format))
            half.replace(path)
        finally:
            half.unlink(missing_ok=True)
    except OSError as err:
        raise ConfigError([f"{path} can't be written: {err.strerror}; name another file"]) from err
