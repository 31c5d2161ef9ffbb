"""Use case 5: what people want to hear nothing of."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from monitor.domain.slices.cells import Cell
from monitor.domain.telling.silences import Silence, fields_of, parse_matchers
from monitor.domain.text.times import end_of
from monitor.errors import InputError
from monitor.incidents.ports.silences import SilenceStore

LONGEST = timedelta(days=90)


def add_silence(
    store: SilenceStore, words: Sequence[str], author: str, reason: str, until: str, now: datetime
) -> Silence:
    """Keep quiet about the cells that every matcher fits, until then (`8h`, or an ISO 8601 time).

    Raises:
        InputError: a matcher is malformed, or author, reason or end will not do.
    """
    matchers, problems = parse_matchers(words)
    if not words:
        problems = ["name what to silence, such as --match intent=gdpr_erasure; or --incident NUMBER"]
    ends = end_of(until, now)
    unfit = {**({"--match": "; ".join(problems)} if problems else {}), **_unfit(author, reason, ends, now)}
    if unfit or ends is None:
        raise InputError(unfit)
    return store.add(matchers, author, reason, now, ends)


def silence_cells(
    store: SilenceStore, cells: Sequence[Cell], author: str, reason: str, until: str, now: datetime
) -> list[Silence]:
    """Keep quiet about these cells and no others, until then (as above): a silence for each.

    Raises:
        InputError: author, reason or end will not do.
    """
    ends = end_of(until, now)
    unfit = _unfit(author, reason, ends, now)
    if unfit or ends is None:
        raise InputError(unfit)
    only = [{field: name for field, name in fields_of(cell).items() if field != "group"} for cell in cells]
    return [store.add(matchers, author, reason, now, ends) for matchers in only]


def _unfit(author: str, reason: str, ends: datetime | None, now: datetime) -> dict[str, str]:
    """What will not do, by its option."""
    unfit = {}
    if not author.strip():
        unfit["--by"] = "say who wants it quiet"
    if not reason.strip():
        unfit["--reason"] = "say why, for those who wonder at night"
    if ends is None:
        unfit["--until"] = "write how long, such as 8h, or a time, such as 2026-12-01T09:00"
    elif ends <= now:
        unfit["--until"] = f"{ends:%Y-%m-%d %H:%M} UTC is over; give a later time"
    elif ends - now > LONGEST:
        unfit["--until"] = f"a silence lasts {LONGEST.days} days at most; renew it if need be"
    return unfit
