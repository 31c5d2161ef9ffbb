"""The JSON Schema of events, made from the structs that read them.

It says what to write. What is read is a little more: names of the wrong type in fields that nothing rests on are put
right (docs/events.md).
"""

import json
from typing import Any

import msgspec

from monitor.domain.events.fields import ANSWERS_MAX, SCORES_MAX, SLICES_MAX
from monitor.domain.events.wire import WireLabel, WirePrediction

DIALECT = "https://json-schema.org/draft/2020-12/schema"
REVISION_MAX = 2**31 - 1
_LISTED = {"required": ["intents"], "properties": {"intents": {"type": "array"}}}


class WireLabelWithPrediction(WireLabel):
    """A label; its prediction may come inside."""

    prediction: WirePrediction | None = None  # type: ignore[assignment] # read apart, as it may be of any shape


def event_schema() -> dict[str, Any]:
    """A record: a prediction or a label, each by its own name or by that of its topic."""
    _, parts = msgspec.json.schema_components(
        [WirePrediction, WireLabelWithPrediction], ref_template="#/$defs/{name}"
    )
    names = {name: name.removeprefix("Wire").removesuffix("WithPrediction").lower() for name in parts}
    spelled = json.dumps(parts)
    for name, short in names.items():
        spelled = spelled.replace(f'"#/$defs/{name}"', f'"#/$defs/{short}"')
    defined = {names[name]: part | {"title": names[name]} for name, part in json.loads(spelled).items()}
    _narrow(defined)
    return {
        "$schema": DIALECT,
        "title": "Anchorwatch event",
        "description": "One record of a topic, or one line of a file: a prediction, or a label of one.",
        "anyOf": [{"$ref": "#/$defs/prediction"}, {"$ref": "#/$defs/label"}],
        "$defs": defined,
    }


def _narrow(defined: dict[str, Any]) -> None:
    """What the structs leave to the reading: which words and numbers a field may hold."""
    prediction, label = defined["prediction"]["properties"], defined["label"]["properties"]
    prediction["event"] = {"enum": ["prediction", None], "default": None}
    prediction["slices"]["anyOf"][0]["maxProperties"] = SLICES_MAX
    label["event"] = {"enum": ["label", None], "default": None}
    label["status"] = {"enum": ["active", "retracted"], "default": "active"}
    label["revision"] |= {"minimum": 0, "maximum": REVISION_MAX}
    defined["predicted"]["anyOf"] = [{"required": ["intent"]}, _LISTED]
    defined["predicted"]["properties"]["intents"]["anyOf"][0]["maxItems"] = ANSWERS_MAX
    label["intents"]["anyOf"][0]["maxItems"] = 1
    score = defined["predicted"]["properties"]["score"]["anyOf"]
    score[0] |= {"minimum": 0, "maximum": 1}
    scores = defined["predicted"]["properties"]["scores"]["anyOf"][0]
    scores |= {"maxProperties": SCORES_MAX}
    scores["additionalProperties"] |= {"minimum": 0, "maximum": 1}
    probability = defined["sampling"]["properties"]["probability"]["anyOf"]
    probability[0] |= {"exclusiveMinimum": 0, "maximum": 1}
    defined["label"]["if"] = {"properties": {"status": {"const": "retracted"}}, "required": ["status"]}
    defined["label"]["else"] = {"anyOf": [{"required": ["intent"]}, _LISTED]}
