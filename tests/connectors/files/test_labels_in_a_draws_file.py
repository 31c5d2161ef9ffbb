"""A draw's own file, with labels written into it: they say nothing of their sampling, as the draw is stored."""

import msgspec
import pytest

from connectors.files.labels.flat import event_of
from connectors.files.labels.table import _event
from connectors.files.tasks.csv_tasks import COLUMNS

LABEL = {"prediction_id": "p1", "intent": "refund", "labeled_at": "2026-11-22T12:00:00Z"}
DRAWN = {"pi": "0.25", "design": "by_prediction"}


def sampling(event: bytes) -> object:
    decoded = msgspec.json.decode(event)
    assert "pi" not in decoded
    return decoded.get("sampling")


def test_a_labelled_row_of_a_draws_csv_follows_the_draw() -> None:
    row = dict.fromkeys(COLUMNS, "x") | LABEL | DRAWN
    assert sampling(_event(list(row), list(row.values()))) is None


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        (DRAWN, None),
        ({"design": "by_prediction"}, {"design": "by_prediction"}),
        ({**DRAWN, "probability": 0.5}, {"design": "by_prediction", "probability": 0.5}),
    ],
)
def test_a_row_that_gives_a_probability_of_its_own_says_its_sampling(own: object, expected: object) -> None:
    assert sampling(event_of(LABEL | own)) == expected  # type: ignore[operator]
