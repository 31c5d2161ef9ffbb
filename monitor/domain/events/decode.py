"""Bytes in, an event out, or a DecodeError with a stable code. docs/events.md is the format.

The quick way is one msgspec pass into the struct the topic promises. Only a record that fails it is looked
at again, slowly: to put right what the judgement does not need, or to say what is wrong with it.
"""

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import blake2b
from typing import Annotated

import msgspec

from monitor.domain.events.mends import Mend
from monitor.domain.events.names import BYTES_MAX, CHARACTERS_MAX, NO_ANSWER, normal, too_long
from monitor.domain.events.refusals import UNREADABLE, explained
from monitor.domain.events.repair import repaired
from monitor.domain.events.types import Design, Kind, Label, Model, Prediction, Unreadable
from monitor.domain.slices.cells import OTHER
from monitor.errors import DecodeError

SLICES_MAX = 64
SHORT = 4_096
LOOKED_AT = 4 * CHARACTERS_MAX
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
LATEST = datetime(2100, 1, 1, tzinfo=UTC)
ROUNDING = 1e-4  # how far a float32's sum of shares strays from 1, with room to spare

_BOM = b"\xef\xbb\xbf"

_Id = Annotated[str, msgspec.Meta(min_length=1, max_length=CHARACTERS_MAX)]
_Time = Annotated[datetime, msgspec.Meta(tz=True)]


class _Model(msgspec.Struct):
    name: _Id
    version: _Id
    environment: _Id = "prod"


class _Predicted(msgspec.Struct):
    intent: _Id | None
    score: float | None = None
    scores: dict[str, float] | None = None


class _Prediction(msgspec.Struct):
    prediction_id: _Id
    ts: _Time
    model: _Model
    predicted: _Predicted | None
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
_ABSTAINED = _Predicted(None)
_encode = msgspec.json.Encoder(order="deterministic").encode

Event = Prediction | Label | tuple[Prediction, Label]


def decode(
    value: bytes,
    kind: str,
    max_bytes: int = 1_000_000,
    *,
    latest: datetime = LATEST,
    mends: list[Mend] | None = None,
) -> Event:
    """Read one record. `kind` ("prediction" or "label") is what its topic holds; its own `event` overrules.

    A label that carries its prediction inline gives both, the prediction first. No time may be after `latest`.
    What was put right is added to `mends`.

    Raises:
        DecodeError: with one of the codes of `CODES`.
    """
    mends = [] if mends is None else mends
    if isinstance(value, Unreadable):
        raise DecodeError("unreadable", value.decode())
    if len(value) > max_bytes:
        raise DecodeError("too_large", f"{len(value)} bytes, more than the {max_bytes} allowed")
    if value[:3] == _BOM:
        value = value[3:]  # where files were put together, it is in the middle, too
    reader = _Reader(latest, mends)
    # In a mixed topic a label names itself, mostly at its beginning: it need not be tried as a prediction.
    likely = "label" if b'"label"' in value[:40] else kind
    try:
        if likely == "prediction":
            wire = _prediction.decode(value)
            if (kind if wire.event is None else wire.event) == "prediction":
                return reader.prediction(wire, value)
        else:
            labelled = _label.decode(value)
            if (kind if labelled.event is None else labelled.event) == "label":
                return reader.label(labelled, value)
    except UNREADABLE:
        # It may still be the other kind of event, or it is broken: the slow way tells.
        mends.clear()
    try:
        return _decode_by_its_own_name(value, kind, reader)
    except UNREADABLE as err:
        return _decode_repaired(value, kind, reader, err)


def _decode_repaired(value: bytes, kind: str, reader: "_Reader", err: Exception) -> Event:
    """The slow way, for what may be a sound event but for a field that nothing rests on."""
    better, mended = repaired(value)
    if not mended:
        raise explained(value, err) from err
    reader.mends[:] = mended
    try:
        return _decode_by_its_own_name(better, kind, reader)
    except UNREADABLE as still:
        raise explained(better, still) from still


def _decode_by_its_own_name(value: bytes, kind: str, reader: "_Reader") -> Event:
    named = _any.decode(value).event
    event = kind if named is None else named
    if event == "prediction":
        return reader.prediction(_prediction.decode(value), value)
    if event == "label":
        return reader.label(_label.decode(value), value)
    raise DecodeError("unknown_event", f"event is {event[:40]!r}, not 'prediction' or 'label'")


class _Reader:
    """Turns what msgspec read into events, and notes in `mends` what it put right."""

    def __init__(self, latest: datetime, mends: list[Mend]) -> None:
        self._latest = latest
        self.mends = mends

    def prediction(self, wire: _Prediction, value: bytes) -> Prediction:
        predicted = wire.predicted or _ABSTAINED
        score = self._score(predicted.score)
        scores = predicted.scores
        if scores and not all(map(math.isfinite, scores.values())):
            raise DecodeError("not_finite", "a value of predicted.scores is not finite")
        ts = self._time("ts", wire.ts)
        model, trimmed = _model(wire.model.name, wire.model.version, wire.model.environment)
        if trimmed:
            self.mends.append(Mend.NAME_TRIMMED)
        intent = NO_ANSWER if predicted.intent is None else self._name(predicted.intent)
        # What a long record brings is not worth remembering.
        slices = self._slices(wire.slices, short=len(value) < SHORT) if wire.slices else {}
        if b"\\u0000" in value:
            _refuse_nul(
                wire.prediction_id,
                intent,
                wire.subject or "",
                *slices,
                *slices.values(),
                model.name,
                model.version,
                model.environment,
            )
        content = (ts, model, intent or None, score, scores, slices, wire.text, wire.subject)
        digest = blake2b(_encode(content), digest_size=16).digest()
        return Prediction(
            wire.prediction_id, ts, model, intent, digest, score, slices, wire.text, wire.subject
        )

    def label(self, wire: _Label, value: bytes) -> Label | tuple[Prediction, Label]:
        if wire.status not in ("active", "retracted"):
            raise DecodeError(
                "schema_invalid", f"status is {wire.status[:40]!r}, not 'active' or 'retracted'"
            )
        retracted = wire.status == "retracted"
        if wire.intent is None and not retracted:
            raise DecodeError("schema_invalid", "a label needs an intent unless it is retracted")
        if not 0 <= wire.revision < 2**31:
            raise DecodeError("revision_out_of_range", "revision is not within 0 and 2147483647")
        labeled_at = self._time("labeled_at", wire.labeled_at)
        design, probability = Design.UNKNOWN, None
        if wire.sampling is not None:
            design = wire.sampling.design
            probability = self._probability(wire.sampling.probability, design)
        intent = "" if wire.intent is None else self._name(wire.intent)
        if b"\\u0000" in value:
            _refuse_nul(wire.label_id, wire.prediction_id, intent)
        label = Label(
            wire.label_id,
            wire.prediction_id,
            intent,
            labeled_at,
            wire.revision,
            retracted,
            wire.source.kind if wire.source else Kind.HUMAN,
            design,
            probability,
        )
        inline = bytes(wire.prediction)
        if inline in (b"", b"null"):
            return label
        prediction = self.prediction(_prediction.decode(inline), inline)
        if prediction.prediction_id != label.prediction_id:
            raise DecodeError("schema_invalid", "the prediction inside the label has another prediction_id")
        return prediction, label

    def _name(self, name: str) -> str:
        tidy, trimmed = _tidy_name(name)
        if trimmed:
            self.mends.append(Mend.NAME_TRIMMED)
        return tidy

    def _slices(self, given: dict[str, str], *, short: bool) -> dict[str, str]:
        if len(given) > SLICES_MAX:
            raise DecodeError("too_many_slices", f"{len(given)} slices, more than the {SLICES_MAX} allowed")
        if short and all(map(_is_tidy, given)) and all(map(_is_tidy, given.values())):
            return given
        slices: dict[str, str] = {}
        for name, value in given.items():
            # What is far too long is cut before it is normalised, whose cost is more than its length.
            tidy, inside = normal(name[:LOOKED_AT]), normal(value[:LOOKED_AT])
            if tidy != name[:LOOKED_AT] or inside != value[:LOOKED_AT]:
                self.mends.append(Mend.NAME_TRIMMED)
            if too_long(tidy) or too_long(inside):
                self.mends.append(Mend.SLICE_CUT)
                inside = OTHER
            if not too_long(tidy):
                slices.setdefault(tidy, inside)
        return slices

    def _score(self, score: float | None) -> float | None:
        if score is None or 0.0 <= score <= 1.0:
            return score
        if -ROUNDING <= score <= 1.0 + ROUNDING:
            self.mends.append(Mend.SCORE_CLIPPED)
            return min(max(score, 0.0), 1.0)
        self.mends.append(Mend.SCORE_DROPPED)
        return None

    def _probability(self, probability: float | None, design: Design) -> float | None:
        if probability is None or 0.0 < probability <= 1.0:
            return probability
        if 1.0 < probability <= 1.0 + ROUNDING:
            self.mends.append(Mend.PROBABILITY_CLIPPED)
            return 1.0
        if design is Design.UNKNOWN:
            self.mends.append(Mend.PROBABILITY_DROPPED)
            return None
        raise DecodeError(
            "probability_out_of_range",
            f"sampling.probability is {probability}, not above 0 and at most 1",
        )

    def _time(self, field: str, at: datetime) -> datetime:
        if not EARLIEST <= at <= self._latest:
            raise DecodeError(
                "time_out_of_range",
                f"{field} is {at.isoformat()}, not between 2000 and {self._latest:%Y-%m-%d %H:%M} UTC",
            )
        return at if at.tzinfo is UTC else at.astimezone(UTC)


# The same few names and models are given again and again: looked at once, and one object each.
@lru_cache(maxsize=1024)
def _model(name: str, version: str, environment: str) -> tuple[Model, bool]:
    """The model of these names, and whether one of them had to be trimmed."""
    given = (name, version, environment)
    tidy = [_checked(normal(each)) for each in given]
    return Model(*tidy), tuple(tidy) != given


@lru_cache(maxsize=4096)
def _tidy_name(name: str) -> tuple[str, bool]:
    tidy = _checked(normal(name))
    return tidy, tidy != name


@lru_cache(maxsize=4096)
def _is_tidy(name: str) -> bool:
    return normal(name) == name and not too_long(name)


def _checked(name: str) -> str:
    if not name:
        raise DecodeError("empty_id", "a name holds nothing but blanks")
    if too_long(name):
        raise DecodeError(
            "id_too_long", f"a name of more than {CHARACTERS_MAX} characters or {BYTES_MAX} bytes"
        )
    return name


def _refuse_nul(*texts: str) -> None:
    if any("\x00" in text for text in texts):
        raise DecodeError(
            "bad_character", "an id, an intent or a slice has a NUL character, or half of a pair"
        )


CODES: Mapping[str, str] = {
    "too_large": "longer than limits.message_bytes",
    "unreadable": "a batch that unpacks to more than memory should hold",
    "not_json": "not JSON, not UTF-8, or nested too deeply to be read",
    "not_finite": "NaN or Infinity where a number belongs",
    "schema_invalid": "a field is missing or of the wrong type",
    "empty_id": "an id or a name is empty",
    "id_too_long": f"an id or a name is longer than {CHARACTERS_MAX} characters, or a name than {BYTES_MAX} bytes",
    "time_without_zone": "a time has no zone",
    "time_out_of_range": "a time is before 2000, or more than limits.future_hours ahead",
    "probability_out_of_range": "the probability of a sampling design is not above 0 and at most 1",
    "revision_out_of_range": "a revision is negative or too large",
    "bad_character": "a NUL character, or half of a pair, in an id, an intent or a slice",
    "too_many_slices": f"a prediction with more than {SLICES_MAX} slices",
    "unknown_event": "an event that is neither a prediction nor a label",
    "unstorable": "the database refuses what it holds",
    "conflict": "an id seen before with other content",
}
