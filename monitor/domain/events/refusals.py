"""What is wrong with a record that is no event: its bytes and msgspec's error in, a code and a few words out."""

import json
from collections.abc import Mapping

import msgspec

from monitor.domain.events.fields import ANSWERS_MAX, SLICES_MAX
from monitor.domain.events.names import BYTES_MAX, CHARACTERS_MAX
from monitor.errors import DecodeError

CODES: Mapping[str, str] = {
    "too_large": "longer than limits.message_bytes",
    "unreadable": "a batch that unpacks to more than memory should hold",
    "not_json": "not JSON, not UTF-8, or nested too deeply to be read",
    "not_finite": "NaN or Infinity where a number belongs",
    "schema_invalid": "a field is missing or of the wrong type",
    "path_missing": "a path of the topic's mapping leads nowhere, and what lies there is needed",
    "not_framed": "no schema's id before it: not written by a serializer of a schema registry",
    "unknown_schema": "the schema registry does not know its schema",
    "schema_unusable": "its schema is of another format, can't be read with, or does not fit the pinned version",
    "not_avro": "bytes that its schema does not describe",
    "not_cloudevent": "no CloudEvent of the version 1.0, or its data are neither JSON nor text",
    "batch_of_events": "a batch of CloudEvents, where each needs a record of its own",
    "not_inference": "a response of KServe that is in neither of its protocols, or whose outputs do not fit together",
    "not_captured": "no data capture of SageMaker, or no ground truth, with an output or a label that can be read",
    "empty_id": "an id or a name is empty",
    "id_too_long": f"an id or a name is longer than {CHARACTERS_MAX} characters, or a name than {BYTES_MAX} bytes",
    "time_without_zone": "a time has no zone",
    "time_out_of_range": "a time is before 2000, or more than limits.future_hours ahead",
    "probability_out_of_range": "the probability of a sampling design is not above 0 and at most 1",
    "revision_out_of_range": "a revision is negative or too large",
    "bad_character": "a NUL character, or half of a pair, in an id, an intent or a slice",
    "too_many_slices": f"a prediction with more than {SLICES_MAX} slices",
    "too_many_intents": f"a prediction that names more than {ANSWERS_MAX} intents",
    "several_intents": "a label that names more than one intent",
    "too_many_models": "a prediction of a further model, under an id that 20 others answered",
    "too_many_labels": "a label of an id of its own, for a prediction that has 100 of other ids",
    "unknown_event": "an event that is neither a prediction nor a label",
    "unstorable": "the database refuses what it holds",
    "conflict": "an id seen before with other content",
}
"""Every code that a rejected record can have, and what it means. They are stable: people route by them."""

# All that msgspec raises on bytes from strangers; the last is for brackets within brackets within brackets.
UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, OverflowError, RecursionError)

_OUT_OF_RANGE = {
    "`$.revision`": "revision_out_of_range",
    "`$.sampling.probability`": "probability_out_of_range",
}


def explained(value: bytes, err: Exception) -> DecodeError:
    """Say what is wrong with a record that msgspec refused, without repeating what it says about anyone."""
    message = str(err)
    if isinstance(err, RecursionError):
        return DecodeError("not_json", "nested too deeply to be read")
    constants: list[str] = []
    try:
        # As floats, because Python refuses to read an integer of 4,301 digits.
        json.loads(value.decode(), parse_constant=constants.append, parse_int=float)
    except (ValueError, RecursionError):
        return DecodeError("not_json", message)
    if constants:
        return DecodeError("not_finite", "NaN or Infinity is not a number in JSON")
    if not isinstance(err, msgspec.ValidationError):
        return DecodeError("not_json", message)
    return _misfit(message)


def _misfit(message: str) -> DecodeError:
    """What msgspec said of JSON that is not one of our events, as one of our codes."""
    what, _, place = message.rpartition(" - at ")
    if what.startswith("Invalid enum value"):  # it quotes the value, which may be anything, and long
        return DecodeError("schema_invalid", f"not one of the values allowed - at {place}")
    if what.endswith("out of range"):
        return DecodeError(_OUT_OF_RANGE.get(place, "not_finite"), message)
    if what.endswith("timezone component"):
        return DecodeError("time_without_zone", message)
    if "of length >= 1" in what:
        return DecodeError("empty_id", message)
    if "of length <=" in what:
        return DecodeError("id_too_long", message)
    return DecodeError("schema_invalid", message)
