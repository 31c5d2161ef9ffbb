"""A record that has our shape is read in one step, and is the same event as one that takes the long way."""

import json
from typing import Any

import pytest

from monitor.domain.events.fields import LATEST
from monitor.domain.events.mapping.identity import IDENTITY, IDENTITY_IN_DATA
from monitor.domain.events.mapping.reading import MappedReader
from monitor.domain.events.tolerance import Mend
from monitor.errors import DecodeError
from tests.domain.events.records import FULL_PREDICTION


def read(document: dict[str, Any], within: str = "") -> object:
    mapping = (IDENTITY_IN_DATA if within else IDENTITY)["prediction"]
    mends: list[Mend] = []
    whole = {within: document} if within else document
    try:
        event = MappedReader(mapping).event(whole, json.dumps(whole).encode(), LATEST, mends)
    except DecodeError as refused:
        return refused.code
    return event, mends


@pytest.mark.parametrize("within", ["", "data"])
@pytest.mark.parametrize(
    "predicted",
    [
        {"intent": "refund", "score": 0.5},
        {"intent": None},
        {"intent": " refund", "score": 2.0},
        {"intent": "refund", "scores": {" refund": 0.5, "refund": 0.2}},
        {"intents": ["refund", "bug"]},
        {"intent": ""},
    ],
)
def test_null_for_what_may_be_left_out_changes_nothing(predicted: dict[str, Any], within: str) -> None:
    model = {"name": "tickets", "version": "7"}
    short = FULL_PREDICTION | {"model": model, "predicted": predicted}
    # Null is no name of an environment, so this one takes the long way.
    long = short | {"model": {**model, "environment": None}}
    assert read(short, within) == read(long, within)
