"""A record read by a mapping goes through the checks of a canonical one: the same events, the same codes."""

import json
from typing import Any

import pytest

from monitor.domain.events.decode import decode
from monitor.domain.events.fields import LATEST
from monitor.domain.events.mapping.fields import EventMapping, MappedField, ReadAs
from monitor.domain.events.mapping.identity import IDENTITY
from monitor.domain.events.mapping.paths import parsed
from monitor.domain.events.mapping.reading import MappedReader
from monitor.domain.events.tolerance import Mend
from monitor.errors import DecodeError
from monitor.settings.mapped import LabelMap
from monitor.settings.placed import mapping_of
from tests.domain.events.records import FULL_LABEL, FULL_PREDICTION, LABEL, PREDICTION

AROUND = EventMapping(
    "prediction",
    [
        MappedField("prediction_id", [parsed("$.meta.id")], needed=True),
        MappedField("ts", [parsed("$.meta.time")], reading=ReadAs.TIME, needed=True),
        MappedField("model.name", constant="tickets"),
        MappedField("model.version", [parsed("$.meta.release")], needed=True),
        MappedField("model.environment", [parsed("$.meta.environment")]),
        MappedField("predicted.intent", [parsed("$.out[0].label")], reading=ReadAs.INTENT, needed=True),
        MappedField("predicted.score", [parsed("$.out[0].p")], reading=ReadAs.NUMBER),
        MappedField("slices.channel", [parsed("$.channel")]),
    ],
)


def theirs(event: dict[str, Any]) -> dict[str, Any]:
    """The same prediction in another shape; what an event leaves out is left out."""
    predicted = event["predicted"]
    record = {
        "meta": {
            "id": event["prediction_id"],
            "time": event["ts"],
            "release": event["model"]["version"],
            "environment": event["model"].get("environment"),
        },
        "out": [{"label": predicted["intent"], "p": predicted.get("score")}],
    }
    return record | ({"channel": event["slices"]["channel"]} if "slices" in event else {})


def ours(record: bytes, kind: str) -> Any:  # noqa: ANN401
    mends: list[Mend] = []
    try:
        return decode(record, kind, mends=mends), set(mends)
    except DecodeError as refused:
        return refused.code


def mapped(record: bytes, mapping: EventMapping) -> Any:  # noqa: ANN401
    mends: list[Mend] = []
    try:
        return MappedReader(mapping).json_event(record, LATEST, mends), set(mends)
    except DecodeError as refused:
        return refused.code


@pytest.mark.parametrize(
    ("event", "kind"),
    [(PREDICTION, "prediction"), (FULL_PREDICTION, "prediction"), (LABEL, "label"), (FULL_LABEL, "label")],
)
def test_a_record_of_our_own_shape_is_the_same_event_by_a_mapping(event: dict[str, Any], kind: Any) -> None:  # noqa: ANN401
    record = json.dumps(event).encode()
    assert mapped(record, IDENTITY[kind]) == ours(record, kind)
    assert isinstance(ours(record, kind), tuple)


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"prediction_id": ""},
        {"prediction_id": "x" * 300},
        {"prediction_id": "a\0b"},
        {"prediction_id": "a\ud800"},
        {"prediction_id": []},
        {"prediction_id": float("nan")},
        {"ts": "2026-11-22T13:00:00"},
        {"ts": "noon"},
        {"ts": "1999-11-22T13:00:00Z"},
        {"ts": 5},
        {"predicted": {"intent": "  refund\u00a0"}},
        {"predicted": {"intent": None}},
        {"predicted": {"intent": "refund", "score": float("nan")}},
        {"predicted": {"intent": "refund", "score": 1.00001}},
        {"predicted": {"intent": "refund", "score": "high"}},
        {"predicted": {"intent": "re\ud800"}},
        {"slices": {"channel": "x" * 600}},
        {"slices": {"channel": []}},
        {"slices": {"channel": {}}},
        {"model": {"name": "tickets", "version": "  "}},
        {"model": {"name": "tickets", "version": "7", "environment": "shadow"}},
    ],
)
def test_what_is_wrong_or_put_right_is_the_same_in_another_shape(change: dict[str, Any]) -> None:
    event = PREDICTION | change
    record = json.dumps(theirs(event)).encode()
    assert mapped(record, AROUND) == ours(json.dumps(event).encode(), "prediction")


@pytest.mark.parametrize(
    "record", [b"", b"{", b"nonsense", b"[]", b"7", b"null", b"\xff", b'"\\ud800"', b"[" * 100_000]
)
def test_what_is_no_object_has_the_code_that_it_has_on_a_canonical_topic(record: bytes) -> None:
    assert mapped(record, AROUND) == ours(record, "prediction")


def test_a_field_that_nobody_reads_may_be_no_json() -> None:
    record = json.dumps(theirs(PREDICTION) | {"trace": float("nan"), "cut": "\ud83d"}).encode()
    event, _ = ours(json.dumps(PREDICTION).encode(), "prediction")
    assert mapped(record, AROUND) == (event, {Mend.FIELD_IGNORED})


def test_a_byte_order_mark_is_no_part_of_the_record() -> None:
    record = b"\xef\xbb\xbf" + json.dumps(theirs(PREDICTION)).encode()
    assert mapped(record, AROUND) == ours(json.dumps(PREDICTION).encode(), "prediction")


def test_a_value_nested_too_deeply_to_be_spelled_has_the_code_of_its_type() -> None:
    record = json.dumps(theirs(PREDICTION)).encode().replace(b'"p1"', b"[" * 900 + b"]" * 900)
    assert mapped(record, AROUND) == "schema_invalid"


def test_a_whole_number_stands_for_its_digits_and_true_for_a_word() -> None:
    record = json.dumps(theirs(PREDICTION | {"prediction_id": 12, "slices": {"channel": True}})).encode()
    event, mends = mapped(record, AROUND)
    assert (event.prediction_id, event.slices, mends) == ("12", {"channel": "true"}, set())


def test_a_label_without_an_intent_is_refused_unless_it_is_retracted() -> None:
    bare = {name: value for name, value in LABEL.items() if name != "intent"}
    assert mapped(json.dumps(bare).encode(), IDENTITY["label"]) == "schema_invalid"
    event, _ = mapped(json.dumps(bare | {"status": "retracted"}).encode(), IDENTITY["label"])
    assert event.retracted


MOVED = LabelMap.model_validate(
    {
        "label_id": "$.id",
        "prediction_id": "$.ticket",
        "labeled_at": "$.at",
        "intent": {"path": "$.event.current", "aliases": {"nothing": None}},
    }
)


@pytest.mark.parametrize("record", [{"event": {"current": None}}, {"event": None}, {"event": {}}, {}])
def test_a_mapped_intent_that_is_null_says_nothing(record: dict[str, Any]) -> None:
    moved = {"id": "l1", "ticket": "p1", "at": LABEL["labeled_at"], **record}
    assert mapped(json.dumps(moved).encode(), mapping_of(MOVED)) == "schema_invalid"


def test_an_alias_or_a_default_says_that_a_ticket_belongs_to_no_intent() -> None:
    moved = {"id": "l1", "ticket": "p1", "at": LABEL["labeled_at"]}
    event, _ = mapped(json.dumps(moved | {"event": {"current": "nothing"}}).encode(), mapping_of(MOVED))
    assert event.intent == ""
    intent = {"path": "$.event.current", "default": "spam"}
    defaulted = mapping_of(LabelMap.model_validate(MOVED.model_dump() | {"intent": intent}))
    event, _ = mapped(json.dumps(moved | {"event": None}).encode(), defaulted)
    assert event.intent == "spam"
