"""Scores of several intents: kept as they were sent, or left out with a note, and never a reason to lose a ticket."""

import json
from typing import Any

import pytest

from monitor.domain.events.decode import decode
from monitor.domain.events.fields import SCORES_MAX
from monitor.domain.events.tolerance import Mend
from monitor.domain.events.types import Prediction
from tests.domain.events.records import PREDICTION


def scored(scores: dict[str, Any]) -> tuple[Prediction, list[Mend]]:
    """A prediction with these scores, and what was put right of it."""
    mends: list[Mend] = []
    value = json.dumps(PREDICTION | {"predicted": {"intent": "refund", "scores": scores}}).encode()
    event = decode(value, "prediction", mends=mends)
    assert isinstance(event, Prediction)
    return event, mends


@pytest.mark.parametrize(
    "scores",
    [
        {"a": 0.5, "b": 1.00011},
        {"a": -0.1},
        {"a": 3.2, "b": -1.7},
        {f"intent {n}": 0.0 for n in range(SCORES_MAX + 1)},
    ],
)
def test_scores_that_are_none_or_too_many_cost_themselves_and_not_the_ticket(
    scores: dict[str, float],
) -> None:
    event, mends = scored(scores)
    assert (event.intent, event.scores, mends) == ("refund", {}, [Mend.SCORES_DROPPED])


@pytest.mark.parametrize(
    "scores",
    [{"a": 1.00001, "b": -1e-9, "c": 0.5}, {f"intent {n}": 1.0 for n in range(SCORES_MAX)}, {"a": 0, "b": 1}],
)
def test_scores_within_rounding_of_their_range_are_as_they_were_sent(scores: dict[str, float]) -> None:
    event, mends = scored(scores)
    assert (event.scores, mends) == (scores, [])


def test_scores_that_are_left_out_still_tell_two_predictions_apart() -> None:
    first, second = (scored({"a": score})[0] for score in (3.2, 3.3))
    assert first.digest != second.digest
