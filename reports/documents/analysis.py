"""An incident's analysis in; HTML, Markdown, JSON and tables for a terminal out."""

from datetime import timedelta
from typing import Any

from monitor.domain.analysis.analysis import Analysis, MemberAnalysis, Style
from monitor.domain.incidents.incidents import IncidentState
from monitor.domain.slices.causes import Cause, CauseKind
from monitor.domain.text.plain import plain
from reports.documents.charts import shares
from reports.documents.lifecycle import stages
from reports.documents.timeline_chart import timeline_chart
from reports.figures import answer, conditions, duration, interval, moment, percent, tickets
from reports.objects import as_object, json_text
from reports.render import html as pages
from reports.render import markdown as texts
from reports.render.blocks import MOODS, Block, TableCell, View
from reports.words import history
from reports.words.grades import sentence

LOOKS = 6
CHANCE = 0.05
_KINDS = {
    CauseKind.NEW: "new since the anchor was measured",
    CauseKind.ALWAYS: "always weak: the anchor's own examples miss it too",
    CauseKind.UNKNOWN: "weak now; the anchor cannot tell whether it was before",
}
_CHART = (
    "The line is recall since the release, the band is where it surely lies, and a dot is the recall of a few"
    " tickets."
)
_TO_FILL_IN = (
    "Root cause, in a sentence",
    "Who was hurt, and what was done for them",
    "What will be changed so that it does not come again, by whom, and until when",
    "Which real tickets are held aside from now on",
)


def title(analysis: Analysis) -> str:
    """What the report is about."""
    return f"Incident {analysis.incident}: {analysis.model} ({analysis.environment})"


def content(analysis: Analysis) -> dict[str, Any]:
    """Every number (to twelve digits); reasons and stages in words."""
    members = [
        {
            **as_object(member),
            "grade_reasons": [sentence(reason) for reason in member.grade_reasons],
            "lifecycle": stages(member),
        }
        for member in analysis.members
    ]
    lines = [{**line._asdict(), "why": history.sentence(line.why)} for line in analysis.history]
    whole: dict[str, Any] = as_object({**as_object(analysis), "history": lines, "members": members})
    return whole


def json(analysis: Analysis) -> str:
    """The same as text; the same analysis gives the same bytes."""
    return json_text(content(analysis))


def html(analysis: Analysis) -> str:
    """A page that opens anywhere: no script, nothing fetched."""
    return pages.html(title(analysis), blocks(analysis))


def markdown(analysis: Analysis) -> str:
    """The same for a wiki or a pull request."""
    return texts.markdown(title(analysis), blocks(analysis))


def view(analysis: Analysis) -> View:
    """The same for a terminal, and for programs."""
    return View(blocks(analysis), content(analysis), title(analysis))


def files(analysis: Analysis) -> dict[str, str]:
    """The three files by name."""
    name = f"incident-{analysis.incident}"
    return {f"{name}.html": html(analysis), f"{name}.md": markdown(analysis), f"{name}.json": json(analysis)}


def blocks(analysis: Analysis) -> list[Block]:
    """The whole report in its order: each broken cell, what happened, and what is left to a person."""
    state = "Open" if analysis.state == IncidentState.OPENED else analysis.state.capitalize()
    over = f", closed {moment(analysis.closed_at)}" if analysis.closed_at else ""
    head = f"{state}; opened {moment(analysis.opened_at)}{over}. This was written {moment(analysis.made_at)}."
    members = [block for member in analysis.members for block in _member(member)]
    happened = Block(
        heading="What happened",
        columns=("when", "who", "what", "why"),
        rows=[
            [moment(event.at), event.who, event.what, history.sentence(event.why)]
            for event in analysis.history
        ],
    )
    questions = list(
        dict.fromkeys(ask for member in analysis.members for stage in stages(member) for ask in stage.open)
    )
    left = Block(
        heading="For a person to answer",
        lines=["What nobody recorded is not guessed. Answer it here, or say that it cannot be known."],
        boxes=[*questions, *_TO_FILL_IN],
    )
    return [Block(lines=[head]), *members, happened, left]


def _member(member: MemberAnalysis) -> list[Block]:
    return [
        Block(
            heading=str(member.cell),
            caption=_CHART,
            picture=timeline_chart(
                member.timeline,
                member.floor,
                member.offline.value,
                member.onset,
                member.noticed,
                _heard(member),
            ),
            columns=("", ""),
            rows=_figures(member),
        ),
        *_shifts(member),
        Block(heading="Which tickets are missed", level=3, bullets=causes(member)),
        *_styles(member),
        Block(
            heading="From the gap to the page",
            level=3,
            columns=("stage", "what the evidence says", "left open"),
            rows=[
                [
                    TableCell([f"{stage.name}:", stage.question]),
                    TableCell(stage.found or "-"),
                    TableCell(stage.open or "-"),
                ]
                for stage in stages(member)
            ],
        ),
    ]


def _figures(member: MemberAnalysis) -> list[list[str | TableCell]]:
    offline = interval(member.offline, member.offline_support, "examples")
    rows: list[list[str | TableCell]] = [
        [_when(member), _recent(member)],
        ["since the release", _since_release(member)],
        ["offline", f"{offline}; floor {member.floor:.2f}"],
    ]
    if member.offline_real is not None:
        real = interval(member.offline_real, member.offline_real_support, "real examples")
        rows.append(["real rows only", real])
    if member.grade:
        words = [f"{member.grade}:", *map(sentence, member.grade_reasons)]
        rows.append(["the offline number is", TableCell(words, MOODS.get(member.grade, ""))])
    late = duration(member.noticed - member.onset)
    rows += [
        ["onset", f"{moment(member.onset)}, estimated"],
        ["noticed", f"{moment(member.noticed)}, {late} later"],
    ]
    if member.until is not None:
        rows.append(["over", moment(member.until)])
    if member.touched is not None:
        rows.append(["tickets missed", f"{tickets(member.touched)} in that time"])
    return [*rows, ["labels", _coverage(member)]]


def _when(member: MemberAnalysis) -> str:
    return "live since the onset" if member.until is None else "live until it was over"


def _recent(member: MemberAnalysis) -> TableCell:
    if member.recent is None:
        return TableCell("no labelled ticket is left: every label was taken back", "warn")
    return TableCell(interval(member.recent, member.labelled, "labelled"), "bad")


def _since_release(member: MemberAnalysis) -> str:
    estimate = member.since_release
    if estimate is None:
        return "no labelled ticket"
    looks = "weighed, at one look" if member.weighted else "however often one looks"
    return f"{estimate.value:.2f} ({estimate.low:.2f} to {estimate.high:.2f}), {looks}"


def _coverage(member: MemberAnalysis) -> str:
    """How many predictions are labelled, and how long that took."""
    parts = []
    if member.predictions:
        share = percent(member.covered, member.predictions)
        parts.append(f"{share} of the version's {member.predictions:,} predictions in that time are labelled")
    delays = member.delays
    if delays.since is not None:
        before = f" ({_span(delays.before)} before it)" if delays.before is not None else ""
        parts.append(f"half of this intent's labels came within {_span(delays.since)}{before}")
    if delays.hits is not None and delays.misses is not None:
        parts.append(f"hits {_span(delays.hits)}, misses {_span(delays.misses)}")
    return "; ".join(parts) or "none"


def _shifts(member: MemberAnalysis) -> list[Block]:
    if not member.shifts:
        return []
    rows: list[list[str | TableCell]] = []
    for shift in member.shifts[:LOOKS]:
        words = f"{answer(shift.intent)}: {shift.live_share:.0%} live, {shift.offline_share:.0%} offline"
        rows.append(
            [
                answer(shift.intent),
                f"{shift.live} ({shift.live_share:.0%})",
                f"{shift.offline} ({shift.offline_share:.0%})",
                TableCell("", picture=shares(shift.live_share, shift.offline_share, plain(words))),
            ]
        )
    left = len(member.shifts) - LOOKS
    return [
        Block(
            heading="Where the misses went",
            level=3,
            columns=("predicted instead", "live", "the anchor's own misses", ""),
            rows=rows,
            notes=[f"and {left} more intents"] if left > 0 else [],
        )
    ]


def causes(member: MemberAnalysis) -> list[str]:
    """Which part of the tickets explains the misses, in plain words."""
    if not member.labelled:
        return ["no labelled ticket is left to look at"]
    lines = [f"{member.missed} of {member.labelled} labelled tickets missed"]
    if member.left_out:
        lines.append(f"{member.left_out:,} older tickets only count in the recall since the release")
    if member.refused:
        lines.append(f"left out, since the model made them: {', '.join(member.refused)}")
    if not member.attributes:
        return [*lines, "no attribute of the events (`slices`) can tell one part of the tickets from another"]
    if member.missed in (0, member.labelled):
        return [
            *lines,
            f"{'all' if member.missed else 'none'} of them were missed, so no part differs from another",
        ]
    if not member.causes:
        return [*lines, f"no part stands out by {', '.join(member.attributes)}"]
    return lines + [_cause(cause) for cause in member.causes]


def _cause(cause: Cause) -> str:
    if cause.significant:
        sure = f"significant; {_KINDS[cause.kind]}"
    else:
        sure = "a hint: too few labels" if cause.hint else "may be chance"
    return f"{conditions(cause.conditions)}: {cause.misses} of {cause.tickets} missed ({sure})"


def _styles(member: MemberAnalysis) -> list[Block]:
    pairs = (
        ("How missed tickets look beside hit ones", ("missed", "hit"), member.missed_style),
        ("How missed tickets look beside the anchor's examples", ("missed", "anchor"), member.anchor_style),
    )
    styles = [_style(heading, sides, style) for heading, sides, style in pairs if style is not None]
    if styles:
        return styles
    words = "The tickets came without texts, or before texts were described: how they look is not known."
    return [Block(heading="How the tickets look", level=3, lines=[words])]


def _style(heading: str, sides: tuple[str, str], style: Style) -> Block:
    telling = [look for look in style.looks if look.p < CHANCE]
    words = f"{style.left} {sides[0]} against {style.right} {sides[1]}"
    apart = f"; a classifier tells them apart with {style.apart}" if style.apart else ""
    unlike = "" if telling else "; no descriptor differs beyond chance"
    return Block(
        heading=heading,
        level=3,
        lines=[f"{words}{apart}{unlike}."],
        columns=("descriptor", *sides, "AUC", "chance"),
        rows=[
            [
                look.name.replace("_", " "),
                f"{look.left:.2f}",
                f"{look.right:.2f}",
                f"{look.auc:.2f}",
                _chance(look.p),
            ]
            for look in telling[:LOOKS]
        ],
    )


def _chance(p: float) -> str:
    return f"{p:.3f}" if p >= 0.001 else "under 0.001"


def _heard(member: MemberAnalysis) -> str:
    recent = f"{member.recent.value:.2f}" if member.recent else "unknown"
    return (
        f"Recall of {plain(str(member.cell))} over time: {recent} since the onset on {member.onset:%Y-%m-%d}, against"
        f" {member.offline.value:.2f} offline and a floor of {member.floor:.2f}; noticed on {member.noticed:%Y-%m-%d}."
        f" {_CHART}"
    )


def _span(seconds: float) -> str:
    return duration(timedelta(seconds=seconds))
