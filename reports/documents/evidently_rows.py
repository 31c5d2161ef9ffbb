"""Evidently knows no weights, so a labelled ticket is repeated as often as the tickets that it stands for."""

import numpy as np
import pandas as pd

from monitor.review.ports.weeks import STANDS_FOR

MOST_ROWS = 50_000  # where the tickets stood for are more, a row stands for several


def repeated(labelled: pd.DataFrame) -> pd.DataFrame:
    """Rows of `target` and `prediction` in the proportions of their weights; as they are where none has one.

    Tickets of one truth and one prediction are one kind. Where the tickets that they stand for are no more than
    50,000, a kind has as many rows as that number rounded, so that recall over the rows is the weighted one; of more,
    it has its share of 50,000, and at least one.

    >>> rows = pd.DataFrame({"target": ["a", "a"], "prediction": ["a", "b"], STANDS_FOR: [10.0, 1.0]})
    >>> len(repeated(rows))
    11
    """
    kinds = ["target", "prediction"]
    if labelled[STANDS_FOR].nunique() < 2:
        return labelled[kinds]
    stood_for = labelled.groupby(kinds, as_index=False)[STANDS_FOR].sum()
    scale = min(1.0, MOST_ROWS / stood_for[STANDS_FOR].sum())
    times = (stood_for[STANDS_FOR] * scale).round().clip(lower=1).astype(int)
    return pd.DataFrame({kind: np.repeat(stood_for[kind].to_numpy(), times) for kind in kinds})
