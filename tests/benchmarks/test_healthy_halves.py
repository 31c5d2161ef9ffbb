"""A healthy month drawn anew pages no more often than the money and the anchors' luck allow."""

import pandas as pd

from benchmarks.healthy_halves import healthy_month


def rows(recall: float, tickets: int) -> pd.DataFrame:
    """Ten intents by turns, of whose tickets so many are found."""
    intents = [f"intent {n % 10}" for n in range(tickets)]
    found = [n // 10 % 100 < 100 * recall for n in range(tickets)]
    return pd.DataFrame(
        {"y_true": intents, "y_pred": [i if hit else "other" for i, hit in zip(intents, found, strict=True)]}
    )


def test_healthy_months_seldom_page_and_the_same_months_are_drawn_again() -> None:
    table = healthy_month(rows(0.8, 800), rows(0.8, 300), days=30, draws=40)
    assert [row["healthy months"] for row in table.rows] == [40, 40]
    assert all(int(str(row["months with a false page"])) <= 8 for row in table.rows)
    again = healthy_month(rows(0.8, 800), rows(0.8, 300), days=30, draws=40)
    assert again.rows == table.rows
