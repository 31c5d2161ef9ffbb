"""A labelled ticket is repeated as often as the tickets that it stands for."""

import pandas as pd
import pytest

from monitor.review.ports.weeks import STANDS_FOR
from reports.documents.evidently_rows import MOST_ROWS, repeated


def tickets(*kinds: tuple[str, str, float, int]) -> pd.DataFrame:
    """Labelled tickets of (truth, prediction, weight), so many of each."""
    rows = [kind[:3] for kind in kinds for _ in range(kind[3])]
    return pd.DataFrame(rows, columns=["target", "prediction", STANDS_FOR])


def recall(rows: pd.DataFrame, intent: str) -> float:
    of_intent = rows[rows["target"] == intent]
    return float((of_intent["prediction"] == intent).mean())


def test_recall_over_the_rows_is_the_weighted_recall() -> None:
    """One hit and three misses: 1/4 of the tickets labelled, and 10 of the 16 that they stand for."""
    labelled = tickets(("gdpr", "gdpr", 10.0, 1), ("gdpr", "other", 2.0, 3), ("other", "other", 2.0, 5))
    rows = repeated(labelled)
    assert recall(labelled, "gdpr") == 0.25
    assert recall(rows, "gdpr") == 0.625
    assert len(rows) == 26


def test_tickets_of_one_weight_stay_as_they_are() -> None:
    labelled = tickets(("gdpr", "gdpr", 50.0, 3), ("gdpr", "other", 50.0, 1))
    assert len(repeated(labelled)) == 4


def test_where_the_tickets_stood_for_are_too_many_a_row_stands_for_several() -> None:
    labelled = tickets(("gdpr", "gdpr", 1000.0, 310), ("gdpr", "other", 500.0, 380), ("rare", "rare", 1.0, 1))
    rows = repeated(labelled)
    assert len(rows) == pytest.approx(MOST_ROWS, abs=2)
    assert recall(rows, "gdpr") == pytest.approx(0.62, abs=1e-4)
    assert recall(rows, "rare") == 1.0
