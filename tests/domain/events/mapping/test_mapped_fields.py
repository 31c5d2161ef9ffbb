"""Each way to read a value: what it becomes, and what is left as it is so that the checks refuse it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from monitor.domain.events.mapping.compiled import compiled
from monitor.domain.events.mapping.fields import EventMapping, MappedField, ReadAs, TimeFormat
from monitor.domain.events.mapping.paths import parsed
from monitor.errors import DecodeError

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def becomes(value: object, name: str = "text", **more: Any) -> Mapping[str, object]:  # noqa: ANN401
    """The content of an event with one field, from a record that holds it at `a`."""
    field = MappedField(name, more.pop("paths", [parsed("$.a")]), **more)
    return compiled(EventMapping("prediction", [field]))({} if value is ... else {"a": value})


@pytest.mark.parametrize(
    ("value", "more", "becoming"),
    [
        ("x", {}, "x"),
        (12, {}, "12"),
        (True, {}, True),
        (1.5, {}, 1.5),
        (UUID(int=5), {}, "00000000-0000-0000-0000-000000000005"),
        (0.5, {"reading": ReadAs.NUMBER}, 0.5),
        (Decimal("0.5"), {"reading": ReadAs.NUMBER}, 0.5),
        (" Refund ", {"reading": ReadAs.INTENT}, " Refund "),
        (" Refund ", {"reading": ReadAs.INTENT, "lower": True}, "refund"),
        ("Refund", {"reading": ReadAs.INTENT, "lower": True, "table": {"refund": "money"}}, "money"),
        ("refund", {"reading": ReadAs.INTENT, "table": {"Refund": "money"}}, "refund"),
        (7, {"reading": ReadAs.INTENT, "table": {"7": "money"}}, "money"),
        ("done", {"reading": ReadAs.WORD, "table": {"done": "active"}}, "active"),
        (True, {"reading": ReadAs.WORD, "table": {"true": "active"}}, "active"),
        (["done"], {"reading": ReadAs.WORD, "table": {"done": "active"}}, ["done"]),
        (
            {"a": 1, "b": True, "c": None, "d": 1.5},
            {"reading": ReadAs.SLICES},
            {"a": "1", "b": "true", "d": 1.5},
        ),
    ],
)
def test_a_value_becomes_what_its_field_takes(value: object, more: dict[str, Any], becoming: object) -> None:
    made = becomes(value, **more)["text"]
    assert (made, type(made)) == (becoming, type(becoming))


@pytest.mark.parametrize(
    ("value", "time", "zone"),
    [
        (1795348800, TimeFormat.EPOCH_S, None),
        (1795348800.0, TimeFormat.EPOCH_S, None),
        ("1795348800", TimeFormat.EPOCH_S, None),
        (1795348800000, TimeFormat.EPOCH_MS, None),
        (1795348800000000, TimeFormat.EPOCH_US, None),
        (Decimal(1795348800), TimeFormat.EPOCH_S, None),
        (NOON, TimeFormat.EPOCH_MS, None),
        ("2026-11-22T13:00:00", TimeFormat.RFC3339, BERLIN),
        ("2026-11-22 13:00", TimeFormat.RFC3339, BERLIN),
        ("2026-11-22T12:00:00Z", TimeFormat.RFC3339, BERLIN),
        (
            datetime(2026, 11, 22, 13),  # noqa: DTZ001 - it has none
            TimeFormat.RFC3339,
            BERLIN,
        ),
    ],
)
def test_a_time_is_read_by_its_format_and_its_zone(
    value: object, time: TimeFormat, zone: ZoneInfo | None
) -> None:
    assert becomes(value, "ts", reading=ReadAs.TIME, time=time, zone=zone) == {"ts": NOON}


def test_of_an_hour_that_the_clocks_repeat_it_is_the_first() -> None:
    made = becomes("2026-10-25T02:30:00", "ts", reading=ReadAs.TIME, zone=BERLIN)
    assert made == {"ts": datetime(2026, 10, 25, 0, 30, tzinfo=UTC)}


@pytest.mark.parametrize("value", ["noon", True, [], "2026-11-22T12:00:00Z"])
def test_what_is_no_time_since_1970_is_left_as_it_is(value: object) -> None:
    assert becomes(value, "ts", reading=ReadAs.TIME, time=TimeFormat.EPOCH_S) == {"ts": value}


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (10**30, "time_out_of_range"),
        ("9" * 50, "time_out_of_range"),
        (-(10**18), "time_out_of_range"),
        (float("nan"), "not_finite"),
        (float("inf"), "not_finite"),
    ],
)
def test_a_number_that_is_no_time_is_refused_with_its_code(value: object, code: str) -> None:
    with pytest.raises(DecodeError) as refused:
        becomes(value, "ts", reading=ReadAs.TIME, time=TimeFormat.EPOCH_MS)
    assert refused.value.code == code


def test_the_end_of_all_years_in_a_zone_is_refused() -> None:
    with pytest.raises(DecodeError) as refused:
        becomes("9999-12-31T23:59:59", "ts", reading=ReadAs.TIME, zone=ZoneInfo("America/Lima"))
    assert refused.value.code == "time_out_of_range"


@pytest.mark.parametrize(
    ("value", "more", "scores"),
    [
        ({"a": 0.5, "B": 0.25}, {}, {"a": 0.5, "B": 0.25}),
        ({"A": 0.5, "a": 0.25, "b": 0.25}, {"lower": True}, {"a": 0.75, "b": 0.25}),
        ({"a": 0.5, "none": 0.5}, {"table": {"none": None}}, {"a": 0.5}),
        (
            [{"n": "a", "s": 0.5}, {"n": "b", "s": Decimal("0.25")}],
            {"items": ("n", "s")},
            {"a": 0.5, "b": 0.25},
        ),
        ([{"n": 5, "s": 0.5}], {"items": ("n", "s")}, [{"n": 5, "s": 0.5}]),
        ({"A": 0.5, "a": "x"}, {"lower": True}, {"a": "x"}),
        ("none at all", {}, "none at all"),
    ],
)
def test_scores_are_by_intent_in_the_spelling_of_intents(
    value: object, more: dict[str, Any], scores: object
) -> None:
    assert becomes(value, "scores", reading=ReadAs.SCORES, **more) == {"scores": scores}


@pytest.mark.parametrize(
    ("names", "scores", "becoming"),
    [
        (["a", "b"], [0.5, 0.25], {"scores": {"a": 0.5, "b": 0.25}}),
        (["a"], [0.5, 0.25], {"scores": (["a"], [0.5, 0.25])}),
        (["a"], ..., {}),
    ],
)
def test_scores_may_be_two_lists_side_by_side(names: object, scores: object, becoming: object) -> None:
    paths = [parsed("$.a.names"), parsed("$.a.scores")]
    value = {"names": names} if scores is ... else {"names": names, "scores": scores}
    assert becomes(value, "scores", reading=ReadAs.SCORES, paths=paths) == becoming


@pytest.mark.parametrize(
    ("value", "more", "content"),
    [
        (..., {}, {}),
        (None, {}, {}),
        (..., {"constant": "d"}, {"text": "d"}),
        (None, {"constant": "d"}, {"text": "d"}),
        ("x", {"constant": "d"}, {"text": "x"}),
        ("x", {"paths": [], "constant": "always"}, {"text": "always"}),
        (None, {"needed": True}, {"text": None}),
        (None, {"name": "intent"}, {}),
        (None, {"name": "intent", "null_says": True}, {"intent": None}),
        (None, {"name": "slices.tier"}, {}),
        ("x", {"name": "slices.a.b"}, {"slices": {"a.b": "x"}}),
        (5, {"name": "model.version"}, {"model": {"version": "5"}}),
    ],
)
def test_what_is_not_there_is_left_out_or_stood_in_for(
    value: object, more: dict[str, Any], content: object
) -> None:
    assert becomes(value, **more) == content


def test_several_values_are_joined_and_one_that_is_no_text_is_left_to_be_refused() -> None:
    join: dict[str, Any] = {"paths": [parsed("$.a.x"), parsed("$.a.y")], "between": ":"}
    assert becomes({"x": "a", "y": 5}, **join) == {"text": "a:5"}
    assert becomes({"x": "a", "y": []}, **join) == {"text": []}
    assert becomes({"x": "a"}, **join) == {}


def test_a_path_that_leads_nowhere_is_named_with_how_far_it_leads() -> None:
    with pytest.raises(DecodeError) as refused:
        becomes({"id": 1}, "prediction_id", paths=[parsed("$.a.uuid")], needed=True)
    assert str(refused.value) == "path_missing: $.a.uuid is not there, only $.a (prediction_id)"
