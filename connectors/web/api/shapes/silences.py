"""Silences as the API sends them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec


class SentSilence(msgspec.Struct, kw_only=True):
    """Cells that nobody is told of from `begins` until `ends`: those that every matcher fits.

    One with a `sink` is that system's own, as it said at `read_at`: it has an id and matchers of that system, and keeps
    quiet only what is told there.
    """

    id: int | str
    matchers: Mapping[str, str] | Sequence[str]
    author: str
    reason: str
    begins: datetime
    ends: datetime
    holds: bool
    sink: str | None
    read_at: datetime | None
