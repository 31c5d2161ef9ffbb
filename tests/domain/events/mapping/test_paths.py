"""Where a value lies: the paths that people write, what they lead to, and how far those lead that lead nowhere."""

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.events.mapping.paths import ABSENT, getter, parsed, reached

RECORD = {
    "meta": {"id": "p1", "a/b": 1, "m~n": 2, "": 3, "0": "name", "none": None},
    "out": [{"label": "refund"}, {"label": "other"}],
    "word": "text",
    "a b": 4,
}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("$", RECORD),
        ("$.word", "text"),
        ("$.meta.id", "p1"),
        ("$.out[1].label", "other"),
        ("$.a b", 4),
        ("/meta/id", "p1"),
        ("/meta/a~1b", 1),
        ("/meta/m~0n", 2),
        ("/meta/", 3),
        ("/out/0/label", "refund"),
        ("/meta/0", "name"),
        ("$.meta.none.deeper.still", None),
        ("/meta/none/0", None),
        ("$.meta.other", ABSENT),
        ("$.word.deeper", ABSENT),
        ("$.word.deeper.still.more", ABSENT),
        ("$.word[0]", ABSENT),
        ("$.out.label", ABSENT),
        ("$.out[2]", ABSENT),
        ("$.meta[0]", ABSENT),
        ("/out/01", ABSENT),
        ("/out/-", ABSENT),
    ],
)
def test_a_path_leads_to_the_value_or_nowhere(path: str, value: object) -> None:
    assert getter(parsed(path))(RECORD) == value


@pytest.mark.parametrize(
    ("path", "there"),
    [
        ("$.meta.other.more", "$.meta"),
        ("$.out[7].label", "$.out"),
        ("$.out[1].score", "$.out[1]"),
        ("$.gone", "$"),
        ("/meta/other", "/meta"),
        ("/gone", "the record"),
    ],
)
def test_it_is_known_how_far_a_path_leads(path: str, there: str) -> None:
    assert reached(parsed(path), RECORD) == there


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        (
            "meta.id",
            "'meta.id' is no path; write $.meta.id, or {const: …} for a value that is always the same",
        ),
        (
            "the label",
            "'the label' is no path; write $.meta.id or /meta/id, or {const: …} for a value that is always the same",
        ),
        (
            "$.a..b",
            "'$.a..b' is no path from '..b' on; write $.name.name, [0] for a place of a list, or a JSON pointer for"
            " a name that holds a dot or a bracket",
        ),
        (
            "$.a['b']",
            "'$.a['b']' is no path from \"['b']\" on; write $.name.name, [0] for a place of a list, or a JSON"
            " pointer for a name that holds a dot or a bracket",
        ),
        (
            "/a~2",
            "'/a~2' is no JSON pointer: after ~ comes 0 or 1; write ~0 for ~, and ~1 for / in a name",
        ),
    ],
)
def test_what_is_no_path_is_refused_with_what_to_write(path: str, problem: str) -> None:
    with pytest.raises(ValueError, match=re.escape(problem.replace("'$.a['b']'", "\"$.a['b']\""))):
        parsed(path)


NAMES = st.text(max_size=5)
RECORDS = st.recursive(
    st.none() | st.booleans() | st.integers() | NAMES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=12,
)


def places(record: object, above: str = "") -> list[tuple[str, object]]:
    """Every JSON pointer into a record, with what is there."""
    inner: list[tuple[str, object]] = []
    if isinstance(record, dict):
        inner = [(name.replace("~", "~0").replace("/", "~1"), value) for name, value in record.items()]
    elif isinstance(record, list):
        inner = [(str(number), value) for number, value in enumerate(record)]
    found = [(above, record)] if above else []
    for step, value in inner:
        found += places(value, f"{above}/{step}")
    return found


@given(RECORDS)
def test_every_value_of_any_record_has_a_pointer(record: object) -> None:
    for pointer, value in places(record):
        assert getter(parsed(pointer))(record) == value


@given(st.text(max_size=12).map(lambda text: f"$.{text}") | st.text(max_size=12), RECORDS)
def test_no_text_is_a_path_that_fails_on_a_record(text: str, record: Any) -> None:  # noqa: ANN401
    try:
        path = parsed(text)
    except ValueError:
        return
    json.dumps(value) if (value := getter(path)(record)) is not ABSENT else reached(path, record)
