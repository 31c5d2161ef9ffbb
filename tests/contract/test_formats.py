"""One suite over every format: the same events, the same codes, and the bytes as they were in the dead letters."""

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.domain.events.refusals import CODES
from tests.contract.formats import FORMATS, RecordFormat, as_it_can_say, mutant, read
from tests.domain.events.records import FULL_PREDICTION, PREDICTION
from tests.ingest.agents import PREDICTIONS, Agent, filled

MUTANTS = 2_000  # of each format; benchmarks/format_mutants.py makes 100,000
EVENT = {name: value for name, value in FULL_PREDICTION.items() if name != "event"}
EVENT |= {"predicted": {"intent": "cancel_account", "score": 0.87}}
SOUND: list[dict[str, Any]] = [
    {},
    EVENT,
    {"ts": "2026-11-22T14:00:00.5+01:00"},
    {"predicted": {"intent": None}},
    {"predicted": {"intent": " refund\u00a0", "score": 1.00001}},
    {"predicted": {"intent": "refund", "score": float("nan")}},
    {"predicted": {"intent": "refund", "score": "high"}},
    {"slices": {"channel": "x" * 300}},
    {"text": "", "subject": "ann"},
]
POISON: list[tuple[str, dict[str, Any]]] = [
    ("empty_id", {"prediction_id": ""}),
    ("id_too_long", {"prediction_id": "x" * 256}),
    ("bad_character", {"prediction_id": "a\0b"}),
    ("bad_character", {"slices": {"channel": "a\0"}}),
    ("schema_invalid", {"prediction_id": ["a"]}),
    ("schema_invalid", {"ts": "noon"}),
    ("time_without_zone", {"ts": "2026-11-22T13:00:00"}),
    ("time_out_of_range", {"ts": "1999-11-22T13:00:00Z"}),
    ("empty_id", {"predicted": {"intent": " "}}),
    ("empty_id", {"model": {"name": "tickets", "version": ""}}),
    ("id_too_long", {"model": {"name": "語" * 200, "version": "7"}}),
    ("too_many_slices", {"slices": {f"s{number}": "x" for number in range(65)}}),
    ("empty_id", {"subject": ""}),
    ("too_large", {"text": "x" * 1_000}),
]


@pytest.mark.parametrize("of", FORMATS[1:], ids=lambda of: of.name)
@pytest.mark.parametrize("change", SOUND)
def test_a_sound_record_is_the_same_event_in_every_format(of: RecordFormat, change: dict[str, Any]) -> None:
    event = as_it_can_say(of, PREDICTION | change)
    canonical = read(FORMATS[0], FORMATS[0].write(event))
    assert isinstance(canonical, tuple)
    assert read(of, of.write(event)) == canonical


@pytest.mark.parametrize("of", FORMATS, ids=lambda of: of.name)
@pytest.mark.parametrize(("code", "change"), POISON)
def test_poison_has_the_same_code_in_every_format(
    of: RecordFormat, code: str, change: dict[str, Any]
) -> None:
    assert read(of, of.write(PREDICTION | change), 1_000 if code == "too_large" else 10_000) == code


@pytest.mark.parametrize("of", FORMATS, ids=lambda of: of.name)
def test_a_dead_letter_has_the_bytes_as_they_came(of: RecordFormat) -> None:
    poison = of.write(PREDICTION | {"ts": "noon"})
    sound = of.write(PREDICTION)
    decoders = {PREDICTIONS.topic: of.decoder} if of.decoder else {}
    agent = Agent(filled(sound, poison, b"", b"\0", None, headers=of.headers), decoders=decoders).joined()
    taken = agent.step()
    assert (taken.records, taken.rejected, taken.passed_over) == (5, 3, 1)
    assert [letter.record.value for letter in agent.letters.published] == [poison, b"", b"\0"]
    assert agent.letters.published[0].code == "schema_invalid"


@pytest.mark.parametrize(
    "of", [of for of in FORMATS if not of.name.startswith(("avro", "sagemaker"))], ids=lambda of: of.name
)
def test_a_field_that_nobody_knows_yet_is_passed_over(of: RecordFormat) -> None:
    value = of.write(PREDICTION)
    grown = value[: value.index(b"{")] + b'{"new": {"deep": [1, null]}, ' + value[value.index(b"{") + 1 :]
    assert read(of, grown) == read(of, value)


TEXTS = st.text(min_size=1, max_size=20).filter(lambda text: "\0" not in text)
EVENTS = st.fixed_dictionaries(
    {
        "prediction_id": TEXTS,
        "ts": st.datetimes().map(lambda at: f"{at.isoformat()}Z"),
        "model": st.fixed_dictionaries({"name": TEXTS, "version": TEXTS}),
        "predicted": st.fixed_dictionaries(
            {"intent": st.none() | TEXTS, "score": st.none() | st.floats(0, 1.5) | st.just(float("nan"))}
        ),
        "slices": st.none() | st.dictionaries(TEXTS, TEXTS, max_size=3),
        "text": st.none() | st.text(max_size=20),
    }
)


@settings(max_examples=100, deadline=None)
@given(EVENTS)
def test_any_prediction_is_the_same_in_every_format(event: dict[str, Any]) -> None:
    for of in FORMATS:
        said = as_it_can_say(of, event)
        assert read(of, of.write(said)) == read(FORMATS[0], FORMATS[0].write(said)), of.name


@pytest.mark.parametrize("of", FORMATS, ids=lambda of: of.name)
def test_no_mutant_of_a_record_is_more_than_refused(of: RecordFormat) -> None:
    rng = random.Random(5)
    values = [of.write(EVENT), of.write(PREDICTION)]
    for number in range(MUTANTS):
        result = read(of, mutant(values[number % 2], rng))
        assert isinstance(result, tuple) or result in CODES
