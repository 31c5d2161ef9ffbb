"""How often a model gives no answer: of its predictions, and of the labelled tickets of each intent."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import msgspec

from monitor.domain.slices.cells import Cell


class Unanswered(NamedTuple):
    """Labelled tickets of an intent on which the model gave no answer: so many `misses` among `support`."""

    misses: int
    support: int

    @property
    def share(self) -> float:
        """Their part of the intent's labelled tickets."""
        return self.misses / self.support


class Abstentions(msgspec.Struct, frozen=True):
    """A model's `abstained` predictions, and by intent the misses that they are, the largest shares first."""

    predictions: int
    abstained: int
    intents: Mapping[str, Unanswered]

    @property
    def share(self) -> float | None:
        """The part of its predictions that are none; None where it predicted nothing."""
        return self.abstained / self.predictions if self.predictions else None


def abstentions(
    predictions: int, abstained: int, counts: Iterable[tuple[Cell, Unanswered]]
) -> Abstentions | None:
    """A model's, from the counts of its cells; slices and groups are left out. None where it always answers."""
    whole = [(cell.intent, each) for cell, each in counts if not cell.slice_text and cell.group is None]
    missed = [(intent, each) for intent, each in whole if each.misses]
    if not abstained and not missed:
        return None
    missed.sort(key=lambda named: (-named[1].share, named[0]))
    return Abstentions(predictions, abstained, dict(missed))
