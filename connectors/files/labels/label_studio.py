"""What Label Studio exports as JSON: an array of tasks in, their annotations out.

A task has `annotations`, each with a `result`, of which the parts of type `choices` are read. Its `predictions` and
`drafts` are what a model said, or nobody yet, and are passed over. The format:
https://labelstud.io/guide/export
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec

from connectors.files.anchors.problems import Problems
from connectors.files.labels.questions import Question
from monitor.domain.labelling.annotation import Annotation
from monitor.labels.ports.label_files import AnsweredTask, AnsweredTasks, LabelFormat

_REJECTED = "rejected"
"""What `last_action` of an annotation says that a reviewer rejected."""


class AnnotationPart(msgspec.Struct):
    """A part of an annotation: what was said to one tag of the labelling configuration."""

    type: str = ""
    from_name: str = ""
    value: Any = None


class GivenAnnotation(msgspec.Struct):
    """One person's answer to a task; one that `was_cancelled` was skipped; a reviewer may have rejected it since."""

    id: int | str
    result: list[AnnotationPart] = []
    completed_by: Any = None
    was_cancelled: bool | None = None
    last_action: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None

    @property
    def at(self) -> datetime | None:
        """When it last changed; None where that is no time with a zone."""
        at = self.updated_at or self.created_at
        return at if at is not None and at.tzinfo is not None else None

    @property
    def skipped(self) -> bool:
        """Whether the person skipped the task."""
        return bool(self.was_cancelled)

    @property
    def rejected(self) -> bool:
        """Whether a reviewer rejected it."""
        return self.last_action == _REJECTED


class _Task(msgspec.Struct):
    """A task. `total_annotations` counts those in the tool that were not skipped."""

    data: dict[str, Any]
    id: int | str = ""
    project: int | str | None = None
    annotations: list[GivenAnnotation | int] | None = None
    total_annotations: int | None = None
    updated_at: datetime | None = None


_tasks = msgspec.json.Decoder(list[_Task])


def read_tasks(data: bytes, project: str, question: str, problems: Problems) -> AnsweredTasks:
    """Every task of an export. `project` goes before what the tasks name; `question` is the Choices tag to be read.

    Raises:
        ConfigError: it is cut short, or another kind of file; or it does not say which project or question is meant.
    """
    try:
        tasks = _tasks.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise problems.refuse(
            "", f"no whole JSON export of Label Studio: {error}; export it again"
        ) from error
    if any(task.annotations is None for task in tasks):
        what = "tasks without annotations, so no export of Label Studio 1.0 or later; export them as JSON"
        raise problems.refuse("", what)
    if any(isinstance(each, int) for task in tasks for each in task.annotations or ()):
        what = "holds the numbers of annotations only; export the annotations themselves"
        raise problems.refuse("", what)
    asked = _question(tasks, question, problems)
    read = [_task(task, project, asked, problems) for task in tasks]
    problems.check()
    return AnsweredTasks(LabelFormat.LABEL_STUDIO, read)


def _question(tasks: Sequence[_Task], wanted: str, problems: Problems) -> Question:
    names = {
        part.from_name
        for task in tasks
        for each in _annotations(task)
        for part in each.result
        if _chosen(part)
    }
    return Question.of(names, wanted, problems)


def _annotations(task: _Task) -> list[GivenAnnotation]:
    return [each for each in task.annotations or () if isinstance(each, GivenAnnotation)]


def _chosen(part: AnnotationPart) -> bool:
    return part.type == "choices"


def _task(task: _Task, project: str, question: Question, problems: Problems) -> AnsweredTask:
    place = f"task {task.id}"
    named = project or ("" if task.project is None else str(task.project))
    if not named:
        problems.add("", "does not say which project it is of; say so with --project NAME")
    check_project(named, problems)
    given = _annotations(task)
    answers = [answer for each in given if (answer := _answer(each, question, place, problems)) is not None]
    listed = sum(not each.skipped for each in given)
    return AnsweredTask(
        str(task.id),
        named,
        id_of(task.data.get("prediction_id")),
        answers,
        task.updated_at if task.updated_at and task.updated_at.tzinfo else None,
        left_out=task.total_annotations is not None and task.total_annotations > listed,
    )


def _answer(each: GivenAnnotation, question: Question, place: str, problems: Problems) -> Annotation | None:
    if each.at is None:
        problems.add(f"{place}, annotation {each.id}", "has no time with a zone; export it again")
        return None
    return Annotation(
        str(each.id),
        each.at,
        choices_among(each.result, question.name),
        person(each.completed_by),
        skipped=each.skipped,
        rejected=each.rejected,
    )


def choices_among(parts: Iterable[AnnotationPart], question: str) -> list[str]:
    """What was chosen of the tag of this name."""
    return [
        choice
        for part in parts
        if _chosen(part) and part.from_name == question
        for choice in choices_of(part.value)
    ]


def check_project(project: str, problems: Problems) -> None:
    """Note a name that can't be told from a project and a number in a label's id."""
    if ":" in project:
        what = f"the project is called {project!r}, and a colon ends its name in a label's id"
        problems.add("", f"{what}; call it something without a colon, with --project NAME")


def id_of(value: object) -> str:
    """An id as text; "" where it is none."""
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def person(value: object) -> str:
    """Who answered, by number, or by what stands in its place; "" where nobody is named."""
    if isinstance(value, dict):
        return id_of(value.get("id")) or id_of(value.get("email"))
    return id_of(value)


def choices_of(value: object) -> list[str]:
    """What was chosen, from `{"choices": […]}`, a list of such, or the bare choice; of nested ones the innermost."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return choices_of(value.get("choices"))
    if not isinstance(value, list):
        return []
    chosen = []
    for each in value:
        path = each if isinstance(each, list) else [each]
        inner = path[-1] if path else None
        chosen += choices_of(inner) if isinstance(inner, dict) else [inner] if isinstance(inner, str) else []
    return chosen
