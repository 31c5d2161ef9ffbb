"""The budget as the API sends it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec


class SentPurse(msgspec.Struct, kw_only=True):
    """What the next release takes, in false pages: it `holds` so much, at most `full`, and fills by `per_day`."""

    holds: float
    full: float
    per_day: float
    fills_since: datetime | None


class SentBudgetPart(msgspec.Struct, kw_only=True):
    """A watched cell's part of the false pages, and how soon a fall would page.

    `days_to_page` is how long a fall by .30 goes unseen (null: for ever), `days_to_page_at` one to each of these
    recalls, and `days_sooner` what a label more a day would save.
    """

    model: str
    cell: str
    watched: str
    money_per_day: float
    share: float
    floor: float
    fall_to: float
    labels_per_day: float
    detect_within_days: float
    days_to_page: float | None
    days_to_page_at: Mapping[str, float | None]
    days_sooner: Mapping[str, float | None]
    labels_per_day_needed: float | None


class SentBudget(msgspec.Struct, kw_only=True):
    """Who has which part of the false pages a year."""

    judged_at: datetime | None
    false_pages_per_year: float
    purse: SentPurse
    cells: Sequence[SentBudgetPart]
