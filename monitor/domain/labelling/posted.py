"""What became of labels that a program sent."""

from collections.abc import Mapping, Sequence

import msgspec


class RefusedLabel(msgspec.Struct, frozen=True):
    """A label that was not taken in: its place among those sent, from 0, and its code, as a dead letter's.

    `detail` says what is wrong, and `field` where, dotted; "" where it is the label as a whole.
    """

    index: int
    code: str
    detail: str
    field: str = ""


class PostedLabels(msgspec.Struct, frozen=True):
    """How many labels were sent, and what became of them.

    Of those that are not `refused`, `new` ones were taken in, `seen_before` repeat what is held already or are older,
    and `passed_over` ones are of erased tickets, or not believed. A label that brings its prediction
    counts for itself alone. `waiting` is how many of the new and repeated ones name a prediction that has not come yet,
    and `unknown_intents` how often they name an intent that no model predicts and no anchor promises.
    """

    labels: int
    new: int
    seen_before: int
    passed_over: int
    waiting: int
    unknown_intents: Mapping[str, int]
    refused: Sequence[RefusedLabel]
