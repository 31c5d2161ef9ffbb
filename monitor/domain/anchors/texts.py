"""Texts with their intents and origins: what an audit holds against each other."""

from collections.abc import Sequence

import msgspec

from monitor.domain.text.descriptors import Descriptors, describe

REAL, GENERATED = "real", "synthetic"


class LabelledText(msgspec.Struct, frozen=True):
    """A text with its intent and origin ("real", "synthetic" or ""). `hit` is None where nobody predicted it.

    Where the text was not kept, `descriptors` stand for it; one that is not `described` came without a text, and
    only counts.
    """

    text: str
    intent: str
    origin: str = ""
    hit: bool | None = None
    descriptors: Descriptors | None = None
    described: bool = True

    @property
    def look(self) -> Descriptors:
        """What it looks like, its self-labelling by the words of its own intent."""
        return (
            self.descriptors if self.descriptors is not None else describe(self.text, self.intent).rounded()
        )


class ReferenceTexts(msgspec.Struct, frozen=True, kw_only=True):
    """What an anchor is held against; None is what nobody gave. Production's intents are the predicted ones."""

    production: Sequence[LabelledText] | None = None
    training: Sequence[LabelledText] | None = None
    generated: Sequence[LabelledText] | None = None
    real: Sequence[LabelledText] | None = None
