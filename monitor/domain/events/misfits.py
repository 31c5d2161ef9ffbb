"""A record that was rejected in; which of its fields is wrong, in what way, and what was probably meant, out."""

import json
import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

import msgspec

from monitor.domain.events.types import Design, Kind
from monitor.domain.text.nearest import nearest
from monitor.errors import DecodeError


class Wrong(StrEnum):
    """In what way a field is wrong.

    `UNNAMED`: a label that does not say what it is, among predictions. `NOT_LISTED`: the first of several intents is
    none of them. `AS_CODED`: the code of the rejection says it.
    """

    MISSING = "missing"
    WRONG_TYPE = "wrong_type"
    NO_TIME = "no_time"
    NOT_ALLOWED = "not_allowed"
    UNNAMED = "unnamed"
    ANOTHER_ID = "another_id"
    NOT_LISTED = "not_listed"
    AS_CODED = "as_coded"


class Misfit(msgspec.Struct, frozen=True):
    """Why a record is no event. `field` is dotted, "" for the record as a whole.

    `expected` is JSON's name of what belongs there, `allowed` the words of which it must be one. `meant` is what the
    record has in the place of what is missing, or the allowed word that looks most like what it says.
    """

    code: str
    field: str = ""
    wrong: Wrong = Wrong.AS_CODED
    expected: str = ""
    allowed: Sequence[str] = ()
    meant: str = ""


_ALLOWED: Mapping[str, Sequence[str]] = {
    "event": ("prediction", "label"),
    "status": ("active", "retracted"),
    "source.kind": tuple(Kind),
    "sampling.design": tuple(Design),
}
# What a code is about where the words of the refusal don't name a field.
_FIELDS = {
    "probability_out_of_range": "sampling.probability",
    "revision_out_of_range": "revision",
    "too_many_slices": "slices",
    "too_many_intents": "predicted.intents",
    "several_intents": "intents",
    "unknown_event": "event",
}
_OF_PREDICTIONS = ("ts", "model", "predicted")
_PLACE = re.compile(r" - at `\$\.?([^`]*)`$")
_MISSING = re.compile(r"missing required field `([^`]+)`")
_EXPECTED = re.compile(r"Expected `([^`]+)`")
_OF_A_PATH = re.compile(r"\(([\w.]+)\)$")
_FIRST = re.compile(r"^(ts|labeled_at|status)\b")


def misfit(value: bytes, error: DecodeError) -> Misfit:
    """What is wrong with a record, from its bytes and its refusal.

    >>> misfit(b'{"ts": 3}', DecodeError("schema_invalid", "Expected `datetime`, got `int` - at `$.ts`")).field
    'ts'
    """
    place = _PLACE.search(error.detail)
    field = place[1] if place else _FIELDS.get(error.code, "")
    if not field and (first := _FIRST.match(error.detail)):
        field = first[1]
    if error.code == "path_missing" and (mapped := _OF_A_PATH.search(error.detail)):
        field = mapped[1]
    if error.code == "unknown_event":
        return _not_allowed(value, error.code, field)
    if error.code != "schema_invalid":
        return Misfit(error.code, field)
    if missing := _MISSING.search(error.detail):
        inside = _at(value, field)
        keys = [str(key) for key in inside] if isinstance(inside, Mapping) else []
        if not field and "label_id" in keys and "event" not in keys and missing[1] in _OF_PREDICTIONS:
            return Misfit(error.code, "event", Wrong.UNNAMED)
        name = f"{field}.{missing[1]}" if field else missing[1]
        return Misfit(error.code, name, Wrong.MISSING, meant=nearest(missing[1], keys) or "")
    if "another prediction_id" in error.detail:
        return Misfit(error.code, "prediction.prediction_id", Wrong.ANOTHER_ID)
    if "is not among" in error.detail:
        return Misfit(error.code, "predicted.intent", Wrong.NOT_LISTED)
    if "needs an intent" in error.detail:
        return Misfit(error.code, "intent", Wrong.MISSING)
    if "RFC3339" in error.detail:
        return Misfit(error.code, field, Wrong.NO_TIME)
    if expected := _EXPECTED.search(error.detail):
        return Misfit(error.code, field, Wrong.WRONG_TYPE, expected=expected[1].partition(" | ")[0])
    return _not_allowed(value, error.code, field)


def _not_allowed(value: bytes, code: str, field: str) -> Misfit:
    allowed = _ALLOWED.get(field, ())
    said = _at(value, field)
    meant = nearest(said, allowed) if isinstance(said, str) else None
    return Misfit(code, field, Wrong.NOT_ALLOWED, allowed=allowed, meant=meant or "")


def _at(value: bytes, field: str) -> Any:  # noqa: ANN401 - whatever a stranger put there
    """What a record has at a dotted place; None where it has nothing, or can't be read."""
    try:
        inside = json.loads(value)
    except (ValueError, RecursionError):
        return None
    for name in filter(None, field.split(".")):
        inside = inside.get(name) if isinstance(inside, Mapping) else None
    return inside
