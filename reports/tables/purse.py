"""The purse in; what is in it and since when it fills, in words and for programs, out."""

from datetime import datetime
from typing import Any

from monitor.domain.detection.money import BY_THE_DAY, FIRST_PURSE, FULL_PURSE, Purse
from reports.figures import moment, percent


def as_object(purse: Purse | None, judged_at: datetime | None, false_pages_per_year: float) -> dict[str, Any]:
    """What the next release takes, in false pages: `holds` now, `full` at most, `fills_since` by `per_day`.

    Below 0, it was lent on what is still to come.
    """
    full = FULL_PURSE * false_pages_per_year
    return {
        "holds": _holds(purse, judged_at, false_pages_per_year),
        "full": full,
        "per_day": (1 - BY_THE_DAY) * false_pages_per_year / 365,
        "fills_since": purse.as_of.isoformat() if purse else None,
    }


def sentence(purse: Purse | None, judged_at: datetime | None, false_pages_per_year: float) -> str:
    """The same in a line."""
    holds, full = _holds(purse, judged_at, false_pages_per_year), FULL_PURSE * false_pages_per_year
    if purse is None:
        return f"purse: no version was released yet; the first takes {holds:.2g} of a page"
    since = f"it fills since {moment(purse.as_of)}, {full:.2g} of a page in a year"
    if holds < 0:
        return f"purse: {-holds:.2g} of a page was lent to the last release; {since}"
    return f"purse: {holds:.2g} of a page ({percent(holds, full)} full) for the next release; {since}"


def _holds(purse: Purse | None, judged_at: datetime | None, false_pages_per_year: float) -> float:
    if purse is None:
        return FIRST_PURSE * false_pages_per_year
    return purse.at(judged_at or purse.as_of, false_pages_per_year)
