"""Use case: what a file with labels in lines changes. Each line is an event already."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from monitor.domain.events.checked import FIRST, Refused
from monitor.domain.events.decode import decode
from monitor.domain.events.misfits import Misfit, misfit
from monitor.domain.events.names import NO_INTENT
from monitor.domain.events.types import Label, LabelScope
from monitor.domain.labelling.import_plan import ImportPlan, PlannedLabel
from monitor.domain.labelling.imported import LabelChange, change_of
from monitor.errors import DecodeError
from monitor.labels.importing import note_readings
from monitor.labels.ports.held_labels import HeldLabels
from monitor.labels.ports.label_files import StatedLabel


class CheckedRow(msgspec.Struct, frozen=True):
    """A line and the label in it."""

    line: int
    event: bytes
    label: Label


class CheckedRows(msgspec.Struct):
    """The lines of a file: labels, and what is wrong with the rest."""

    rows: list[CheckedRow] = []
    refused: dict[Misfit, Refused] = {}

    def refuse(self, line: int, wrong: Misfit) -> None:
        """A line is no label."""
        refused = self.refused.setdefault(wrong, Refused())
        refused.count += 1
        if len(refused.lines) < FIRST:
            refused.lines.append(line)


def check_rows(
    stated: Sequence[StatedLabel], scope: LabelScope | None, max_bytes: int, latest: datetime
) -> CheckedRows:
    """Decode every line as it will be taken in; where a label names no model, it is about those of `scope`."""
    checked = CheckedRows()
    for each in stated:
        try:
            event = decode(each.event, "label", max_bytes, latest=latest)
        except DecodeError as error:
            checked.refuse(each.line, misfit(each.event, error))
            continue
        label = event[1] if isinstance(event, tuple) else event
        if not isinstance(label, Label):
            checked.refuse(each.line, Misfit("unknown_event", "event"))
        elif scope is None or label.scope is not None:
            checked.rows.append(CheckedRow(each.line, each.event, label))
        else:
            value = msgspec.json.encode({**msgspec.json.decode(each.event), "model": scope})
            checked.rows.append(CheckedRow(each.line, value, msgspec.structs.replace(label, scope=scope)))
    return checked


def plan_rows(checked: CheckedRows, held_labels: HeldLabels) -> ImportPlan:
    """What the labels of a file change, in its order."""
    plan = ImportPlan()
    held = dict(held_labels.by_id({row.label.label_id for row in checked.rows}))
    known = held_labels.intents()
    for row in checked.rows:
        label = row.label
        change = change_of(label, held.get(label.label_id))
        plan.changes[change] += 1
        if known and not label.retracted and label.intent not in {*known, NO_INTENT}:
            plan.unknown[label.intent] += 1
        # All of them go in: the join has the last word on each.
        plan.labels.append(
            PlannedLabel(row.line - 1, row.event, change, label.prediction_id, f"line {row.line}")
        )
        if change not in (LabelChange.AT_ODDS, LabelChange.OUTDATED, LabelChange.UNCHANGED):
            held[label.label_id] = label
    last = {row.label.label_id: row.label for row in checked.rows}
    active = [label for label in last.values() if not label.retracted]
    note_readings(plan, [(label.prediction_id, label.intent) for label in active])
    return plan
