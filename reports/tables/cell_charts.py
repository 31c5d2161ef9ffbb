"""A cell looked at in; its charts out: recall, what its bet won, its labels a day. Each with its figures as a table."""

from collections.abc import Sequence
from datetime import UTC, datetime, time

from monitor.domain.text.plain import plain
from monitor.review.ports.cell import CellLook
from reports.documents.plain_chart import plain_chart
from reports.documents.timeline_chart import timeline_chart
from reports.figures import counted, day, duration, moment, of_what_pages
from reports.render.blocks import Block, Column
from reports.render.chart import Chart, ChartLine, Level, Mark, Shape

LEAST_EVIDENCE = 1e-3
_IMPORTED = "Tickets are where they were predicted, whenever their labels came."


def recall_chart(look: CellLook) -> Block:
    """Recall since the release with what surely holds, by the time of the tickets."""
    state, promise, steps = look.status.state, look.status.promise, look.steps
    offline = promise.shipped.recall if promise and promise.shipped.support else None
    newest = look.incidents[0] if look.incidents else None
    facts = next((each for each in newest.members if each.cell == state.cell), None) if newest else None
    looks = "at one look" if state.bet.weighted else "at all times"
    heard = (
        f"Recall of {plain(str(state.cell))} over time, {len(steps)} steps; the table below has its figures."
    )
    levels = [
        *([Level(f"offline {offline:.2f}", offline, "offline")] if offline is not None else []),
        *(
            [Level(f"floor {state.held.floor:.2f}", state.held.floor, "floor")]
            if state.held.floor is not None
            else []
        ),
    ]
    marks = {"onset": facts.onset, "page": facts.noticed} if facts else {}
    times = [step.known.timestamp() for step in steps]
    chart = Chart(
        name="recall",
        x=times,
        at=times,
        lines=[
            ChartLine([step.recall for step in steps]),
            ChartLine([step.here for step in steps], Shape.DOTS),
        ],
        low=[step.low for step in steps],
        high=[step.high for step in steps],
        told=[
            f"recall {step.recall:.2f} ({step.low:.2f} to {step.high:.2f} {looks}); of the"
            f" {counted(step.labelled, 'ticket')} up to here {step.missed:,} missed, {step.here:.2f}"
            for step in steps
        ],
        levels=levels,
        marks=[Mark(name, at.timestamp()) for name, at in marks.items()],
        top=1.0,
    )
    return Block(
        heading="recall",
        chart=chart if steps else None,
        picture=timeline_chart(
            steps, state.held.floor, offline, marks.get("onset"), marks.get("page"), heard
        ),
        caption=f"The line is recall since release, the band its interval {looks}, and a dot the recall of a few"
        f" tickets. {_IMPORTED}",
        columns=_columns("tickets up to", "labelled", "missed", "recall of these", "recall", "from", "to"),
        rows=[
            [
                moment(step.known),
                f"{step.labelled:,}",
                f"{step.missed:,}",
                *(f"{share:.2f}" for share in (step.here, step.recall, step.low, step.high)),
            ]
            for step in steps
        ],
    )


def evidence_chart(look: CellLook) -> Block:
    """What the bet against the promise has won, label by label, against what pages."""
    steps = look.course
    if not steps:
        return Block()
    won = [max(step.evidence, LEAST_EVIDENCE) for step in steps]
    chart = Chart(
        name="evidence",
        x=[step.labels for step in steps],
        at=[step.at.timestamp() for step in steps],
        timed=False,
        x_name="labels",
        lines=[ChartLine(won)],
        told=[
            f"after {counted(step.labels, 'label')} the bet had won {of_what_pages(step.evidence)}"
            + (", and a page stands" if step.paged else "")
            for step in steps
        ],
        levels=[Level("a page", 1.0, "floor")],
        by_powers=True,
        least=LEAST_EVIDENCE,
    )
    about = f"What the bet against the promise won over {steps[-1].labels:,} labels, as a share of what pages"
    return Block(
        heading="evidence",
        chart=chart,
        picture=plain_chart(chart, f"{about}; the table below has its figures."),
        caption=f"{about}, label by label in the order in which they came; below"
        f" {of_what_pages(LEAST_EVIDENCE)} it is drawn there. While a page stands it is what the bet had won then.",
        columns=_columns("labels", "the last came", "won, of a page", "a page stands"),
        rows=[
            [f"{step.labels:,}", moment(step.at), f"{step.evidence:.3g}", "yes" if step.paged else "no"]
            for step in steps
        ],
    )


def labels_chart(look: CellLook) -> Block:
    """How many labels came each day, and how long they took."""
    days = look.label_days
    if not days:
        return Block()
    times = [datetime.combine(each.day, time(12), UTC) for each in days]
    took = [duration(each.delay_s) if each.delay_s is not None else "-" for each in days]
    chart = Chart(
        name="labels",
        x=[at.timestamp() for at in times],
        lines=[ChartLine([float(each.labels) for each in days], Shape.BARS)],
        told=[
            f"{day(at)} (UTC): {counted(each.labels, 'label')}"
            + (f", half of them within {words}" if each.labels else "")
            for at, each, words in zip(times, days, took, strict=True)
        ],
    )
    about = f"Labels a day over {counted(len(days), 'day')}"
    return Block(
        heading="labels a day",
        chart=chart,
        picture=plain_chart(chart, f"{about}; the table below has its figures."),
        caption=f"{about} (UTC), on the day they came.",
        columns=_columns("day", "labels", "half within"),
        rows=[
            [day(at), f"{each.labels:,}", words] for at, each, words in zip(times, days, took, strict=True)
        ],
    )


def _columns(first: str, *rest: str) -> Sequence[Column]:
    return [Column(first), *(Column(name, figures=True) for name in rest)]
