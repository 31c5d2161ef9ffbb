"""What a statement in a file does to the label that is held, case by case."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from monitor.domain.events.types import Label, LabelScope
from monitor.domain.labelling.imported import (
    GivenAnswer,
    LabelChange,
    change_of,
    change_of_answer,
    revision_at,
)

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
HELD = Label("l1", "p1", "refund", NOON, revision=3)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("changes", "becomes"),
    [
        ({}, LabelChange.UNCHANGED),
        ({"probability": 0.5}, LabelChange.UNCHANGED),
        ({"intent": "bug"}, LabelChange.AT_ODDS),
        ({"intent": "bug", "labeled_at": NOON + HOUR}, LabelChange.CHANGED),
        ({"intent": "bug", "labeled_at": NOON - HOUR}, LabelChange.OUTDATED),
        ({"intent": "bug", "labeled_at": NOON - HOUR, "revision": 4}, LabelChange.CHANGED),
        ({"retracted": True, "revision": 4}, LabelChange.RETRACTED),
        ({"prediction_id": "p2", "labeled_at": NOON + HOUR}, LabelChange.AT_ODDS),
        ({"prediction_id": "p2", "revision": 4}, LabelChange.CHANGED),
        ({"scope": LabelScope("tickets"), "labeled_at": NOON + HOUR}, LabelChange.CHANGED),
    ],
)
def test_the_higher_revision_holds_then_the_later_time(
    changes: dict[str, object], becomes: LabelChange
) -> None:
    assert change_of(replace(HELD, **changes), HELD) is becomes


def test_what_is_not_held_is_new_or_taken_back_before_it_came() -> None:
    assert change_of(HELD, None) is LabelChange.NEW
    assert change_of(replace(HELD, retracted=True), None) is LabelChange.RETRACTED


@pytest.mark.parametrize(
    ("intent", "hours", "as_of", "retracted", "becomes"),
    [
        ("refund", 5, 5, False, LabelChange.UNCHANGED),
        ("bug", 0, 5, False, LabelChange.CHANGED),
        ("bug", -1, 5, False, LabelChange.OUTDATED),
        (None, 1, 5, False, LabelChange.RETRACTED),
        (None, -1, 5, False, LabelChange.OUTDATED),
        (None, 1, 5, True, None),
        ("refund", 0, 0, True, LabelChange.CHANGED),
        ("refund", -1, 0, True, LabelChange.OUTDATED),
        ("refund", -1, 1, True, LabelChange.CHANGED),
    ],
)
def test_an_answer_against_the_label_that_is_held(
    intent: str | None, hours: int, as_of: int, retracted: bool, becomes: LabelChange | None
) -> None:
    given = GivenAnswer("p1", intent, NOON + hours * HOUR, NOON + as_of * HOUR)
    assert change_of_answer(given, replace(HELD, retracted=retracted)) is becomes


def test_a_revision_counts_seconds_since_2000_and_is_above_the_one_that_is_held() -> None:
    at = datetime(2000, 1, 1, 0, 1, 40, 900_000, tzinfo=UTC)
    assert revision_at(at, None) == 100
    assert revision_at(at, replace(HELD, revision=99)) == 100
    assert revision_at(at, replace(HELD, revision=100)) == 101
    assert revision_at(datetime(2066, 1, 1, tzinfo=UTC), None) < 2**31
