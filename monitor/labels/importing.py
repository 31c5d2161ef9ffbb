"""Use case: what a file of labels changes. Labels in lines are events as they are; answers become events here."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from datetime import datetime
from itertools import chain
from typing import NamedTuple

import msgspec

from monitor.domain.events.decode import decode
from monitor.domain.events.fields import EARLIEST
from monitor.domain.events.names import normal
from monitor.domain.events.types import Label, LabelScope
from monitor.domain.labelling.annotation import Annotation
from monitor.domain.labelling.import_plan import ImportPlan, Mentions, PlannedLabel
from monitor.domain.labelling.imported import (
    GivenAnswer,
    KeptLabel,
    LabelChange,
    NoLabel,
    change_of_answer,
    revision_at,
)
from monitor.errors import DecodeError
from monitor.labels.annotation_ids import AnnotationId, begin_of
from monitor.labels.choices import names_chosen, why_no_label
from monitor.labels.gone import gone_from
from monitor.labels.ports.held_labels import HeldLabels
from monitor.labels.ports.label_files import AnsweredTask, AnsweredTasks

_SENT = (LabelChange.NEW, LabelChange.CHANGED, LabelChange.RETRACTED)


class ImportRules(NamedTuple):
    """How a file is to be taken.

    `scope` names the models that its labels are about. `complete`: it holds its whole project, so a label whose task
    it lacks is taken back. `new_intents`: a choice that names no known intent is one, too.
    """

    scope: LabelScope | None = None
    complete: bool = False
    new_intents: bool = False


class _Stated(NamedTuple):
    """An answer with its task, and the id of its label."""

    label_id: str
    task: AnsweredTask
    answer: Annotation

    @property
    def place(self) -> str:
        return f"task {self.task.number}, annotation {self.answer.number}"


def plan_answers(
    export: AnsweredTasks, held_labels: HeldLabels, rules: ImportRules, latest: datetime
) -> ImportPlan:
    """What the answers of an export change. No event may be stamped after `latest`."""
    projects = sorted({task.project for task in export.tasks})
    beginning = chain.from_iterable(held_labels.beginning_with(begin_of(each)).items() for each in projects)
    held = {key: label for key, label in beginning if AnnotationId.of(key).project in projects}
    known = held_labels.intents()
    if known:
        known |= {label.intent for label in held.values() if not label.retracted}
    plan = ImportPlan()
    planner = _Planner(plan, held, rules, as_of(export, latest), latest)
    stated = _latest_of_each(export.tasks, held)
    for each in stated.values():
        reason = _no_label(each, frozenset() if rules.new_intents else known, plan)
        planner.take(each, reason)
    _take_back(planner, export.tasks, stated.keys())
    note_readings(plan, planner.readings)
    return plan


def note_readings(plan: ImportPlan, labels: Iterable[tuple[str, str]]) -> None:
    """Note the tickets of active labels (pairs of a ticket and an intent), and which have several that differ."""
    of: dict[str, list[str]] = defaultdict(list)
    for prediction_id, intent in labels:
        plan.tickets.append(prediction_id)
        of[prediction_id].append(intent)
    twice = [intents for intents in of.values() if len(intents) > 1]
    plan.read_twice, plan.disagreed = len(twice), sum(len(set(intents)) > 1 for intents in twice)


def as_of(export: AnsweredTasks, latest: datetime) -> datetime:
    """The latest time that an export knows of; what is stamped after `latest` was never so late."""
    times = (at for task in export.tasks for at in (task.changed_at, *(each.at for each in task.answers)))
    return max((at for at in times if at is not None and at <= latest), default=EARLIEST)


def _latest_of_each(tasks: Sequence[AnsweredTask], held: Iterable[str]) -> dict[str, _Stated]:
    """The answers by the ids of their labels, those held as they are; of one that is there twice, the later."""
    known = {AnnotationId.of(label_id)[:2]: label_id for label_id in held}
    stated: dict[str, _Stated] = {}
    for task in tasks:
        for answer in task.answers:
            own = AnnotationId(task.project, answer.number, task.number)
            each = _Stated(known.get(own[:2], str(own)), task, answer)
            if each.label_id not in stated or stated[each.label_id].answer.at < answer.at:
                stated[each.label_id] = each
    return stated


def _no_label(each: _Stated, known: Set[str], plan: ImportPlan) -> NoLabel | None:
    """Why an answer is no label; None where it is one."""
    answer = each.answer
    reason = why_no_label(
        answer.choices, each.task.prediction_id, known, skipped=answer.skipped, rejected=answer.rejected
    )
    if reason is NoLabel.UNKNOWN_INTENT:
        plan.unknown.update(names_chosen(answer.choices))
    if reason is not None:
        plan.no_label.setdefault(reason, Mentions()).add(each.place)
    return reason


class _Planner:
    """Adds events to a plan, and counts."""

    def __init__(
        self,
        plan: ImportPlan,
        held: Mapping[str, Label],
        rules: ImportRules,
        as_of_: datetime,
        latest: datetime,
    ) -> None:
        self._plan = plan
        self.held = held
        self.rules = rules
        self.as_of = as_of_
        self._latest = latest
        self.readings: list[tuple[str, str]] = []

    def take(self, each: _Stated, reason: NoLabel | None) -> None:
        """An answer, and why it is no label, if it is none."""
        answer, prediction_id = each.answer, each.task.prediction_id
        intent = None if reason else normal(next(filter(None, map(normal, answer.choices))))
        if intent is not None:
            self.readings.append((prediction_id, intent))
        held = self.held.get(each.label_id)
        given = GivenAnswer(prediction_id, intent, answer.at, self.as_of, self.rules.scope)
        change = change_of_answer(given, held)
        if change is None:
            return
        if change not in _SENT:
            self._plan.changes[change] += 1
        elif intent is None and held is not None:
            self.retract(held, answer.at, revision_at(answer.at, held), each.place)
        else:
            label: dict[str, object] = {
                "label_id": each.label_id,
                "prediction_id": prediction_id,
                "intent": intent,
                "revision": revision_at(answer.at, held),
                "labeled_at": answer.at,
                "source": {"kind": "human", **({"annotator": answer.annotator} if answer.annotator else {})},
            }
            self._send(label, change, each.place)

    def keep(self, why: KeptLabel) -> None:
        """A label stays that the file does not have."""
        self._plan.kept[why] += 1

    def retract(self, held: Label, at: datetime, revision: int, place: str) -> None:
        """Take a label back."""
        label: dict[str, object] = {
            "label_id": held.label_id,
            "prediction_id": held.prediction_id,
            "intent": held.intent,
            "revision": revision,
            "status": "retracted",
            "labeled_at": at,
        }
        self._send(label, LabelChange.RETRACTED, place)

    def _send(self, label: dict[str, object], change: LabelChange, place: str) -> None:
        event = {"event": "label", **label}
        if self.rules.scope is not None:
            event["model"] = self.rules.scope
        value = msgspec.json.encode(event)
        try:
            decode(value, "label", latest=self._latest)
        except DecodeError as error:
            self._plan.no_label.setdefault(NoLabel.UNREADABLE, Mentions()).add(f"{place} ({error.code})")
            return
        self._plan.changes[change] += 1
        number, prediction_id = len(self._plan.labels), str(label["prediction_id"])
        self._plan.labels.append(PlannedLabel(number, value, change, prediction_id, place))


def _take_back(planner: _Planner, tasks: Sequence[AnsweredTask], stated: Collection[str]) -> None:
    """Retract the labels whose annotations are gone, as far as the file can tell."""
    complete = planner.rules.complete
    for label, kept in gone_from(tasks, planner.held.values(), stated, planner.as_of, complete=complete):
        if kept is None:
            gone = f"annotation {AnnotationId.of(label.label_id).annotation}, which is gone"
            planner.retract(label, planner.as_of, label.revision + 1, gone)
        else:
            planner.keep(kept)
