"""Labels from a file: read, planned against what is held, and taken in by the same step as every other event."""

from array import array
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from datetime import datetime, timedelta

import msgspec
from typing_extensions import override

from connectors.files.labels.reader import read_label_file
from connectors.files.labels.source import RecordsAtHand
from connectors.sql.labels.held_labels import HeldLabels
from monitor.app.agent import drain
from monitor.app.clock import now
from monitor.app.oncall_stores import open_engine_of
from monitor.app.wiring import App
from monitor.domain.events.horizon import horizon
from monitor.domain.events.types import DeadLetter
from monitor.domain.labelling.import_plan import LabelImport, Mentions
from monitor.domain.labelling.imported import LabelChange
from monitor.errors import ConfigError
from monitor.ingest.ports import DeadLetters
from monitor.ingest.taken import Taken
from monitor.labels.importing import ImportRules, plan_answers
from monitor.labels.importing_rows import check_rows, plan_rows
from monitor.labels.ports.label_files import AnsweredTasks, LabelFormat, StatedLabels
from monitor.settings.settings import Settings
from reports.words.label_imports import worded_refusals


class AskedFile(msgspec.Struct, frozen=True):
    """A file of labels, and what its reader has to know of it beside what it says itself."""

    path: str
    format: LabelFormat = LabelFormat.AUTO
    project: str = ""
    question: str = ""


def open_existing(settings: Settings) -> App:
    """The agent on a database that is there: labels are of predictions that came before. It has no sinks.

    Whoever imports labels sends nothing, and need not be able to read the sinks' secrets.

    Raises:
        ConfigError: the database's URL can't be used, or there is none yet.
        UnavailableError: it is out of reach.
    """
    engine = open_engine_of(settings, new_too=False)
    return App(settings.model_copy(update={"sinks": ()}), engine)


def import_labels(app: App, asked: AskedFile, rules: ImportRules, *, dry_run: bool = False) -> LabelImport:
    """Take a file's labels in, each once; with `dry_run` only say what that would change.

    Raises:
        ConfigError: the file can't be used; every problem at once, and nothing of it was taken in.
        UnavailableError: the database is out of reach.
    """
    read = read_label_file(asked.path, asked.format, project=asked.project, question=asked.question)
    held = HeldLabels(app.engine, app.settings.labels.out_of_scope)
    latest = _latest(read, timedelta(hours=app.settings.limits.future_hours))
    if isinstance(read, StatedLabels):
        checked = check_rows(read.labels, rules.scope, app.settings.limits.message_bytes, latest)
        if problems := [*read.problems, *worded_refusals(asked.path, checked.refused)]:
            raise ConfigError(problems)
        plan = plan_rows(checked, held)
    else:
        plan = plan_answers(read, held, rules, latest)
    there = held.predicted(set(plan.tickets))
    waiting = sum(prediction_id not in there for prediction_id in plan.tickets)
    result = LabelImport(asked.path, read.format, plan, waiting, {}, dry_run=dry_run)
    if not dry_run:
        _take_in(app, result, latest)
        return result
    for each in plan.labels:
        if each.change is LabelChange.AT_ODDS:
            result.refused.setdefault("conflict", Mentions()).add(each.place)
    return result


def _take_in(app: App, result: LabelImport, latest: datetime) -> None:
    letters, total = _Letters(), Taken()

    def count(taken: Taken | None) -> None:
        if taken is not None:
            total.add(taken)

    records = [(each.number, each.event) for each in result.plan.labels]
    with closing(RecordsAtHand(result.path, records, latest)) as source:
        drain(app, source, letters, count)
    by_number = {each.number: each for each in result.plan.labels}
    for number, code in letters.codes.items():
        refused = by_number[number]
        result.refused.setdefault(code, Mentions()).add(refused.place)
        if refused.change is not LabelChange.AT_ODDS:
            result.plan.changes[refused.change] -= 1
            result.plan.changes[LabelChange.AT_ODDS] += 1
    result.passed_over = total.passed_over


class _Letters(DeadLetters):
    """Why records were refused, by their number. Their bytes are still in the file."""

    def __init__(self) -> None:
        self.codes: dict[int, str] = {}

    @override
    def publish(self, letters: Sequence[DeadLetter]) -> Mapping[str, int]:
        self.codes.update({letter.record.offset: letter.code for letter in letters})
        return {}


class _Times(msgspec.Struct):
    labeled_at: datetime | None = None


_times = msgspec.json.Decoder(_Times)


def _times_of(read: StatedLabels | AnsweredTasks) -> list[datetime]:
    if isinstance(read, AnsweredTasks):
        return [answer.at for task in read.tasks for answer in task.answers]
    times = []
    for label in read.labels:
        with suppress(msgspec.DecodeError, UnicodeDecodeError, OverflowError, RecursionError):
            times.append(_times.decode(label.event).labeled_at)
    return [at for at in times if at is not None and at.tzinfo is not None]


def _latest(read: StatedLabels | AnsweredTasks, future: timedelta) -> datetime:
    """The latest time that a label may carry, as of any other file: by the rest of it, and by our clock."""
    times = array("d", (at.timestamp() for at in _times_of(read)))
    return horizon(array("d"), times, now(), future)
