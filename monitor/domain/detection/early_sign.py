"""What can be seen to fall before any label."""

from enum import StrEnum


class EarlySign(StrEnum):
    """What fell: the share of predictions, or the share of an intent's predictions with a score as usual."""

    SHARE = "share"
    SCORES = "scores"
