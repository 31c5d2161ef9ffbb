"""Use case: what a labelling tool tells as it happens becomes labels, the same as its export would in the end.

An annotation's label has the export's id, and a revision from when the annotation last changed, so that the order in
which changes are told does not matter. One that is no label any more is taken back. One that is
deleted before anybody told of it leaves a label of no ticket that is taken back already, so that what is told of it
afterwards comes too late.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

import msgspec

from monitor.domain.events.names import normal
from monitor.domain.events.types import Label
from monitor.domain.labelling.heard import HeardAnnotations, HeardAnswer
from monitor.domain.labelling.imported import NoLabel, revision_at
from monitor.labels.annotation_ids import AnnotationId, begin_of
from monitor.labels.choices import why_no_label
from monitor.labels.ports.held_labels import HeldLabels


class HeardEvents(NamedTuple):
    """The events to take in, why some answers are no label, and how many deleted annotations were none by then."""

    events: list[bytes]
    no_label: list[NoLabel]
    unheard_of: int


def events_of(heard: HeardAnnotations, held_labels: HeldLabels, now: datetime) -> HeardEvents:
    """What to take in. `now` is when what was deleted is taken back."""
    made = HeardEvents([], [], 0)
    known = held_labels.intents()
    for answer in heard.answers:
        annotation = answer.annotation
        own = AnnotationId(heard.project, annotation.number, answer.task)
        held = {label.label_id: label for label in _held(held_labels, own.project, own.annotation)}
        number = _id_of(own, held)
        reason = why_no_label(
            annotation.choices,
            answer.prediction_id,
            known and known | {label.intent for label in held.values() if not label.retracted},
            skipped=annotation.skipped,
            rejected=annotation.rejected,
        )
        if reason is not None:
            made.no_label.append(reason)
        if answer.prediction_id:
            made.events.append(_event(number, answer, reason))
    unheard_of = 0
    for each in heard.deleted:
        labels = list(_held(held_labels, heard.project, each))
        # One that was taken back already is so from now on, too: what it was before may be told later still.
        made.events.extend(_retraction(label, now) for label in labels)
        if all(label.retracted for label in labels):
            unheard_of += 1
        if not labels:
            made.events.append(_retraction_ahead(AnnotationId(heard.project, each), now))
    return made._replace(unheard_of=unheard_of)


def _id_of(own: AnnotationId, held: Mapping[str, Label]) -> str:
    """The id of an annotation's label: its own, or another it is held under, as from before tasks were kept."""
    if not held or str(own) in held:
        return str(own)
    return min(held, key=lambda label_id: (held[label_id].retracted, label_id))


def _event(label_id: str, answer: HeardAnswer, reason: NoLabel | None) -> bytes:
    annotation = answer.annotation
    event: dict[str, object] = {
        "event": "label",
        "label_id": label_id,
        "prediction_id": answer.prediction_id,
        "revision": revision_at(annotation.at, None),
        "labeled_at": annotation.at,
        "source": {"kind": "human", **({"annotator": annotation.annotator} if annotation.annotator else {})},
    }
    if reason is None:
        event["intent"] = normal(next(filter(None, map(normal, annotation.choices))))
    else:
        event["status"] = "retracted"
    return msgspec.json.encode(event)


def _held(held_labels: HeldLabels, project: str, annotation: str) -> Iterator[Label]:
    """The labels of an annotation; of other tasks, too, where it was moved."""
    for label_id, label in held_labels.beginning_with(f"{begin_of(project)}{annotation}").items():
        if AnnotationId.of(label_id)[:2] == (project, annotation):
            yield label


def _retraction(label: Label, now: datetime) -> bytes:
    intent = {"intent": label.intent} if label.intent else {}
    return _taken_back(label.label_id, label.prediction_id, revision_at(now, label), now, intent)


def _retraction_ahead(own: AnnotationId, now: datetime) -> bytes:
    """Of an annotation of which nothing is known, not even its task."""
    return _taken_back(str(own), str(own), revision_at(now, None), now, {})


def _taken_back(
    label_id: str, prediction_id: str, revision: int, now: datetime, intent: Mapping[str, str]
) -> bytes:
    return msgspec.json.encode(
        {
            "event": "label",
            "label_id": label_id,
            "prediction_id": prediction_id,
            **intent,
            "revision": revision,
            "status": "retracted",
            "labeled_at": now,
        }
    )
