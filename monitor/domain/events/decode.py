"""Bytes in, an event out, or a DecodeError with a stable code. DESIGN.md section 5 is the format.

The quick way is one msgspec pass into the struct the topic promises. Only a record that fails it is looked
at again, slowly, to say what is wrong with it.
"""

import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import blake2b
from typing import Annotated

import msgspec

from monitor.domain.events.types import Design, Kind, Label, Model, Prediction
from monitor.errors import DecodeError

ID_MAX = 255
SLICES_MAX = 64
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
LATEST = datetime(2100, 1, 1, tzinfo=UTC)

_Id = Annotated[str, msgspec.Meta(min_length=1, max_length=ID_MAX)]
_Time = Annotated[datetime, msgspec.Meta(tz=True)]


class _Model(msgspec.Struct):
    name: _Id
    version: _Id
    environment: _Id = "prod"


class _Predicted(msgspec.Struct):
    intent: _Id
    score: float | None = None
    scores: dict[str, float] | None = None


class _Prediction(msgspec.Struct):
    prediction_id: _Id
    ts: _Time
    model: _Model
    predicted: _Predicted
    event: str | None = None
    slices: dict[str, str] | None = None
    text: str | None = None
    subject: _Id | None = None


class _Source(msgspec.Struct):
    kind: Kind = Kind.HUMAN


class _Sampling(msgspec.Struct):
    design: Design = Design.UNKNOWN
    probability: float | None = None


class _Label(msgspec.Struct):
    label_id: _Id
    prediction_id: _Id
    labeled_at: _Time
    intent: _Id | None = None
    event: str | None = None
    revision: int = 1
    status: str = "active"
    source: _Source | None = None
    sampling: _Sampling | None = None
    prediction: msgspec.Raw = msgspec.Raw()


class _AnyEvent(msgspec.Struct):
    event: str | None = None


_prediction = msgspec.json.Decoder(_Prediction)
_label = msgspec.json.Decoder(_Label)
_any = msgspec.json.Decoder(_AnyEvent)
_encode = msgspec.json.Encoder(order="deterministic").encode
# All that msgspec raises on bytes from strangers; the last is for brackets within brackets within brackets.
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, OverflowError, RecursionError)

Event = Prediction | Label | tuple[Prediction, Label]


def decode(value: bytes | None, kind: str, max_bytes: int = 1_000_000) -> Event:
    """Read one record. `kind` ("prediction" or "label") is what its topic holds; its own `event` overrules.

    A label that carries its prediction inline gives both, the prediction first.

    Raises:
        DecodeError: with one of the codes of `CODES`.
    """
    if value is None:
        raise DecodeError("tombstone", "the record has no value")
    if len(value) > max_bytes:
        raise DecodeError("too_large", f"{len(value)} bytes, more than the {max_bytes} allowed")
    # In a mixed topic a label names itself, mostly at its beginning: it need not be tried as a prediction.
    likely = "label" if b'"label"' in value[:40] else kind
    try:
        if likely == "prediction":
            wire = _prediction.decode(value)
            if (kind if wire.event is None else wire.event) == "prediction":
                return _to_prediction(wire, value)
        else:
            labelled = _label.decode(value)
            if (kind if labelled.event is None else labelled.event) == "label":
                return _to_label(labelled, value)
    except _UNREADABLE:
        # It may still be the other kind of event, or it is broken: the slow way tells.
        pass
    return _decode_by_its_own_name(value, kind)


def _decode_by_its_own_name(value: bytes, kind: str) -> Event:
    try:
        named = _any.decode(value).event
        event = kind if named is None else named
        if event == "prediction":
            return _to_prediction(_prediction.decode(value), value)
        if event == "label":
            return _to_label(_label.decode(value), value)
    except _UNREADABLE as err:
        raise _explained(value, err) from err
    raise DecodeError("unknown_event", f"event is {event[:40]!r}, not 'prediction' or 'label'")


# The same few models are named again and again: one object each, whose hash is computed once.
_model = lru_cache(maxsize=1024)(Model)


def _to_prediction(wire: _Prediction, value: bytes) -> Prediction:
    score = wire.predicted.score
    if score is not None and not 0.0 <= score <= 1.0:
        raise DecodeError("score_out_of_range", f"predicted.score is {score}, not within 0 and 1")
    scores = wire.predicted.scores
    if scores and not all(map(math.isfinite, scores.values())):
        raise DecodeError("not_finite", "a value of predicted.scores is not finite")
    if not EARLIEST <= wire.ts <= LATEST:
        raise DecodeError("time_out_of_range", f"ts is {wire.ts.isoformat()}, not between 2000 and 2100")
    slices = wire.slices or {}
    if len(slices) > SLICES_MAX:
        raise DecodeError("too_many_slices", f"{len(slices)} slices, more than the {SLICES_MAX} allowed")
    model = _model(wire.model.name, wire.model.version, wire.model.environment)
    if b"\\u0000" in value:
        _refuse_nul(
            wire.prediction_id,
            wire.predicted.intent,
            wire.subject or "",
            *slices,
            *slices.values(),
            wire.model.name,
            wire.model.version,
            wire.model.environment,
        )
    ts = wire.ts if wire.ts.tzinfo is UTC else wire.ts.astimezone(UTC)
    content = (ts, model, wire.predicted.intent, score, scores, slices, wire.text, wire.subject)
    return Prediction(
        wire.prediction_id,
        ts,
        model,
        wire.predicted.intent,
        blake2b(_encode(content), digest_size=16).digest(),
        score,
        slices,
        wire.text,
        wire.subject,
    )


def _to_label(wire: _Label, value: bytes) -> Label | tuple[Prediction, Label]:
    if wire.status not in ("active", "retracted"):
        raise DecodeError("schema_invalid", f"status is {wire.status[:40]!r}, not 'active' or 'retracted'")
    retracted = wire.status == "retracted"
    if wire.intent is None and not retracted:
        raise DecodeError("schema_invalid", "a label needs an intent unless it is retracted")
    if not 0 <= wire.revision < 2**31:
        raise DecodeError("revision_out_of_range", "revision is not within 0 and 2147483647")
    if not EARLIEST <= wire.labeled_at <= LATEST:
        raise DecodeError(
            "time_out_of_range", f"labeled_at is {wire.labeled_at.isoformat()}, not between 2000 and 2100"
        )
    design, probability = Design.UNKNOWN, None
    if wire.sampling is not None:
        design, probability = wire.sampling.design, wire.sampling.probability
        if probability is not None and not 0.0 < probability <= 1.0:
            raise DecodeError(
                "probability_out_of_range",
                f"sampling.probability is {probability}, not above 0 and at most 1",
            )
    if b"\\u0000" in value:
        _refuse_nul(wire.label_id, wire.prediction_id, wire.intent or "")
    label = Label(
        wire.label_id,
        wire.prediction_id,
        wire.intent or "",
        wire.labeled_at.astimezone(UTC),
        wire.revision,
        retracted,
        wire.source.kind if wire.source else Kind.HUMAN,
        design,
        probability,
    )
    inline = bytes(wire.prediction)
    if inline in (b"", b"null"):
        return label
    prediction = _to_prediction(_prediction.decode(inline), inline)
    if prediction.prediction_id != label.prediction_id:
        raise DecodeError("schema_invalid", "the prediction inside the label has another prediction_id")
    return prediction, label


def _refuse_nul(*texts: str) -> None:
    if any("\x00" in text for text in texts):
        raise DecodeError("bad_character", "an id, intent or slice has a NUL character")


CODES: Mapping[str, str] = {
    "tombstone": "a record without a value",
    "too_large": "longer than limits.message_bytes",
    "not_json": "not JSON, not UTF-8, or nested too deeply to be read",
    "not_finite": "NaN or Infinity where a number belongs",
    "schema_invalid": "a field is missing or of the wrong type",
    "empty_id": "an id or a name is empty",
    "id_too_long": f"an id or a name is longer than {ID_MAX} characters",
    "time_without_zone": "a time has no zone",
    "time_out_of_range": "a time is before 2000 or after 2100",
    "score_out_of_range": "a score is not within 0 and 1",
    "probability_out_of_range": "a sampling probability is not above 0 and at most 1",
    "revision_out_of_range": "a revision is negative or too large",
    "bad_character": "a NUL character in an id, an intent or a slice",
    "too_many_slices": f"a prediction with more than {SLICES_MAX} slices",
    "unknown_event": "an event that is neither a prediction nor a label",
    "conflict": "an id seen before with other content",
}


_OUT_OF_RANGE = {
    "`$.revision`": "revision_out_of_range",
    "`$.predicted.score`": "score_out_of_range",
    "`$.sampling.probability`": "probability_out_of_range",
}


def _explained(value: bytes, err: Exception) -> DecodeError:
    """Say what is wrong with a record that msgspec refused, without repeating what it says about anyone."""
    said = str(err)
    if isinstance(err, RecursionError):
        return DecodeError("not_json", "nested too deeply to be read")
    constants: list[str] = []
    try:
        # As floats, because Python refuses to read an integer of 4,301 digits.
        json.loads(value.decode(), parse_constant=constants.append, parse_int=float)
    except (ValueError, RecursionError):
        return DecodeError("not_json", said)
    if constants:
        return DecodeError("not_finite", "NaN or Infinity is not a number in JSON")
    if not isinstance(err, msgspec.ValidationError):
        return DecodeError("not_json", said)
    return _misfit(said)


def _misfit(said: str) -> DecodeError:
    """What msgspec said of JSON that is not one of our events, as one of our codes."""
    what, _, place = said.rpartition(" - at ")
    if what.startswith("Invalid enum value"):  # it quotes the value, which may be anything, and long
        return DecodeError("schema_invalid", f"not one of the values allowed - at {place}")
    if what.endswith("out of range"):
        return DecodeError(_OUT_OF_RANGE.get(place, "not_finite"), said)
    if what.endswith("timezone component"):
        return DecodeError("time_without_zone", said)
    if "of length >= 1" in what:
        return DecodeError("empty_id", said)
    if "of length <=" in what:
        return DecodeError("id_too_long", said)
    return DecodeError("schema_invalid", said)
