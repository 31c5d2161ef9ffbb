"""What came of a file of labels in, what `anchorwatch labels import` shows out."""

from typing import Any

from monitor.domain.events.refusals import CODES
from monitor.domain.labelling.import_plan import LabelImport, Mentions
from monitor.domain.labelling.imported import KeptLabel, LabelChange
from monitor.domain.text.plain import plain
from reports.render.blocks import Block, Column, View
from reports.words.label_imports import CHANGES, KEPT, NO_LABEL

SHOWN = 3  # places, or unknown choices, that are named


def import_view(done: LabelImport) -> View:
    """A table of what became of the labels, and a line for whatever a person should look at."""
    plan = done.plan
    rows = [
        [word, f"{plan.changes[change]:,}", ""]
        for change, word in CHANGES.items()
        if plan.changes[change] or change in (LabelChange.NEW, LabelChange.CHANGED, LabelChange.RETRACTED)
    ]
    for reason, mentions in sorted(plan.no_label.items()):
        what, to_do = NO_LABEL[reason]
        rows.append([f"no label: {what}", f"{mentions.count:,}", _hint(mentions, to_do)])
    columns = ("labels", Column("count", figures=True), "where, and what to do")
    heading = "a dry run, so nothing is changed" if done.dry_run else ""
    lines = [f"{plain(done.path)}: {_format(done)}{f'; {heading}' if heading else ''}"]
    return View([Block(lines=lines, columns=columns, rows=rows, notes=_notes(done))], as_object(done))


def _format(done: LabelImport) -> str:
    return {"csv": "CSV", "jsonl": "JSON lines", "label-studio": "an export of Label Studio"}[done.format]


def _notes(done: LabelImport) -> list[str]:
    plan = done.plan
    notes = []
    if done.waiting:
        notes.append(f"{done.waiting:,} labels wait: no prediction has come with their prediction_id yet.")
    for code, mentions in done.refused.items():
        notes.append(f"{mentions.count:,} refused as {code} ({CODES[code]}): {_named(mentions)}.")
    if done.passed_over:
        notes.append(f"{done.passed_over:,} passed over: of what was erased, or not believed of this file.")
    if plan.unknown:
        names = [f"{plain(name)} ({count:,})" for name, count in plan.unknown.most_common(SHOWN)]
        more = f" and {len(plan.unknown) - SHOWN:,} more" if len(plan.unknown) > SHOWN else ""
        notes.append(f"No model predicts and no anchor promises: {', '.join(names)}{more}.")
    notes += [f"{plan.kept[why]:,} labels {KEPT[why]}." for why in KeptLabel if plan.kept[why]]
    if plan.read_twice:
        notes.append(
            f"{plan.read_twice:,} tickets have labels of several people; {plan.disagreed:,} of them differ."
        )
    return notes


def _hint(mentions: Mentions, to_do: str) -> str:
    return f"{_named(mentions)}: {to_do}" if to_do else ""


def _named(mentions: Mentions) -> str:
    more = mentions.count - min(len(mentions.places), SHOWN)
    return ", ".join(map(plain, mentions.places[:SHOWN])) + (f" and {more:,} more" if more else "")


def as_object(done: LabelImport) -> dict[str, Any]:
    """All of it, as JSON."""
    plan = done.plan
    return {
        "file": done.path,
        "format": done.format,
        "dry_run": done.dry_run,
        **{change.value: plan.changes[change] for change in LabelChange if change is not LabelChange.AT_ODDS},
        "refused": {code: _mentioned(mentions) for code, mentions in done.refused.items()},
        "no_label": {reason.value: _mentioned(each) for reason, each in sorted(plan.no_label.items())},
        "no_such_prediction": done.waiting,
        "passed_over": done.passed_over,
        "kept": {why.value: plan.kept[why] for why in KeptLabel if plan.kept[why]},
        "unknown_intents": dict(plan.unknown.most_common()),
        "read_twice": plan.read_twice,
        "disagreed": plan.disagreed,
    }


def _mentioned(mentions: Mentions) -> dict[str, Any]:
    return {"count": mentions.count, "first": mentions.places}
