"""What is known of whether the tickets that people labelled are a fair part of those that were drawn."""

from datetime import datetime
from enum import StrEnum

import msgspec

PRIOR = 2.5  # tickets that each class is believed to be labelled like all others, before it is seen
WORDS_NEED = 10  # drawn tickets of a class that is named


class Skew(StrEnum):
    """What the labelled tickets differ in from those that were drawn."""

    CLASS = "class"  # what they were predicted as
    SCORE = "score"  # how sure the model was, of all tickets
    SCORE_IN_CLASS = "score_in_class"  # the same among those predicted alike
    CHANCE_IN_CLASS = "chance_in_class"  # the chance to be drawn, among those predicted alike


class Share(msgspec.Struct, omit_defaults=True):
    """How many tickets of a kind were drawn, and how many of them labelled."""

    drawn: int = 0
    labelled: int = 0

    def odds(self, overall: float) -> float:
        """The odds of a label, drawn towards those of all tickets by `PRIOR` more of them."""
        labelled = self.labelled + PRIOR * overall
        return labelled / (self.drawn + PRIOR - labelled)


class Response(msgspec.Struct, omit_defaults=True):
    """What is known of a model's drawn tickets and their labels.

    `upto` is the number of the last draw that was looked at. In this `epoch`, which began after others of so many
    tickets, `evidence` is what a bet on each skew has won (natural logarithm), `by_class` and `by_third` what it
    rests on. `skewed` was found in this epoch, `before` in the one before it. It was `looked_at` then.
    """

    upto: int = 0
    epoch: int = 1
    tickets: Share = msgspec.field(default_factory=Share)
    evidence: dict[Skew, float] = {}
    by_class: dict[str, Share] = {}
    by_third: dict[Skew, list[Share]] = {}
    skewed: tuple[Skew, ...] = ()
    before: tuple[Skew, ...] = ()
    looked_at: datetime | None = None

    @property
    def found(self) -> frozenset[Skew]:
        """In what labelled tickets differ from drawn ones, beyond chance; while in anything, they tell no recall."""
        return frozenset((*self.skewed, *self.before))

    @property
    def least(self) -> tuple[str, Share] | None:
        """The class that is labelled least of those that can be named, and how much of it is."""
        known = [(name, share) for name, share in self.by_class.items() if share.drawn >= WORDS_NEED]
        return min(known, key=lambda each: (each[1].labelled / each[1].drawn, each[0]), default=None)
