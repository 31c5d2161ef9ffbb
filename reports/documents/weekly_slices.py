"""An intent's slices in a week in; a row for each that is broken or suspected, and words for the rest, out."""

from typing import Any

from monitor.domain.judging.judge import Coverage, Verdict
from monitor.domain.weekly.slices import SlicesOfIntent, SliceWeek
from reports.figures import cut
from reports.objects import as_object as as_plain
from reports.render.blocks import TableCell
from reports.words.coverage import mood
from reports.words.reasons import sentence

SIBLINGS = 5


def slice_row(each: SliceWeek) -> list[str | TableCell]:
    """In the columns of an intent's row, without the week before and without a curve."""
    live, looks = each.live, " at one look" if each.weighted else ""
    recall, around = each.now.recall(weighted=each.weighted), each.interval(each.now)
    coverage, watched = each.judgement.coverage, [] if each.watched else ["not watched"]
    released = (
        TableCell([f"{live.value:.2f} of {each.live_support:,}", f"{live.low:.2f} to {live.high:.2f}{looks}"])
        if live
        else "-"
    )
    bounds = f"{around.low:.2f} to {around.high:.2f}" if around else "weighed"
    return [
        str(each.cell),
        TableCell([each.judgement.verdict.value, *watched], mood(each.judgement)),
        f"{each.offline:.2f} of {each.offline_support:,}" if each.offline is not None else "-",
        f"{each.floor:.2f}" if each.floor is not None else "-",
        released,
        "no label" if recall is None else TableCell([f"{recall:.2f} of {each.now.support:,}", bounds]),
        "-",
        TableCell(coverage.value, "warn") if coverage is not Coverage.SEEN else "-",
        "-",
    ]


def in_words(slices: SlicesOfIntent) -> list[str]:
    """A few lines: how many of the slices are broken, and how the others stand; none without slices."""
    degraded = sum(each.judgement.verdict is Verdict.DEGRADED for each in slices.broken)
    suspects = len(slices.broken) - degraded
    lines = [
        f"{count} {'slice' if count == 1 else 'slices'} {word}"
        for count, word in ((degraded, "degraded"), (suspects, "suspect"))
        if count
    ]
    if slices.rest:
        rest = ", ".join(f"{count} {standing.value}" for standing, count in slices.rest.items())
        lines.append(f"{'others' if lines else 'slices'}: {rest}")
    return lines


def slices_object(slices: SlicesOfIntent) -> dict[str, Any]:
    """Everything, unrounded; `rest` counts the slices that are not listed by how they stand."""
    return {
        "broken": [
            {
                "slice": each.cell.slice_text,
                "verdict": each.judgement.verdict.value,
                "coverage": each.judgement.coverage.value,
                "reasons": [sentence(reason) for reason in each.judgement.reasons],
                "evidence": each.evidence,
                "watched": each.watched,
                "weighted": each.weighted,
                "offline": each.offline,
                "offline_support": each.offline_support,
                "floor": each.floor,
                "live": as_plain(each.live),
                "live_support": each.live_support,
                "this_week": {
                    "hits": each.now.hits,
                    "misses": each.now.misses,
                    "recall": each.now.recall(weighted=each.weighted),
                },
                "siblings": [
                    {
                        "slice": beside.cell.slice_text,
                        "live": as_plain(beside.live),
                        "live_support": beside.support,
                    }
                    for beside in each.siblings
                ],
            }
            for each in slices.broken
        ],
        "rest": {standing.value: count for standing, count in slices.rest.items()},
    }


def beside(each: SliceWeek) -> str:
    """The other values of the attribute with the most labels, their recall since the release; empty without any."""
    values = [
        f"{cut(other.cell.slice.value, 40)} {other.live.value:.2f} of {other.support:,}"
        for other in each.siblings[:SIBLINGS]
        if other.cell.slice is not None
    ]
    return f"other values since release: {', '.join(values)}" if values else ""
