"""A model's intents with their twelve weeks in; a picture of them, an intent a row and a week a column, out."""

from collections.abc import Sequence

from monitor.domain.recall.estimate import Interval
from monitor.domain.text.version import version_text
from monitor.domain.weekly.calendar import Week
from monitor.domain.weekly.counts import WeekCount
from monitor.domain.weekly.report import IntentWeek
from reports.figures import counted
from reports.render.blocks import Block, Column, TableCell

MOST = 40
SURE, PERHAPS = "▼", "▽"


def weeks_picture(intents: Sequence[IntentWeek], week: Week) -> Block:
    """Recall by the week of the prediction, the last one `week`; the most urgent intents, at most `MOST`."""
    ranked = sorted(intents, key=lambda intent: (not intent.watched, intent.urgency, intent.cell))
    shown = [intent for intent in ranked if any(count.support for count in intent.trend)][:MOST]
    if not shown:
        return Block()
    weeks = [week.before(back) for back in reversed(range(len(shown[0].trend)))]
    left = len(intents) - len(shown)
    several = len({intent.cell.model for intent in shown}) > 1
    return Block(
        heading="twelve weeks",
        columns=["intent", *(Column(f"W{each.number:02}", figures=True) for each in weeks)],
        rows=[
            [
                TableCell(_named(intent, several=several), leads_to=intent.cell),
                *(_cell(intent, each, count) for each, count in zip(weeks, intent.trend, strict=True)),
            ]
            for intent in shown
        ],
        sorts=False,
        notes=[
            f"Recall of the tickets that were predicted in each week. {SURE} is below the floor, {PERHAPS} may be by"
            " chance. Touch a week, or point at it, for its labels and the interval.",
            *([f"and {counted(left, 'more intent')}, without a label or less urgent"] if left else []),
        ],
    )


def _named(intent: IntentWeek, *, several: bool) -> str:
    """Of `several` versions with its own."""
    return f"{intent.cell}, {version_text(intent.cell.model.version)}" if several else str(intent.cell)


def _cell(intent: IntentWeek, week: Week, count: WeekCount) -> TableCell:
    recall, around = count.recall(weighted=intent.weighted), intent.interval(count)
    if recall is None:
        return TableCell("·", "quiet", hint=f"{week}: no label")
    between = f", {around.low:.2f} to {around.high:.2f}" if around else ", weighed"
    sign, mood = _against(intent.floor, recall, around)
    return TableCell(
        f"{recall:.2f}{sign}",
        mood,
        hint=f"{week}: {recall:.2f} of {counted(count.support, 'label')}{between}",
    )


def _against(floor: float | None, recall: float, around: Interval | None) -> tuple[str, str]:
    """The sign and the mood of a week's recall; without an interval nobody can say that it is not chance."""
    if floor is None or recall >= floor:
        return "", ""
    return (SURE, "bad") if around is not None and around.high < floor else (PERHAPS, "warn")
