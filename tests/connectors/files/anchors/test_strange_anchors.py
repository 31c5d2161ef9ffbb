"""Anchor files as people really have them: names that nearly match, values beyond any column, columns nobody needs."""

import gzip
import json
import string
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.files.anchors import reader
from connectors.files.anchors.reader import AnchorFile, read_anchor_file
from connectors.files.tickets import read_tickets
from monitor.errors import ConfigError


def read(folder: Path, data: str | bytes, intents: list[str] | None = None) -> AnchorFile:
    path = folder / "f"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return read_anchor_file(path, intents)


def problems(folder: Path, data: str | bytes, intents: list[str] | None = None) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        read(folder, data, intents)
    return [problem.replace(str(folder / "f"), "FILE") for problem in caught.value.problems]


def recalls(file: AnchorFile) -> dict[str, tuple[float, int]]:
    return {
        intent: (round(p.shipped.recall, 3), p.shipped.support)
        for (intent, slice_), p in file.promises.items()
        if not slice_
    }


def parquet(folder: Path, **columns: pa.Array | list[object]) -> bytes:
    pq.write_table(pa.table(columns), folder / "made.parquet")
    return (folder / "made.parquet").read_bytes()


def test_blanks_around_names_are_no_part_of_them_and_are_reported_once(tmp_path: Path) -> None:
    file = read(tmp_path, "y_true, y_pred\nrefund, refund\nrefund, refund\nbug, bug\nbug, refund\u00a0\n")
    assert recalls(file) == {"refund": (1.0, 2), "bug": (0.5, 2)}
    assert [w.partition(": ")[2] for w in file.warnings] == [
        "4 names were trimmed, of 'bug', 'refund': blanks around them, or letters in another normal form"
    ]
    assert recalls(read(tmp_path, "intent,recall,support\nrefund ,0.9,40\n")) == {"refund": (0.9, 40)}
    assert recalls(read(tmp_path, '{"refund ": {"recall": 0.9, "support": 40}}')) == {"refund": (0.9, 40)}


def test_the_normal_form_of_letters_is_no_part_of_a_name(tmp_path: Path) -> None:
    file = read(tmp_path, "y_true,y_pred\nru\u0308ckgabe,r\u00fcckgabe\nr\u00fcckgabe,ru\u0308ckgabe\n")
    assert recalls(file) == {"r\u00fcckgabe": (1.0, 2)}


@pytest.mark.parametrize(
    ("truth", "predicted", "difference"),
    [
        ("Refund", "refund", '"Refund" and "refund" differ only by case'),
        ("re fund", "refund", '"re fund" and "refund" differ only by blanks'),
        ("re\u200bfund", "refund", '"refund" and "re\\u200bfund" differ only by invisible characters'),
        ("ｒｅｆｕｎｄ", "refund", '"refund" and "ｒｅｆｕｎｄ" differ only by the form of their letters'),
        ("1", "1.0", '"1" and "1.0" differ only by type'),
        ("True", "1", '"1" and "True" differ only by type'),
        ("0", "False", '"0" and "False" differ only by type'),
    ],
)
def test_truths_and_predictions_that_nearly_match_are_refused_with_the_pair(
    tmp_path: Path, truth: str, predicted: str, difference: str
) -> None:
    assert problems(tmp_path, f"y_true,y_pred\n{truth},{predicted}\n{truth},{predicted}\nbug,bug\n") == [
        f"FILE: the intents {difference}; write them alike, in the model's events too"
    ]


def test_intents_of_a_report_that_nearly_match_are_refused_too(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, "intent,recall,support\nRefund,0.9,40\nrefund,0.8,40\n")
    assert '"Refund" and "refund" differ only by case' in problem
    (problem,) = problems(
        tmp_path, '{"Re fund": {"recall": 0.9, "support": 4}, "refund": {"recall": 1, "support": 4}}'
    )
    assert '"Re fund" and "refund" differ only by blanks and case' in problem or "by blanks" in problem


def test_numbers_that_are_true_and_predicted_may_be_two_classes(tmp_path: Path) -> None:
    assert set(recalls(read(tmp_path, "y_true,y_pred\n1,1\n01,01\n"))) == {"1", "01"}


def test_nothing_predicted_is_a_miss_and_is_warned_about(tmp_path: Path) -> None:
    file = read(tmp_path, "y_true,y_pred\nrefund,refund\nrefund,\nrefund,bug\n")
    assert recalls(file) == {"refund": (0.333, 3)}
    assert file.promises["refund", ""].misses_to == {"": 1, "bug": 1}
    assert file.warnings[0].endswith("column y_pred: 1 of 3 rows hold nothing: no answer, counted as misses")
    made = parquet(tmp_path, y_true=["refund", "refund"], y_pred=["refund", None])
    assert recalls(read(tmp_path, made)) == {"refund": (0.5, 2)}


def test_columns_that_nobody_needs_may_hold_what_python_can_not(tmp_path: Path) -> None:
    for column in (
        pa.array([253_402_300_799_999_999, 0], pa.timestamp("us", "Europe/Berlin")),  # year 10,000 there
        pa.array([2**31 - 1, 0], pa.date32()),
        pa.array([0, 1], pa.timestamp("us", "Mars/Olympus")),
        pa.array([b"\xff", b"a"], pa.binary()),
        pa.array([2**62, 1], pa.duration("s")),
    ):
        file = read(
            tmp_path, parquet(tmp_path, y_true=["bug", "refund"], y_pred=["bug", "refund"], odd=column)
        )
        assert recalls(file) == {"bug": (1.0, 1), "refund": (1.0, 1)}
        assert any("column odd" in warning for warning in file.warnings)


@pytest.mark.parametrize(
    ("column", "holds"),
    [
        (pa.array([["bug"], ["refund"]]), "lists"),
        (pa.array([{"a": "bug"}, {"a": "refund"}]), "structs"),
        (pa.array([[("a", 1)], [("b", 2)]], pa.map_(pa.string(), pa.int64())), "lists"),
        (pa.array([b"bug", b"r\xfffund"]), "bytes"),
        (pa.array([b"bu", b"re"], pa.binary(2)), "bytes"),
        (pa.array([1.0, 2.0]), "decimal numbers"),
        (pa.array([1, 2]).cast(pa.decimal128(21, 2)), "decimal numbers"),
        (pa.array([0, 1], pa.timestamp("us")), "times"),
        (pa.array([date(2026, 1, 1), date(2026, 1, 2)]), "times"),
    ],
)
def test_a_column_of_intents_that_holds_no_names_is_refused(
    tmp_path: Path, column: pa.Array, holds: str
) -> None:
    lines = problems(tmp_path, parquet(tmp_path, y_true=column, y_pred=["bug", "refund"]))
    assert lines == [f"FILE: column y_true: holds {holds}; write intents as text or integers"]


@pytest.mark.parametrize("support", ["9223372036854775808", "1e20", "1e308", "2147483648"])
def test_a_support_beyond_any_count_is_refused(tmp_path: Path, support: str) -> None:
    (problem,) = problems(tmp_path, f"intent,recall,support\nrefund,0.9,{support}\n")
    assert "column support: " in problem
    assert "is beyond any count" in problem
    (problem,) = problems(tmp_path, f'{{"refund": {{"recall": 0.9, "support": {support}}}}}')
    assert "is beyond any count" in problem


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("refund \\ud83d", "half of a pair of characters"),
        ("refund\\u0000", "NUL"),
        ("x" * 256, "more than 255 characters"),
        ("語" * 171, "more than 255 characters or 512 bytes"),
    ],
)
def test_a_name_that_no_event_can_hold_is_refused(tmp_path: Path, name: str, what: str) -> None:
    (problem,) = problems(tmp_path, f'{{"{name}": {{"recall": 0.9, "support": 40}}}}')
    assert what in problem


def test_a_recall_beyond_one_by_rounding_is_one(tmp_path: Path) -> None:
    file = read(tmp_path, "intent,recall,support\nrefund,1.00001,40\nbug,-1e-9,40\n")
    assert recalls(file) == {"refund": (1.0, 40), "bug": (0.0, 40)}
    assert len(file.warnings) == 2


def test_a_file_that_unpacks_to_more_than_any_anchor_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "UNPACKED_MAX", 10_000)
    assert problems(tmp_path, gzip.compress(b"y_true,y_pred\n" + b"a,a\n" * 3_000)) == [
        "FILE: more than 10,000 bytes; no anchor is that large"
    ]


NASTY = st.one_of(
    st.sampled_from(
        ["", " ", "\u00a0", "\u200b", "refund", "Refund", "a,b", "__other__", "macro avg", "accuracy"]
    ),
    st.sampled_from(["=1+1", "[/x]", "\x1b[31m", "\u202e", "x" * 300, '"', "\r", "1", "0.5", "\\ud83d"]),
    st.sampled_from(["1e999", "-0", "9" * 400, "NaN", "null"]),
    st.text(string.printable, max_size=6),
    st.integers(-(10**25), 10**25).map(str),
    st.floats().map(repr),
)


def _csv(header: str) -> Callable[[list[list[str]]], bytes]:
    def write(rows: list[list[str]]) -> bytes:
        quoted = [",".join('"' + value.replace('"', '""') + '"' for value in row) for row in rows]
        return "\n".join([header, *quoted]).encode("utf-8", "replace")

    return write


def _report(rows: list[list[str]]) -> bytes:
    return json.dumps({row[0]: {"recall": row[1], "support": row[2]} for row in rows}).encode()


def _loose_report(rows: list[list[str]]) -> bytes:
    members = [f'"{row[0]}": {{"recall": {row[1] or 1}, "support": {row[2] or 1}}}' for row in rows]
    return ("{" + ",".join(members) + "}").encode("utf-8", "replace")


@settings(max_examples=150, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    write=st.sampled_from(
        [_csv("intent,recall,support"), _csv("y_true,y_pred,text"), _report, _loose_report]
    ),
    rows=st.lists(st.lists(NASTY, min_size=3, max_size=3), max_size=4),
    tail=st.binary(max_size=3),
)
def test_every_file_is_an_anchor_or_refused_with_its_problems(
    tmp_path: Path, write: Callable[[list[list[str]]], bytes], rows: list[list[str]], tail: bytes
) -> None:
    path = tmp_path / "f"
    path.write_bytes(write(rows) + tail)
    try:
        file = read_anchor_file(path)
    except ConfigError as err:
        assert err.problems  # noqa: PT017 - the refusal is one of the two things that may come
        str(err).encode("utf-8", "backslashreplace")
    else:
        for (intent, _), promise in file.promises.items():
            assert intent == intent.strip()
            assert 0 <= promise.shipped.recall <= 1
            assert 0 < promise.shipped.support < 2**31
    for by_prediction in (False, True):
        try:
            read_tickets(path, by_prediction=by_prediction)
        except ConfigError as err:
            assert err.problems  # noqa: PT017
