"""Silences as the API sends them."""

from collections.abc import Mapping
from datetime import datetime

import msgspec


class SentSilence(msgspec.Struct, kw_only=True):
    """Cells that nobody is told of from `begins` until `ends`: those that every matcher fits."""

    id: int
    matchers: Mapping[str, str]
    author: str
    reason: str
    begins: datetime
    ends: datetime
    holds: bool
