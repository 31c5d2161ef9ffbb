"""Silences in, what `anchorwatch silence` shows out."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from rich import box
from rich.table import Table

from monitor.domain.telling.silences import Silence
from monitor.domain.text.plain import plain
from monitor.domain.text.plain import plain as plain_words
from reports.figures import moment


def matchers(silence: Silence) -> str:
    """What it covers, in the words it was given."""
    return plain(" ".join(f"{field}={pattern}" for field, pattern in silence.matchers.items()))


def as_object(silence: Silence, now: datetime) -> dict[str, Any]:
    """One silence, as JSON."""
    return {
        "id": silence.id,
        "matchers": dict(silence.matchers),
        "author": silence.author,
        "reason": silence.reason,
        "begins": silence.begins.isoformat(),
        "ends": silence.ends.isoformat(),
        "holds": silence.begins <= now < silence.ends,
    }


def table(silences: Sequence[Silence], now: datetime, *, plain: bool) -> Table:
    """Every silence, one a line."""
    grid = Table("no.", "what", "until", "by", "why", box=None if plain else box.SIMPLE_HEAD, pad_edge=False)
    for silence in silences:
        over = "" if silence.ends > now else " (over)"
        grid.add_row(
            str(silence.id),
            matchers(silence),
            f"{moment(silence.ends)}{over}",
            plain_words(silence.author),
            plain_words(silence.reason),
        )
    return grid
