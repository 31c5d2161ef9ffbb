"""What a check of `anchorwatch doctor` finds."""

from enum import StrEnum

import msgspec


class CheckStatus(StrEnum):
    """How a check went."""

    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"


class CheckResult(msgspec.Struct, frozen=True):
    """What one check found, and what to do where it is not good."""

    what: str
    health: CheckStatus
    detail: str
    remedy: str = ""
