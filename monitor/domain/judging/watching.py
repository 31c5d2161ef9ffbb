"""Which cells may page: the listed intents, and the rare ones by traffic or by anchor support."""

from collections.abc import Collection

from monitor.domain.anchors.promise import Promise

SHARE_NEEDS = 100  # outcomes of a model before its shares of traffic say anything
EVERY_INTENT = "*"


def why_watched(
    intent: str,
    promise: Promise | None,
    support: int,
    model_outcomes: int,
    *,
    listed: Collection[str],
    rare_share: float,
    rare_support: int,
) -> str:
    """Why an intent may page, or "" where it may not. A cell without a promise never pages.

    `support` counts the intent's own outcomes, `model_outcomes` all of its model.
    """
    if promise is None:
        return ""
    if intent in listed or EVERY_INTENT in listed:
        return "listed"
    if promise.shipped.support < rare_support:
        return f"rare: {promise.shipped.support} anchor examples, fewer than {rare_support}"
    if model_outcomes >= SHARE_NEEDS and support / model_outcomes < rare_share:
        return f"rare: {support / model_outcomes:.1%} of labelled traffic, less than {rare_share:.1%}"
    return ""
