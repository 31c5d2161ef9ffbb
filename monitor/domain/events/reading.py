"""An event as it was sent in, the event that counts out: every value checked, and a prediction's digest made."""

from datetime import UTC, datetime
from hashlib import blake2b

import msgspec
from msgspec import UNSET, UnsetType

from monitor.domain.events.fields import (
    EARLIEST,
    annotator_of,
    model_of,
    refuse_nul,
    scope_of,
    sound_answers,
    sound_probability,
    sound_score,
    sound_scores,
    sound_time,
    tidy_name,
    tidy_slices,
)
from monitor.domain.events.names import NO_ANSWER, NO_INTENT
from monitor.domain.events.tolerance import Mend
from monitor.domain.events.types import Design, Kind, Label, Prediction
from monitor.domain.events.wire import WireLabel, WirePredicted, WirePrediction, decode_prediction
from monitor.errors import DecodeError

SHORT = 4_096
_ABSTAINED = WirePredicted(None)
_encode = msgspec.json.Encoder(order="deterministic").encode


class EventReader:
    """Turns what msgspec read into events, and notes in `mends` what it put right.

    `nul` is how the bytes of a record spell a NUL character, which no database takes.
    """

    def __init__(self, latest: datetime, mends: list[Mend], nul: bytes = b"\\u0000") -> None:
        self._latest = latest
        self.mends = mends
        self._nul = nul

    def prediction(self, wire: WirePrediction, value: bytes) -> Prediction:
        """A prediction; `value` are the bytes that it was read from.

        Raises:
            DecodeError: a value that can't be put right.
        """
        # What is mostly there and mostly sound costs no call.
        predicted = wire.predicted or _ABSTAINED
        score = predicted.score
        if score is not None and not 0.0 <= score <= 1.0:
            score = sound_score(score, self.mends)
        scores = sound_scores(predicted.scores, self.mends) if predicted.scores else {}
        ts = wire.ts
        if ts.tzinfo is not UTC or not EARLIEST <= ts <= self._latest:
            ts = sound_time("ts", ts, self._latest)
        model = model_of(wire.model, self.mends)
        if predicted.intents is None:
            answers: tuple[str, ...] = ()
            intent = _one_answer(predicted.intent, self.mends)
        else:
            answers = sound_answers(predicted.intents, predicted.intent, self.mends)
            intent = answers[0] if answers else NO_ANSWER
        # What a long record brings is not worth remembering.
        slices = tidy_slices(wire.slices, self.mends, short=len(value) < SHORT) if wire.slices else {}
        if self._nul in value:
            refuse_nul(
                wire.prediction_id,
                intent,
                *answers,
                wire.subject or "",
                *slices,
                *slices.values(),
                model.name,
                model.version,
                model.environment,
            )
        said = answers if len(answers) > 1 else intent or None
        content = (ts, model, said, score, predicted.scores, slices, wire.text, wire.subject)
        digest = blake2b(_encode(content), digest_size=16).digest()
        return Prediction(
            wire.prediction_id,
            ts,
            model,
            intent,
            digest,
            score,
            slices,
            wire.text,
            wire.subject,
            None,
            scores,
            answers if len(answers) > 1 else (),
        )

    def label(self, wire: WireLabel, value: bytes) -> Label | tuple[Prediction, Label]:
        """A label, with its prediction before it where it brings one.

        Raises:
            DecodeError: a value that can't be put right.
        """
        if wire.status not in ("active", "retracted"):
            raise DecodeError("schema_invalid", "status is neither 'active' nor 'retracted'")
        retracted = wire.status == "retracted"
        said = wire.intent if wire.intents is None else _one_truth(wire.intents, wire.intent)
        if said is UNSET and not retracted:
            raise DecodeError(
                "schema_invalid",
                "a label needs an intent unless it is retracted; null says that there is none, in a map a default",
            )
        if not 0 <= wire.revision < 2**31:
            raise DecodeError("revision_out_of_range", "revision is not within 0 and 2147483647")
        labeled_at = sound_time("labeled_at", wire.labeled_at, self._latest)
        design, probability = Design.UNKNOWN, None
        if wire.sampling is not None:
            design = wire.sampling.design
            probability = sound_probability(wire.sampling.probability, design, self.mends)
        intent = tidy_name(said, self.mends) if isinstance(said, str) else NO_INTENT
        scope = None if wire.model is None else scope_of(wire.model, self.mends)
        if self._nul in value:
            refuse_nul(wire.label_id, wire.prediction_id, intent)
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
            scope,
            None if wire.source is None else annotator_of(wire.source, self.mends),
        )
        inline = bytes(wire.prediction)
        if inline in (b"", b"null"):
            return label
        prediction = self.prediction(decode_prediction(inline), inline)
        if prediction.prediction_id != label.prediction_id:
            raise DecodeError("schema_invalid", "the prediction inside the label has another prediction_id")
        return prediction, label


def _one_answer(intent: str | UnsetType | None, mends: list[Mend]) -> str:
    if isinstance(intent, str):
        return tidy_name(intent, mends)
    if intent is UNSET:
        raise DecodeError("schema_invalid", "Object missing required field `intent` - at `$.predicted`")
    return NO_ANSWER


def _one_truth(intents: list[str], intent: str | UnsetType | None) -> str | None:
    """The one intent of a label that lists them; None where it lists none."""
    given = list(dict.fromkeys(intents if not isinstance(intent, str) else [intent, *intents]))
    if len(given) > 1:
        raise DecodeError(
            "several_intents", f"{len(given)} intents; a label of a ticket can name one, or none"
        )
    return given[0] if given else None
