"""A broken cell's analysis in; its part of the document out."""

from collections.abc import Sequence

from monitor.domain.analysis.analysis import MemberAnalysis
from monitor.domain.incidents.deploys import SOON, Deploy
from monitor.domain.text.plain import plain
from reports.documents.analysis_beside import beside_rows
from reports.documents.analysis_tickets import missed_tickets
from reports.documents.lifecycle import stages
from reports.documents.timeline_chart import timeline_chart
from reports.figures import duration, interval, moment, onset, percent, since_alarm, tickets
from reports.render.blocks import MOODS, Block, TableCell
from reports.words.grades import sentence


def member_blocks(member: MemberAnalysis, deploys: Sequence[Deploy] = ()) -> list[Block]:
    """The cell's curve and figures, its missed tickets, and the stages from the gap to the page.

    `deploys` are drawn into the curve.
    """
    return [
        Block(
            heading=str(member.cell),
            caption=_caption(member),
            picture=timeline_chart(
                member.timeline,
                member.floor,
                member.offline.value,
                member.onset,
                member.noticed,
                _heard(member),
                [deploy for deploy in deploys if member.onset - SOON <= deploy.at],
            ),
            columns=("", ""),
            rows=_figures(member),
        ),
        *missed_tickets(member),
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
        ["since release", _since_release(member)],
        ["offline", f"{offline}; floor {member.floor:.2f}"],
    ]
    if member.offline_real is not None:
        real = interval(member.offline_real, member.offline_real_support, "real examples")
        rows.append(["real rows only", real])
    if member.grade:
        words = [f"{member.grade}:", *map(sentence, member.grade_reasons)]
        rows.append(["the offline number is", TableCell(words, MOODS.get(member.grade, ""))])
    rows += beside_rows(member.beside)
    late = duration(member.noticed - member.onset)
    rows += [
        ["onset", onset(member.onset, member.onset_low, member.onset_high)],
        ["noticed", f"{moment(member.noticed)}, {late} later"],
    ]
    if member.until is not None:
        rows.append(["over", moment(member.until)])
    if member.touched is not None:
        rows.append(["tickets missed", f"{tickets(member.touched)} in that time"])
    return [*rows, ["labels", _coverage(member)]]


def _when(member: MemberAnalysis) -> str:
    return "since onset" if member.until is None else "from the onset until it was over"


def _recent(member: MemberAnalysis) -> TableCell:
    if member.recent is None:
        return TableCell("no labelled ticket is left: every label was taken back", "warn")
    return TableCell(since_alarm(member.recent, member.labelled, member.recent_method), "bad")


def _since_release(member: MemberAnalysis) -> str:
    estimate = member.since_release
    if estimate is None:
        return "no labelled ticket"
    looks = "weighed, at one look" if member.weighted else "at all times"
    return f"{estimate.value:.2f} ({estimate.low:.2f} to {estimate.high:.2f}, {looks})"


def _coverage(member: MemberAnalysis) -> str:
    """How many predictions are labelled, and how long that took."""
    parts = []
    if member.predictions:
        share = percent(member.covered, member.predictions)
        parts.append(f"{share} of the version's {member.predictions:,} predictions in that time are labelled")
    delays = member.delays
    if delays.since is not None:
        before = f" ({duration(delays.before)} before it)" if delays.before is not None else ""
        parts.append(f"half of this intent's labels came within {duration(delays.since)}{before}")
    if delays.hits is not None and delays.misses is not None:
        parts.append(f"hits {duration(delays.hits)}, misses {duration(delays.misses)}")
    return "; ".join(parts) or "none"


def _heard(member: MemberAnalysis) -> str:
    recent = f"{member.recent.value:.2f}" if member.recent else "unknown"
    return (
        f"Recall of {plain(str(member.cell))} over time: {recent} since the onset on {member.onset:%Y-%m-%d}, against"
        f" {member.offline.value:.2f} offline and a floor of {member.floor:.2f}; noticed on {member.noticed:%Y-%m-%d}."
        f" {_caption(member)}"
    )


def _caption(member: MemberAnalysis) -> str:
    looks = "at one look" if member.weighted else "at all times"
    return f"The line is recall since release, the band its interval {looks}, and a dot the recall of a few tickets."
