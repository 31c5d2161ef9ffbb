"""What is wrong with a refused record is named by its field, with what was probably meant."""

import json
from typing import Any

import pytest

from monitor.domain.events.decode import decode
from monitor.domain.events.misfits import Misfit, Wrong, misfit
from monitor.domain.events.refusals import CODES
from monitor.errors import DecodeError
from reports.words.misfits import worded

PREDICTION: dict[str, Any] = {
    "event": "prediction",
    "prediction_id": "p1",
    "ts": "2026-10-19T00:42:20Z",
    "model": {"name": "tickets", "version": "7"},
    "predicted": {"intent": "refund"},
}
LABEL: dict[str, Any] = {
    "event": "label",
    "label_id": "l1",
    "prediction_id": "p1",
    "intent": "refund",
    "labeled_at": "2026-10-20T00:00:00Z",
}


def refused(record: dict[str, Any] | bytes, kind: str = "prediction") -> Misfit:
    value = record if isinstance(record, bytes) else json.dumps(record).encode()
    with pytest.raises(DecodeError) as caught:
        decode(value, kind)
    return misfit(value, caught.value)


def without(record: dict[str, Any], *names: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    return {name: value for name, value in record.items() if name not in names} | more


INVALID = "schema_invalid"
CASES: list[tuple[dict[str, Any] | bytes, Misfit]] = [
    (
        without(PREDICTION, "prediction_id", predictionId="p1"),
        Misfit(INVALID, "prediction_id", Wrong.MISSING, meant="predictionId"),
    ),
    (without(PREDICTION, model={"name": "tickets"}), Misfit(INVALID, "model.version", Wrong.MISSING)),
    (
        without(PREDICTION, model={"name": "tickets", "version": 7}),
        Misfit(INVALID, "model.version", Wrong.WRONG_TYPE, expected="str"),
    ),
    (without(PREDICTION, ts=3), Misfit(INVALID, "ts", Wrong.WRONG_TYPE, expected="datetime")),
    (without(PREDICTION, ts="noon"), Misfit(INVALID, "ts", Wrong.NO_TIME)),
    (without(PREDICTION, ts="2026-10-19T00:42:20"), Misfit("time_without_zone", "ts")),
    (without(PREDICTION, ts="1926-10-19T00:42:20Z"), Misfit("time_out_of_range", "ts")),
    (without(PREDICTION, predicted={"intent": ""}), Misfit("empty_id", "predicted.intent")),
    (
        without(PREDICTION, event="predicton"),
        Misfit(
            "unknown_event", "event", Wrong.NOT_ALLOWED, allowed=("prediction", "label"), meant="prediction"
        ),
    ),
    (
        without(PREDICTION, predicted={"intent": "a", "intents": ["b"]}),
        Misfit("schema_invalid", "predicted.intent", Wrong.NOT_LISTED),
    ),
    (
        without(PREDICTION, predicted={"intents": [str(n) for n in range(101)]}),
        Misfit("too_many_intents", "predicted.intents"),
    ),
    (without(PREDICTION, slices={str(n): "x" for n in range(65)}), Misfit("too_many_slices", "slices")),
    (
        without(LABEL, source={"kind": "humna"}),
        Misfit(
            INVALID,
            "source.kind",
            Wrong.NOT_ALLOWED,
            allowed=("human", "adjudicated", "complaint", "correction", "weak"),
            meant="human",
        ),
    ),
    (
        without(LABEL, status="gone"),
        Misfit(INVALID, "status", Wrong.NOT_ALLOWED, allowed=("active", "retracted")),
    ),
    (without(LABEL, "intent"), Misfit(INVALID, "intent", Wrong.MISSING)),
    (without(LABEL, revision=-1), Misfit("revision_out_of_range", "revision")),
    (
        without(LABEL, sampling={"design": "uniform", "probability": 2}),
        Misfit("probability_out_of_range", "sampling.probability"),
    ),
    (without(LABEL, "event"), Misfit(INVALID, "event", Wrong.UNNAMED)),
    (
        without(LABEL, prediction=without(PREDICTION, prediction_id="p2")),
        Misfit(INVALID, "prediction.prediction_id", Wrong.ANOTHER_ID),
    ),
    (b"{", Misfit("not_json")),
    (b"[1]", Misfit(INVALID, "", Wrong.WRONG_TYPE, expected="object")),
]


@pytest.mark.parametrize(("record", "expected"), CASES)
def test_the_field_and_what_is_wrong_with_it_are_named(
    record: dict[str, Any] | bytes, expected: Misfit
) -> None:
    assert refused(record) == expected
    assert all(worded(expected))


def test_every_code_has_words_for_what_to_do() -> None:
    for code in CODES:
        what, to_do = worded(Misfit(code))
        assert (what, bool(to_do)) == (CODES[code], True)
