"""Which cells may page: the listed intents, and the rare ones by traffic or by anchor support."""

from collections.abc import Collection

import msgspec

from monitor.domain.anchors.promise import Promise

SHARE_NEEDS = 100  # outcomes of a model before its shares of traffic say anything
EVERY_INTENT = "*"


class Listed(msgspec.Struct, frozen=True, tag_field="kind", tag="listed"):
    """The configuration names it."""


class FewExamples(msgspec.Struct, frozen=True, tag_field="kind", tag="few_examples"):
    """It is rare: its anchor has so many examples of it, fewer than the limit."""

    examples: int
    fewer_than: int


class SmallShare(msgspec.Struct, frozen=True, tag_field="kind", tag="small_share"):
    """It is rare: it was so small a share of the labelled traffic when it was first watched."""

    share: float
    less_than: float


class AllTheRare(msgspec.Struct, frozen=True, tag_field="kind", tag="all_the_rare"):
    """It is the group of all that is watched, so many `intents`."""

    intents: int


WhyWatched = (
    Listed
    | FewExamples
    | SmallShare
    | AllTheRare
    | str  # words as an earlier version stored them: shown as they stand, read by nothing
)


def why_watched(
    intent: str,
    promise: Promise | None,
    support: int,
    model_outcomes: int,
    *,
    listed: Collection[str],
    rare_share: float,
    rare_support: int,
) -> WhyWatched | None:
    """Why an intent may page, or None where it may not. A cell without a promise never pages.

    `support` counts the intent's own outcomes, `model_outcomes` all of its model.
    """
    if promise is None:
        return None
    if intent in listed or EVERY_INTENT in listed:
        return Listed()
    if promise.shipped.support < rare_support:
        return FewExamples(promise.shipped.support, rare_support)
    if model_outcomes >= SHARE_NEEDS and support / model_outcomes < rare_share:
        return SmallShare(support / model_outcomes, rare_share)
    return None
