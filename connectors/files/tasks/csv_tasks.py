"""Drawn tickets as CSV: a line a ticket, for a spreadsheet or any labelling tool."""

import csv
import io
from collections.abc import Iterable, Iterator

from typing_extensions import override

from monitor.labels.ports.tasks import LabelTask, TaskFormat

COLUMNS = ("prediction_id", "model", "version", "environment", "predicted", "ts", "pi", "design")


class CsvTasks(TaskFormat):
    """A header and a line a ticket; the column `text` only where a ticket has one."""

    suffix = ".csv"

    @override
    def lines(self, tasks: Iterable[LabelTask]) -> Iterator[str]:
        known = list(tasks)
        with_text = any(task.text is not None for task in known)
        yield _line((*COLUMNS, *(("text",) if with_text else ())))
        for task in known:
            values = (
                task.prediction_id,
                task.model.name,
                task.model.version,
                task.model.environment,
                task.predicted,
                task.ts.isoformat().replace("+00:00", "Z"),
                repr(task.probability),
                task.design.value,
            )
            yield _line((*values, *((task.text or "",) if with_text else ())))


def _line(values: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(values)
    return line.getvalue()
