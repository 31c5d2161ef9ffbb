"""Events, labels and outcomes to rows of their tables, and rows back to what the join works with."""

import msgspec

from connectors.sql.answers import answers_of, stored_answers
from connectors.sql.dialect import Row
from monitor.domain.events.answers import counted_answer
from monitor.domain.events.joined import Joined, Known, KnownPrediction
from monitor.domain.events.microseconds import from_us, to_us
from monitor.domain.events.types import Design, Kind, Label, LabelScope, Model, Prediction

PREDICTION = (
    "prediction_id, ordinal, model_id, ts_us, intent, score, slices, digest, received_us, customer, answers"
)
LABEL = (
    "label_id, prediction_id, intent, labeled_at_us, revision, retracted, kind, design, probability,"
    " scope_name, scope_version, scope_environment, received_us, annotator"
)
# The columns' types on PostgreSQL, in the same order.
PREDICTION_TYPES = (
    "text",
    "int4",
    "int4",
    "int8",
    "varchar",
    "float8",
    "text",
    "bytea",
    "int8",
    "int8",
    "text",
)
LABEL_TYPES = (
    *("text", "text", "varchar", "int8", "int4", "bool", "varchar", "varchar", "float8"),
    *("varchar", "varchar", "varchar", "int8", "varchar"),
)
_encode = msgspec.json.encode
_slices = msgspec.json.Decoder(dict[str, str])


def prediction_row(prediction: Prediction, ordinal: int, model_id: int, received_us: int | None) -> Row:
    """A prediction in the order of `PREDICTION`."""
    slices = prediction.slices
    return (
        prediction.prediction_id,
        ordinal,
        model_id,
        to_us(prediction.ts),
        prediction.intent,
        prediction.score,
        _encode(slices).decode() if slices else None,
        prediction.digest,
        received_us,
        prediction.customer,
        stored_answers(prediction.answers),
    )


def known_prediction(
    model: Model,
    ts_us: int,
    intent: str,
    slices: str | None,
    digest: bytes,
    customer: int | None,
    answers: str | None,
) -> KnownPrediction:
    """What the join needs of a stored prediction."""
    return KnownPrediction(
        model,
        from_us(ts_us),
        intent,
        _slices.decode(slices) if slices else {},
        bytes(digest),
        customer,
        answers_of(answers),
    )


def label_row(label: Label, received_us: int | None) -> Row:
    """A label in the order of `LABEL`."""
    scope = label.scope
    return (
        label.label_id,
        label.prediction_id,
        label.intent,
        to_us(label.labeled_at),
        label.revision,
        label.retracted,
        label.kind.value,
        label.design.value,
        label.probability,
        *((None, None, None) if scope is None else (scope.name, scope.version, scope.environment)),
        received_us,
        label.annotator,
    )


def label_of(row: Row) -> Label:
    """The label of a row in the order of `LABEL`."""
    label_id, prediction_id, intent, at_us, revision, retracted, kind, design, probability, *more = row
    *scope, _received_us, annotator = more
    return Label(
        label_id,
        prediction_id,
        intent,
        from_us(at_us),
        revision,
        bool(retracted),
        Kind(kind),
        Design(design),
        probability,
        LabelScope(*scope) if any(scope) else None,
        annotator,
    )


def outcome_row(outcome: Joined, known: Known, model_id: int) -> Row:
    """An outcome in the order of `OUTCOME`."""
    return (
        outcome.seq,
        outcome.prediction_id,
        model_id,
        to_us(known.ts),
        counted_answer(known.intent, known.answers, outcome.intent) if known.answers else known.intent,
        outcome.intent,
        outcome.label_id,
        to_us(outcome.labeled_at),
        outcome.kind.value,
        outcome.design.value,
        outcome.probability,
        _encode(known.slices).decode() if known.slices else None,
        known.digest,
        known.customer,
        outcome.first_intent,
        outcome.agreed,
        stored_answers(known.answers),
    )


def joined_of(row: Row) -> Joined:
    """The join's view of a row in the order of `OUTCOME`."""
    seq, prediction_id, _, _, _, intent, label_id, at_us, kind, design, probability, *more = row
    *_, first_intent, agreed, _answers = more
    return Joined(
        prediction_id,
        intent,
        label_id,
        from_us(at_us),
        Kind(kind),
        Design(design),
        probability,
        seq,
        first_intent,
        bool(agreed),
    )
