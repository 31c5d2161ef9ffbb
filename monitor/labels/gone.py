"""Which labels a file of answers takes back: those whose annotations are gone from tasks that it has."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from monitor.domain.events.types import Label
from monitor.domain.labelling.imported import KeptLabel
from monitor.labels.annotation_ids import AnnotationId
from monitor.labels.ports.label_files import AnsweredTask


def gone_from(
    tasks: Sequence[AnsweredTask],
    held: Iterable[Label],
    stated: Collection[str],
    as_of: datetime,
    *,
    complete: bool,
) -> Iterator[tuple[Label, KeptLabel | None]]:
    """The labels held that the file does not state, each with why it is kept; None where it is taken back.

    `as_of` is the latest time in the file. `complete`: it holds its whole project.
    """
    active = [label for label in held if not label.retracted]
    shown = _Shown(tasks, Counter(label.prediction_id for label in active))
    for label in active:
        if label.label_id in stated:
            continue
        left_out = shown.left_out(label, complete=complete)
        if left_out is None and not complete:
            yield label, KeptLabel.TASK_ELSEWHERE
        elif left_out:
            yield label, KeptLabel.ANSWERS_LEFT_OUT
        elif label.labeled_at > as_of:
            yield label, KeptLabel.LATER
        else:
            yield label, None


class _Shown:
    """The tasks that a file has, by number and by ticket."""

    def __init__(self, tasks: Sequence[AnsweredTask], labels: Mapping[str, int]) -> None:
        self._tasks: dict[tuple[str, str], bool] = {}
        self._tickets: dict[str, bool] = {}
        self._labels = labels
        for task in tasks:
            number = (task.project, task.number)
            self._tasks[number] = self._tasks.get(number, False) or task.left_out
            self._tickets[task.prediction_id] = self._tickets.get(task.prediction_id, False) or task.left_out

    def left_out(self, label: Label, *, complete: bool) -> bool | None:
        """Whether the file leaves out answers to a label's task; None where it may not have that at all."""
        annotation = AnnotationId.of(label.label_id)
        if annotation.task:
            return self._tasks.get((annotation.project, annotation.task))
        # Its task was not kept. With several labels the ticket may be in several tasks.
        told = complete or self._labels[label.prediction_id] == 1
        return self._tickets.get(label.prediction_id) if told else None
