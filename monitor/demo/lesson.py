"""In: what was shipped and what the agent counted. Out: three recalls an intent, side by side, and what to say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from monitor.domain.intervals import clopper_pearson, confidence_sequence

_CLOSE = 0.10


@dataclass(frozen=True, slots=True)
class Count:
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


def offline(examples: pd.DataFrame, intents: Sequence[str], origin: str | None = None) -> Count:
    """The held-out rows of these intents, all of them or those of one origin."""
    rows = examples[examples["y_true"].isin(list(intents))]
    rows = rows if origin is None else rows[rows["origin"] == origin]
    return Count(int((rows["y_true"] == rows["y_pred"]).sum()), len(rows))


def sentence(mixed: Count, real: Count, generated: Count, live: Count) -> str:
    """What the three numbers teach, over all rare intents together; only what they bear out."""
    if mixed.recall is None or live.recall is None:
        return "Nothing rare was labelled, so there is nothing to compare: the agent says so, and does not guess."
    if live.recall > mixed.recall - _CLOSE:
        return (
            f"This time the promise held: {mixed.recall:.2f} offline, {live.recall:.2f} live. Nothing to page about."
        )
    told = (
        f"{generated.of} of the {mixed.of} rare rows in the split came from the generator that wrote the training"
        f" rows, and on those the model is nearly always right ({generated.hits} of {generated.of})."
        f" People write otherwise: live it finds {live.recall:.2f} of their rare tickets, not {mixed.recall:.2f}."
    )
    if real.recall is None:
        return told + " No real row was held out, so nobody could have known before the page."
    if abs(real.recall - live.recall) < abs(mixed.recall - live.recall):
        return (
            told
            + f" The {real.of} real rows of the split already said {real.recall:.2f}: measure on those, and keep"
            " more of them."
        )
    return told + f" Its {real.of} real rows said {real.recall:.2f}: too few to tell. Keep more of them."
