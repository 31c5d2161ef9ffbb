"""Label Studio's webhooks: an annotation was made, changed or deleted.

Source: Label Studio's docs, "Webhook event format reference", and `label_studio/webhooks/models.py`. It signs nothing,
and sends nothing a second time.
"""

from typing import Any

import msgspec

from connectors.files.labels.label_studio import GivenAnnotation, choices_among, id_of, person
from monitor.domain.labelling.annotation import Annotation
from monitor.domain.labelling.heard import HeardAnnotations, HeardAnswer

_MADE = frozenset({"ANNOTATION_CREATED", "ANNOTATION_UPDATED", "ANNOTATIONS_CREATED"})
_DELETED = frozenset({"ANNOTATION_DELETED", "ANNOTATIONS_DELETED"})


class _Task(msgspec.Struct):
    id: int | str
    data: dict[str, Any] = {}


class _Annotation(GivenAnnotation):
    """As it stands; of one that was deleted there is its number alone."""

    task: int | str | None = None


class _Project(msgspec.Struct):
    id: int | str = ""


class _Message(msgspec.Struct):
    action: str
    project: _Project = msgspec.field(default_factory=_Project)
    task: _Task | list[_Task] | None = None
    annotation: _Annotation | list[_Annotation] | None = None
    annotations: list[_Annotation] = []


_decoder = msgspec.json.Decoder(_Message)


def read_message(body: bytes, question: str, project: str) -> HeardAnnotations | None:
    """What a message tells of annotations; None where it tells of something else.

    `question` is the Choices tag whose answers are intents. `project` is what the project is called, "" by its number.

    Raises:
        msgspec.DecodeError: it is no message of Label Studio, or leaves out what its webhooks send by default.
    """
    message = _decoder.decode(body)
    if message.action not in _MADE | _DELETED:
        return None
    named = project or str(message.project.id)
    if not named:
        raise msgspec.ValidationError("it names no project; switch on `Send payload` of the webhook")
    given = message.annotation
    annotations = [*message.annotations, *(given if isinstance(given, list) else [given] if given else [])]
    if not annotations:
        raise msgspec.ValidationError("it holds no annotation; switch on `Send payload` of the webhook")
    if message.action in _DELETED:
        return HeardAnnotations(named, deleted=[str(each.id) for each in annotations])
    task = message.task
    tasks = {str(each.id): each for each in (task if isinstance(task, list) else [task] if task else [])}
    return HeardAnnotations(named, [_answer(each, tasks, question) for each in annotations])


def _answer(each: _Annotation, tasks: dict[str, _Task], question: str) -> HeardAnswer:
    if each.at is None:
        raise msgspec.ValidationError(f"annotation {each.id} has no time with a zone")
    number = str(each.task) if each.task is not None else next(iter(tasks), "") if len(tasks) == 1 else ""
    task = tasks.get(number)
    annotation = Annotation(
        str(each.id),
        each.at,
        choices_among(each.result, question),
        annotator=person(each.completed_by),
        skipped=each.skipped,
        rejected=each.rejected,
    )
    return HeardAnswer(number, id_of(task.data.get("prediction_id")) if task is not None else "", annotation)
