"""Silences in, what `anchorwatch silence` shows out."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from monitor.domain.telling.silences import Silence
from monitor.domain.telling.silences_elsewhere import SilenceElsewhere
from monitor.domain.telling.unfitting import UnfittingMatcher
from monitor.domain.text.plain import plain
from reports.figures import moment
from reports.render.blocks import Block, View


def matchers(silence: Silence) -> str:
    """What it covers, in the words it was given."""
    return plain(" ".join(f"{field}={pattern or '(none)'}" for field, pattern in silence.matchers.items()))


def fits_nothing(unfit: Sequence[UnfittingMatcher], *, known: bool) -> str:
    """That a silence keeps nothing quiet yet, and why; `known`: whether the database has any cell."""
    if not known:
        return "nothing is known yet that it could fit: no event came in and no anchor was imported"
    if not unfit:
        return "it fits nothing that is known: each of its words fits something, all together none"
    each = [
        f"no {word.field} fits {plain(word.pattern)}"
        + (f" (did you mean {plain(word.meant)}?)" if word.meant else "")
        for word in unfit
    ]
    return f"it fits nothing that is known: {', '.join(each)}"


def as_object(silence: Silence | SilenceElsewhere, now: datetime) -> dict[str, Any]:
    """One silence, as JSON: ours, or another system's, whose matchers are in its own words."""
    there = silence if isinstance(silence, SilenceElsewhere) else None
    return {
        "id": silence.id,
        "matchers": dict(silence.matchers) if isinstance(silence, Silence) else list(silence.matchers),
        "author": silence.author,
        "reason": silence.reason,
        "begins": silence.begins.isoformat(),
        "ends": silence.ends.isoformat(),
        "holds": silence.begins <= now < silence.ends,
        "sink": there.sink if there else None,
        "read_at": there.read_at.isoformat() if there else None,
    }


def silences_view(
    silences: Sequence[Silence], now: datetime, elsewhere: Sequence[SilenceElsewhere] = ()
) -> View:
    """Every silence, each in a line: ours, and below them those of the systems that alerts are sent to."""
    rows = [
        [
            str(silence.id),
            matchers(silence),
            f"{moment(silence.ends)}{'' if silence.ends > now else ' (over)'}",
            silence.author,
            silence.reason,
        ]
        for silence in silences
    ]
    block = Block(
        columns=("no.", "what", "until", "by", "why"),
        rows=rows,
        notes=[] if rows else ["nothing is silenced"],
    )
    blocks = [block, *(_block_of(sink, elsewhere) for sink in dict.fromkeys(each.sink for each in elsewhere))]
    of_now = partial(as_object, now=now)
    return View(blocks, [*map(of_now, silences), *map(of_now, elsewhere)])


def _block_of(sink: str, elsewhere: Sequence[SilenceElsewhere]) -> Block:
    theirs = [silence for silence in elsewhere if silence.sink == sink]
    return Block(
        heading=f"in {sink}, not ours",
        columns=("what", "from", "until", "by", "why"),
        rows=[
            [
                plain(" ".join(silence.matchers)),
                moment(silence.begins),
                moment(silence.ends),
                plain(silence.author),
                plain(silence.reason),
            ]
            for silence in theirs
        ],
        notes=[
            f"read there at {moment(theirs[0].read_at)}; they end there, and keep quiet only what {sink} tells"
        ],
    )
