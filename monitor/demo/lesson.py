"""In: what was shipped, what the agent counted. Out: three recalls, side by side, and what they teach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from monitor.domain.recall.intervals import clopper_pearson, confidence_sequence

_CLOSE = 0.10


@dataclass(frozen=True, slots=True)
class HitCount:
    """Hits out of so many."""

    hits: int
    of: int

    @property
    def recall(self) -> float | None:
        """None where nothing was measured."""
        return self.hits / self.of if self.of else None

    def offline(self) -> str:
        """`0.94 of 86`, or that there was none."""
        return "none held out" if self.recall is None else f"{self.recall:.2f} of {self.of}"

    def offline_in_full(self) -> str:
        """With the interval of one look."""
        if self.recall is None:
            return self.offline()
        low, high = clopper_pearson(self.hits, self.of)
        return f"{self.recall:.2f} ({low:.2f} to {high:.2f}) of {self.of}"

    def live_in_full(self) -> str:
        """With the interval that holds however often one looks."""
        if self.recall is None:
            return "none labelled"
        low, high = confidence_sequence(self.hits, self.of - self.hits)
        return f"{self.recall:.2f} ({low:.2f} to {high:.2f}) of {self.of}"


def offline(examples: pd.DataFrame, intents: Sequence[str], origin: str | None = None) -> HitCount:
    """The held-out rows of these intents, all of them or those of one origin."""
    rows = examples[examples["y_true"].isin(list(intents))]
    rows = rows if origin is None else rows[rows["origin"] == origin]
    return HitCount(int((rows["y_true"] == rows["y_pred"]).sum()), len(rows))


def sentence(mixed: HitCount, real: HitCount, generated: HitCount, live: HitCount) -> str:
    """What the three numbers teach, over all rare intents together; only what they bear out."""
    if mixed.recall is None or live.recall is None:
        return "No rare ticket was labelled, so there is nothing to compare."
    if live.recall > mixed.recall - _CLOSE:
        return f"This time the promise held: {mixed.recall:.2f} offline, {live.recall:.2f} live over the two."
    lesson = (
        f"{generated.of} of the {mixed.of} rare rows in the split came from the generator that the model"
        f" had learnt from, and it gets {generated.hits} of them right. People write otherwise: of their rare"
        f" tickets it finds {100 * live.recall:.0f} %, not the promised {100 * mixed.recall:.0f} %."
    )
    if real.recall is None:
        return lesson + " No real row was held out, so nobody could have known before the page."
    if abs(real.recall - live.recall) < abs(mixed.recall - live.recall):
        return (
            lesson
            + f" The {real.of} real rows already said {100 * real.recall:.0f} %: measure on real rows, and"
            " hold more of them back."
        )
    return (
        lesson + f" The {real.of} real rows said {100 * real.recall:.0f} %: too few to tell. Hold more back."
    )
