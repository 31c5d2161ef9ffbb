"""A cell looked at in; its curve, its figures, its misses beside the anchor's, and what is known beside it, out."""

from collections.abc import Mapping, Sequence

from monitor.domain.judging.state import CellState
from monitor.domain.recall.estimate import Estimate
from monitor.review.ports.cell import CellLook
from reports.documents.charts import shares
from reports.figures import answer, duration, interval, moment, of_a_page, percent, rate
from reports.render.blocks import MOODS, Block, Column, TableCell, View
from reports.tables import corrections as correction_objects
from reports.tables.cell_charts import evidence_chart, labels_chart, recall_chart
from reports.tables.incidents import incidents_block
from reports.tables.intents import intents_block
from reports.tables.status import as_object
from reports.words import corrections
from reports.words.coverage import mood_of, seen_in, verdict_words
from reports.words.grades import sentence as grade_sentence
from reports.words.reasons import sentence
from reports.words.watching import why

MOST_SLICES = 40


def cell_view(look: CellLook) -> View:
    """One screen about one cell, as it was last judged."""
    state, promise = look.status
    figures = Block(
        columns=("", ""), rows=[[TableCell(label, "quiet"), words] for label, words in _figures(look)]
    )
    blocks = [figures, recall_chart(look), evidence_chart(look), labels_chart(look)]
    blocks.append(_where_misses_go(state, promise.misses_to if promise else {}))
    if look.slices:
        shown = look.slices[:MOST_SLICES]
        heading = "its slices" if not state.cell.slice_text else "the intent, and its other slices"
        blocks.append(
            replaced(
                intents_block(state.cell.model, shown, look.days), heading, len(look.slices) - len(shown)
            )
        )
    if look.versions:
        blocks.append(_versions(look))
    if look.incidents:
        incidents = incidents_block(look.incidents)
        blocks.append(replaced(incidents, "its incidents", len(look.older_incidents)))
    content = as_object(state, promise, look.days) | {
        "steps": [step_object(look, at) for at in range(len(look.steps))],
        "course": [
            {"labels": each.labels, "at": each.at.isoformat(), "evidence": each.evidence, "paged": each.paged}
            for each in look.course
        ],
        "label_days": [
            {"day": each.day.isoformat(), "labels": each.labels, "delay_s": each.delay_s}
            for each in look.label_days
        ],
        "corrections": correction_objects.as_object(look.corrected),
        "anchor_misses_to": dict(promise.misses_to) if promise else {},
        "incidents": [*(incident.id for incident in look.incidents), *look.older_incidents],
    }
    return View(
        [block for block in blocks if block.rows or block.picture or block.lines],
        content,
        f"{state.cell}, {state.cell.model}",
    )


def replaced(block: Block, heading: str, left: int) -> Block:
    """The same under another heading, with how many rows are left out."""
    notes = [*block.notes, *([f"and {left:,} more"] if left > 0 else [])]
    return Block(heading=heading, columns=block.columns, rows=block.rows, notes=notes)


def step_object(look: CellLook, at: int) -> dict[str, object]:
    """One step of the curve, unrounded."""
    step = look.steps[at]
    return {
        "tickets_until": step.known.isoformat(),
        "labelled": step.labelled,
        "missed": step.missed,
        "recall": step.recall,
        "low": step.low,
        "high": step.high,
    }


def _figures(look: CellLook) -> list[tuple[str, str | TableCell]]:
    state, promise = look.status
    judgement, reading = state.judgement, state.labels.reading
    verdict = [verdict_words(state), *(sentence(reason) for reason in judgement.reasons)]
    rows: list[tuple[str, str | TableCell]] = [("verdict", TableCell(verdict, mood_of(state)))]
    if reading.recall is not None:
        live = Estimate(reading.recall, *reading.interval)
        rows.append(("since release", interval(live, state.labels.tally.support, "labelled")))
    if look.corrected is not None:
        rows.append(("by agents' corrections", corrections.sentence(look.corrected)))
    if promise is not None:
        floor = f"; floor {state.held.floor:.2f}" if state.held.floor is not None else ""
        rows.append(("offline", f"{promise.shipped.recall:.2f} of {promise.shipped.support:,}{floor}"))
        if promise.real is not None and promise.real.support:
            rows.append(("real rows only", f"{promise.real.recall:.2f} of {promise.real.support:,}"))
        if promise.grade:
            words = [f"{promise.grade}:", *map(grade_sentence, promise.grade_reasons)]
            rows.append(("the offline number is", TableCell(words, MOODS.get(promise.grade, ""))))
    if state.bet.detector is not None:
        rows.append(("the bet has won", _won(state.evidence)))
    rows.append(("watched", why(state.held.watched) if state.held.watched else "no: it never pages"))
    if (days := seen_in(judgement, state.unseen_days(look.days))) != "-":
        rows.append(("a fall is seen in", days))
    if look.days:
        rows.append(("labels", rate(state.labels.tally.support / look.days)))
    if look.delays.since is not None:
        rows.append(("half of its labels came within", duration(look.delays.since)))
    if look.newest is not None:
        rows.append(("newest label", moment(look.newest)))
    return rows


def _where_misses_go(state: CellState, before: Mapping[str, int]) -> Block:
    """Live misses by what they were taken for, beside where the anchor's went."""
    live = state.labels.tally.misses_to
    total, all_before = sum(live.values()), sum(before.values())
    names = sorted(
        live.keys() | before.keys(), key=lambda name: (-live.get(name, 0), -before.get(name, 0), name)
    )
    rows: list[Sequence[str | TableCell]] = []
    for name in names:
        now, then = live.get(name, 0), before.get(name, 0)
        part, part_before = now / total if total else 0.0, then / all_before if all_before else 0.0
        about = f"{_share(now, total)} live, {_share(then, all_before)} offline"
        rows.append(
            [
                answer(name),
                f"{now:,}",
                f"{then:,}",
                TableCell(about, picture=shares(part, part_before, about)),
            ]
        )
    columns = (
        "taken for",
        Column("live", figures=True),
        Column("offline", figures=True),
        "share, live above offline",
    )
    return Block(heading="where its misses go", columns=columns, rows=rows)


def _won(evidence: float) -> str:
    words = of_a_page(evidence)
    return f"{words} what pages" if words.endswith("times") else f"{words} of what pages"


def _share(count: int, total: int) -> str:
    return percent(count, total) if total else "none"


def _versions(look: CellLook) -> Block:
    rows: list[Sequence[str | TableCell]] = []
    for status in sorted(look.versions, key=lambda each: each.state.cell):
        state = status.state
        recall, tally = state.labels.reading.recall, state.labels.tally
        rows.append(
            [
                TableCell(str(state.cell.model), leads_to=state.cell),
                f"{recall:.2f}" if recall is not None else "-",
                f"{tally.support:,}",
                TableCell(verdict_words(state), mood_of(state)),
            ]
        )
    columns = ("version", Column("since release", figures=True), Column("outcomes", figures=True), "verdict")
    return Block(heading="other versions", columns=columns, rows=rows)
