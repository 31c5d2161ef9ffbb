"""The JSON Schemas of docs/schemas are today's, and mean what the product reads."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from monitor.cli.main import cli
from monitor.domain.events.decode import decode
from monitor.domain.events.schema import event_schema
from monitor.domain.events.tolerance import Mend
from monitor.domain.events.types import Design, Kind
from monitor.errors import DecodeError
from monitor.settings.schema import settings_schema
from monitor.settings.settings import Settings

SCHEMAS = Path(__file__).parents[2] / "docs" / "schemas"


@pytest.mark.parametrize("name", ["events", "config"])
def test_a_published_schema_is_what_the_command_prints(name: str) -> None:
    printed = CliRunner().invoke(cli, [name, "schema"]).stdout
    file = SCHEMAS / f"{name}.schema.json"
    assert file.read_text(encoding="utf-8") == printed, (
        f"anchorwatch {name} schema > docs/schemas/{file.name}"
    )


def test_no_other_schema_is_published() -> None:
    assert sorted(file.name for file in SCHEMAS.iterdir()) == ["config.schema.json", "events.schema.json"]


def references(content: object) -> Iterator[str]:
    if isinstance(content, Mapping):
        if "$ref" in content:
            yield content["$ref"]
        for each in content.values():
            yield from references(each)
    elif isinstance(content, list):
        for each in content:
            yield from references(each)


@pytest.mark.parametrize("made", [event_schema(), settings_schema()], ids=["events", "config"])
def test_every_reference_leads_to_a_definition_and_every_definition_is_used(made: dict[str, Any]) -> None:
    assert set(references(made)) == {f"#/$defs/{name}" for name in made["$defs"]}
    assert json.loads(json.dumps(made)) == made


def test_the_schema_of_a_configuration_has_every_section_and_no_other_key() -> None:
    made = settings_schema()
    assert set(made["properties"]) == set(Settings.model_fields)
    assert made["additionalProperties"] is False
    drop = made["$defs"]["Judge"]["properties"]["drop"]
    assert (drop["exclusiveMinimum"], drop["exclusiveMaximum"], drop["default"]) == (0, 1, 0.1)


def test_the_schema_of_events_says_what_the_decoder_holds_to() -> None:
    defined = event_schema()["$defs"]
    assert defined["prediction"]["required"] == ["prediction_id", "ts", "model", "predicted"]
    assert defined["label"]["required"] == ["label_id", "prediction_id", "labeled_at"]
    assert {"required": ["intent"]} in defined["label"]["else"]["anyOf"]
    assert set(defined["kind"]["enum"]) == set(Kind)
    assert set(defined["design"]["enum"]) == set(Design)
    assert defined["prediction"]["properties"]["prediction_id"] == {
        "type": "string",
        "minLength": 1,
        "maxLength": 255,
    }


def fits(value: object, schema: Mapping[str, Any], defined: Mapping[str, Any]) -> bool:
    """Whether a value fits a schema, by the words of JSON Schema that ours is made of."""
    if "$ref" in schema:
        return fits(value, defined[schema["$ref"].rpartition("/")[2]], defined)
    if "if" in schema and not fits(value, {"type": "object"} | schema["if"], defined):
        return fits(
            value, {name: each for name, each in schema.items() if name not in ("if", "else")}, defined
        ) and (fits(value, schema["else"], defined))
    kinds = {
        "object": isinstance(value, dict),
        "string": isinstance(value, str),
        "null": value is None,
        "integer": isinstance(value, int) and not isinstance(value, bool),
        "number": isinstance(value, int | float) and not isinstance(value, bool),
        "array": isinstance(value, list),
    }
    sound = [kinds[schema["type"]]] if "type" in schema else []
    sound += [any(fits(value, each, defined) for each in schema["anyOf"])] if "anyOf" in schema else []
    sound += [value in schema["enum"]] if "enum" in schema else []
    sound += [value == schema["const"]] if "const" in schema else []
    if isinstance(value, str):
        sound += [schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value))]
    if isinstance(value, int | float):
        sound += [schema.get("minimum", value) <= value <= schema.get("maximum", value)]
        sound += [value > schema["exclusiveMinimum"]] if "exclusiveMinimum" in schema else []
    if isinstance(value, list):
        sound += [len(value) <= schema.get("maxItems", len(value))]
        sound += [fits(each, schema.get("items", {}), defined) for each in value]
    if isinstance(value, dict):
        named = schema.get("properties", {})
        sound += [name in value for name in schema.get("required", [])]
        sound += [fits(each, named[name], defined) for name, each in value.items() if name in named]
        if "additionalProperties" in schema:
            sound += [fits(each, schema["additionalProperties"], defined) for each in value.values()]
        sound += [len(value) <= schema.get("maxProperties", len(value))]
    return all(sound)


def test_what_the_product_reads_without_mending_fits_the_schema_and_what_it_refuses_does_not() -> None:
    made = event_schema()
    examples = Path(__file__).parents[2] / "examples" / "events.jsonl"
    refused = []
    for number, line in enumerate(examples.read_bytes().splitlines(), 1):
        mends: list[Mend] = []
        try:
            decode(line, "prediction", mends=mends)
        except DecodeError as error:
            refused.append(error.code)
            # A time without a zone is a matter of format, of which a schema only tells.
            if error.code not in ("not_json", "time_without_zone"):
                assert not fits(json.loads(line), made, made["$defs"]), number
            continue
        assert mends or fits(json.loads(line), made, made["$defs"]), number
    assert refused == ["not_json", "schema_invalid", "empty_id", "time_without_zone"]


@pytest.mark.parametrize(
    ("change", "sound"),
    [
        ({}, True),
        ({"status": "retracted", "intent": None}, True),
        ({"intent": None}, True),
        ({"intents": ["x"]}, True),
        ({"intents": ["x", "y"]}, False),
        ({"status": "gone"}, False),
        ({"revision": -1}, False),
        ({"sampling": {"design": "uniform", "probability": 0}}, False),
        ({"sampling": {"design": "uniform", "probability": 1}}, True),
        ({"sampling": {"design": "by_hand"}}, False),
        ({"source": {"kind": "humna"}}, False),
        ({"event": "prediction"}, False),
        ({"anything": "else"}, True),
    ],
)
def test_a_label_fits_the_schema_where_the_decoder_takes_it(change: dict[str, Any], sound: bool) -> None:
    label = {
        "label_id": "l",
        "prediction_id": "p",
        "intent": "x",
        "labeled_at": "2026-10-20T00:00:00Z",
    } | change
    made = event_schema()
    assert fits(label, made, made["$defs"]) is sound
    try:
        decode(json.dumps(label).encode(), "label")
    except DecodeError:
        assert not sound
    else:
        assert sound
