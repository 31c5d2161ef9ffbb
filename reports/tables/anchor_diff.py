"""What two anchors say otherwise in, what `anchorwatch anchor diff` shows out."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from monitor.domain.anchors.difference import AnchorDifference, IntentByAnchor, IntentChange
from monitor.domain.anchors.promise import Anchor
from reports.figures import changed, moment
from reports.objects import as_object
from reports.render.blocks import MOODS, SHORT, Block, Column, TableCell, View
from reports.words.watching import why


def anchor_diff_view(diff: AnchorDifference, judged_at: datetime | None) -> View:
    """Each intent by both anchors, what is judged otherwise first. `judged_at` is as of when; None: nothing was yet."""
    columns = (
        "intent",
        Column("offline recall", figures=True),
        Column("of", figures=True, spare=3),
        Column("floor", figures=True),
        Column("grade", spare=2),
        Column("pages", spare=1),
        *(() if diff.active else (Column("bet again", figures=True, spare=4),)),
        "stands",
    )
    rows = [_row(diff, change) for change in diff.intents]
    return View(
        [
            Block(lines=list(_about(diff, judged_at))),
            Block(columns=columns, rows=rows, notes=list(_notes(diff))),
        ],
        _object(diff, judged_at),
        title=_title(diff),
    )


def _title(diff: AnchorDifference) -> str:
    return f"anchor {_short(diff.after)} in the place of {_short(diff.before) if diff.before else 'none'}"


def _object(diff: AnchorDifference, judged_at: datetime | None) -> dict[str, Any]:
    """Everything, unrounded."""
    return {
        "judged_at": judged_at.isoformat() if judged_at else None,
        "before": _named(diff.before),
        "after": _named(diff.after),
        "active": diff.active,
        "intents": [
            {
                "intent": change.name,
                "before": _held(change.before),
                "after": _held(change.after),
                "begins_to_page": change.begins_to_page,
                "pages_no_more": change.pages_no_more,
                "floor_moves": change.floor_moves,
                "labels_bet_again": diff.bet_anew(change),
            }
            for change in diff.intents
        ],
    }


def _named(anchor: Anchor | None) -> dict[str, Any] | None:
    if anchor is None:
        return None
    return {"id": anchor.id, "model": str(anchor.model), "source": anchor.provenance.source}


def _about(diff: AnchorDifference, judged_at: datetime | None) -> Iterator[str]:
    if diff.active:
        yield f"{diff.after.model} is held to anchor {_short(diff.after)} already; nothing is to come."
    elif diff.before is None:
        yield f"{diff.after.model} is held to nothing now; this is what it would be held to."
    if diff.before is not None:
        yield f"before: {_short(diff.before)} of {diff.before.model}, from {diff.before.provenance.source}"
    yield f"after: {_short(diff.after)} of {diff.after.model}, from {diff.after.provenance.source}"
    yield ", ".join(_counts(diff)) or "no intent is held to anything else"
    if judged_at is None:
        yield "Nothing was judged yet: how an intent stands comes with its first labels."
    else:
        yield (
            f"How each stands is as of {moment(judged_at)}, by the labels that were counted then, had the anchor been"
            " active all along."
        )


def _counts(diff: AnchorDifference) -> Iterator[str]:
    kinds: tuple[tuple[str, str, Callable[[IntentChange], bool]], ...] = (
        ("{} stands otherwise", "{} stand otherwise", lambda each: each.stands_otherwise),
        ("{} may page from now on", "{} may page from now on", lambda each: each.begins_to_page),
        ("{} pages no more", "{} page no more", lambda each: each.pages_no_more),
        ("{} floor rises", "{} floors rise", lambda each: each.floor_moves > 0),
        ("{} floor falls", "{} floors fall", lambda each: each.floor_moves < 0),
        ("{} is new", "{} are new", lambda each: each.before is None),
        ("{} is promised no more", "{} are promised no more", lambda each: each.after is None),
    )
    for single, several, fits in kinds:
        n = sum(map(fits, diff.intents))
        if n:
            yield (single if n == 1 else several).format(n)


def _notes(diff: AnchorDifference) -> Iterator[str]:
    labels = sum(diff.bet_anew(change) for change in diff.intents)
    if labels:
        yield (
            "`bet again`: another anchor is another bet, so each of an intent's labels so far is bet on again, with the"
            " money of its time. The false pages that this money allows may come a second time."
        )
    if not diff.of_one_model:
        yield "These are anchors of two models: intents are compared by name, and only the later one's model changes."
    yield "Slices are left out: each goes with its intent, or has a promise of its own (`anchorwatch anchor show`)."
    if not diff.active:
        yield f"To activate it: anchorwatch anchor activate {_short(diff.after)}"


def _row(diff: AnchorDifference, change: IntentChange) -> list[str | TableCell]:
    quiet = "" if change.changes else "quiet"
    standing = change.after.standing.value if change.after else ""
    mood = MOODS.get(standing, "warn" if standing in ("suspect", "blind", "stale") else "")
    row: list[str | TableCell] = [
        TableCell(change.name, quiet),
        *(TableCell(_both(change, words), quiet) for words in _WORDS),
    ]
    if not diff.active:
        row.append(TableCell(f"{diff.bet_anew(change):,}", quiet))
    return [*row, TableCell(_stands(change), mood if change.stands_otherwise else quiet)]


_WORDS: Sequence[Callable[[IntentByAnchor], str]] = (
    lambda held: f"{held.recall:.3f}",
    lambda held: f"{held.support:,}",
    lambda held: "none" if held.floor is None else f"{held.floor:.3f}",
    lambda held: held.grade or "not audited",
    lambda held: why(held.watched) if held.watched else "no",
)


def _both(change: IntentChange, words: Callable[[IntentByAnchor], str]) -> str:
    """What it is by the earlier anchor, and by the later."""
    before, after = (words(held) if held is not None else "" for held in (change.before, change.after))
    return changed(before, after)


def _stands(change: IntentChange) -> str:
    before, after = (held.standing.value if held else "" for held in (change.before, change.after))
    return changed(before, after or "promised no more") if before else f"new: {after}"


def _held(held: IntentByAnchor | None) -> dict[str, Any] | None:
    if held is None:
        return None
    return {**as_object(held), "watched": why(held.watched) if held.watched else ""}


def _short(anchor: Anchor) -> str:
    return anchor.id[:SHORT]
