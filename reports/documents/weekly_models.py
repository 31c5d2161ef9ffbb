"""A model's week in; its part of the reliability report out: what it is held to, and a row an intent."""

import math

from monitor.domain.judging.judge import Coverage, Verdict
from monitor.domain.text.plain import plain
from monitor.domain.weekly.report import IntentWeek, ModelWeek
from monitor.domain.weekly.slices import SliceWeek
from reports.documents.charts import recall_by_week, spark
from reports.documents.weekly_slices import beside, in_words, slice_row
from reports.figures import duration, moment, percent
from reports.render.blocks import MOODS, Block, Column, TableCell
from reports.words import corrections, readings, unanswered, unscoped, weak_labels
from reports.words.coverage import mood
from reports.words.reasons import sentence
from reports.words.slices import in_slices

COLUMNS = (
    "intent",
    "verdict",
    Column("offline", figures=True, spare=3),
    Column("floor", figures=True, spare=2),
    Column("since release, at all times", figures=True),
    Column("this week", figures=True),
    Column("week before", figures=True, spare=4),
    Column("a fall is seen in", figures=True, spare=1),
    Column("twelve weeks", spare=5),
)
OTHER_VALUES = Column(
    "other values", spare=6
)  # of a broken slice's attribute; only where there is such a slice


def model_block(model: ModelWeek) -> Block:
    """Its figures, a table of its intents, and the reasons of their verdicts."""
    cells: list[IntentWeek | SliceWeek] = []
    for intent in model.intents:
        cells += [intent, *intent.slices.broken]
    return Block(
        heading=str(model.model),
        lines=[_about(model), _anchor(model)],
        columns=COLUMNS,
        rows=[slice_row(cell) if isinstance(cell, SliceWeek) else _row(cell) for cell in cells],
        notes=[
            *(f"{_named(cell)}: {'; '.join(words)}" for cell in cells if (words := _why(cell))),
            *(
                [f"This week {unanswered.sentence(model.abstentions)}"]
                if model.abstentions is not None
                else ()
            ),
            *unscoped.sentences(model.out_of_scope),
            *(readings.sentences(model.readings) if model.readings is not None else ()),
        ],
    )


def _named(cell: IntentWeek | SliceWeek) -> str:
    """Of an intent that is not broken itself, with its slices that are."""
    if isinstance(cell, SliceWeek) or cell.judgement.verdict in (Verdict.DEGRADED, Verdict.SUSPECT):
        return str(cell.cell)
    slices = in_slices((each.cell, each.judgement.verdict is Verdict.DEGRADED) for each in cell.slices.broken)
    return f"{cell.cell} ({slices})" if slices else str(cell.cell)


def _why(cell: IntentWeek | SliceWeek) -> list[str]:
    """The reasons of its verdict, what corrections say and weak labels; of a slice the other values too."""
    words = [sentence(reason) for reason in cell.judgement.reasons]
    if isinstance(cell, IntentWeek):
        corrected = [corrections.sentence(cell.corrected)] if cell.corrected is not None else []
        return [*words, *corrected, *([weak_labels.sentence(cell.weak)] if cell.weak is not None else [])]
    others = beside(cell)
    return [*words, others] if others else words


def _about(model: ModelWeek) -> str:
    if not model.predictions:
        return "No prediction this week."
    words = f"{model.predictions:,} predictions, {percent(model.labelled, model.predictions)} of them labelled by now"
    return (
        f"{words}; half of all labels come within {_within(model.delay_s)}." if model.delay_s else f"{words}."
    )


def _within(seconds: float) -> str:
    return "longer than 90 days" if seconds == float("inf") else duration(seconds)


def _anchor(model: ModelWeek) -> str:
    """What the version is held to, and how far that may be believed."""
    anchor = model.anchor
    if anchor is None:
        return "It has no active anchor: nothing of it can page."
    grades = ", ".join(
        f"{count} {grade or 'not audited'}"
        for grade, count in sorted(model.grades.items(), key=lambda item: (item[0] == "", item[0]))
    )
    kept = f"{anchor.examples:,} examples" if anchor.examples else "numbers alone"
    since = f"Held to anchor {anchor.id[:12]} ({anchor.source}, {kept}) since {moment(anchor.active_since)}"
    return f"{since}; of its offline numbers {grades}." if grades else f"{since}."


def _row(intent: IntentWeek) -> list[str | TableCell]:
    offline = f"{intent.offline:.2f} of {intent.offline_support:,}" if intent.offline is not None else "-"
    live, looks = intent.live, " at one look" if intent.weighted else ""
    released = (
        [f"{live.value:.2f} of {intent.live_support:,}", f"{live.low:.2f} to {live.high:.2f}{looks}"]
        if live
        else "-"
    )
    return [
        str(intent.cell),
        _verdict(intent),
        TableCell([offline, intent.grade] if intent.grade else offline, MOODS.get(intent.grade, "")),
        f"{intent.floor:.2f}" if intent.floor is not None else "-",
        TableCell(released),
        _recall(intent, -1),
        _recall(intent, -2),
        _seen_in(intent),
        _picture(intent),
    ]


def _verdict(intent: IntentWeek) -> TableCell:
    """Its own verdict, and beside it how its slices stand; one of which a slice is broken is no good news."""
    return TableCell([intent.judgement.verdict.value, *in_words(intent.slices)], mood(intent.worst))


def _seen_in(intent: IntentWeek) -> TableCell:
    """How long a fall by .30 would go unseen, and whether it is blind or stale; nothing where it may not page."""
    days, coverage = intent.unseen_days, intent.judgement.coverage
    if days is None:
        return TableCell("-")
    words = f"{days:.1f} days" if math.isfinite(days) else "never"
    return TableCell(words) if coverage is Coverage.SEEN else TableCell([words, coverage.value], "warn")


def _recall(intent: IntentWeek, place: int) -> TableCell:
    count = intent.trend[place]
    recall, around = count.recall(weighted=intent.weighted), intent.interval(count)
    if recall is None:
        return TableCell("no label")
    return TableCell(
        [
            f"{recall:.2f} of {count.support:,}",
            f"{around.low:.2f} to {around.high:.2f}" if around else "weighed",
        ]
    )


def _picture(intent: IntentWeek) -> TableCell:
    weeks = [count.recall(weighted=intent.weighted) for count in intent.trend]
    return TableCell(spark(weeks), picture=recall_by_week(weeks, intent.floor, _heard(intent)))


def _heard(intent: IntentWeek) -> str:
    recalls = [count.recall(weighted=intent.weighted) for count in intent.trend]
    words = ", ".join("none" if recall is None else f"{recall:.2f}" for recall in recalls)
    return f"Recall of {plain(str(intent.cell))} week by week: {words}"
