"""Drawn tickets as JSON lines: an object a ticket, for whoever writes a program of their own."""

from collections.abc import Iterable, Iterator

import msgspec
from typing_extensions import override

from monitor.labels.ports.tasks import LabelTask, TaskFormat


class JsonTasks(TaskFormat):
    """The columns of the CSV as fields, the model as in an event; `text` only where the ticket has one."""

    suffix = ".jsonl"

    @override
    def lines(self, tasks: Iterable[LabelTask]) -> Iterator[str]:
        for task in tasks:
            row = {
                "prediction_id": task.prediction_id,
                "model": task.model,
                "predicted": task.predicted,
                "ts": task.ts,
                "pi": task.probability,
                "design": task.design,
            }
            if task.text is not None:
                row["text"] = task.text
            yield msgspec.json.encode(row).decode() + "\n"
