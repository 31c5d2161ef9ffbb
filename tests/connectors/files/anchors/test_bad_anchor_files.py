"""One bad anchor file per rule, refused with its place and what to do."""

from pathlib import Path

import pandas as pd
import pytest

from connectors.files.anchors.reader import read_anchor_file
from monitor.errors import ConfigError
from tests.connectors.files.anchors.reading import parquet, problems, read, warnings


def table(row: str) -> str:
    return "intent,recall,support\n" + row + "\n"


NO_COLUMNS = "FILE: line 1: neither the columns intent,recall,support nor y_true,y_pred"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("", ["FILE: the file is empty; check what was to be written to it"]),
        (" \n", ["FILE: the file is empty; check what was to be written to it"]),
        ("y_true,y_pred\n", ["FILE: the file has a header and no rows; check what was to be written to it"]),
        (
            "intent,recall\na,1\n",
            ["FILE: column support: missing; the columns needed are intent,recall,support"],
        ),
        ("y_true,text\na,x\n", ["FILE: column y_pred: missing; the columns needed are y_true,y_pred"]),
        ("a,b\n1,2\n", [f"{NO_COLUMNS}; add a header line"]),
        (
            "intent;recall;support\na;1;2\n",
            [f"{NO_COLUMNS}; columns must be separated by commas, not ';'; add a header line"],
        ),
        (
            "intent,recall,support,y_true,y_pred\na,1,1,a,a\n",
            ["FILE: line 1: has the columns of both kinds; keep intent,recall,support or y_true,y_pred"],
        ),
        ("y_true,y_pred,x,x\na,a,1,1\n", ["FILE: column x: appears twice; keep one of the two"]),
        (
            table("a,1.2,3"),
            ["FILE: line 2, column recall: 1.2 is outside 0..1; write hits / support, for example 0.87"],
        ),
        (
            table("a,-0.1,3"),
            ["FILE: line 2, column recall: -0.1 is outside 0..1; write hits / support, for example 0.87"],
        ),
        (
            table("a,nan,3"),
            ["FILE: line 2, column recall: 'nan' is not a number; write hits / support, for example 0.87"],
        ),
        (
            table("a,87%,3"),
            ["FILE: line 2, column recall: '87%' is not a number; write hits / support, for example 0.87"],
        ),
        (
            table("a,1,-3"),
            ["FILE: line 2, column support: -3 is negative; write how many examples were evaluated"],
        ),
        (
            table("a,1,2.5"),
            [
                "FILE: line 2, column support: 2.5 is not a whole number; "
                "write the count of examples, without sample weights"
            ],
        ),
        (
            table("a,1,1_0"),
            ["FILE: line 2, column support: '1_0' is not a number; write how many examples were evaluated"],
        ),
        (
            table("a,1,inf"),
            ["FILE: line 2, column support: 'inf' is not a number; write how many examples were evaluated"],
        ),
        (table(" ,1,2"), ["FILE: line 2, column intent: empty; write the name the model predicts"]),
        (table("a,1,2\na,1,2"), ["FILE: line 3: intent 'a' is already on line 2; keep one of the two"]),
        (
            table("a,0,0"),
            ["FILE: no intent has any support, so there is nothing to promise; evaluate examples first"],
        ),
        (
            "y_true,y_pred\na,a\n,a\na, \n",
            [
                "FILE: line 3, column y_true: empty; write the name of the intent",
                "FILE: line 4, column y_pred: empty; write the name of the intent",
            ],
        ),
        (
            "y_true,y_pred,origin\na,a,Real\n",
            [
                "FILE: line 2, column origin: unknown origin 'Real'; "
                "write real, synthetic, or nothing where it is not known"
            ],
        ),
        (
            'y_true,y_pred,text\na,a,"two\nlines"\na,a,x,y\n',
            [
                "FILE: line 4: 4 values, but the header names 3; "
                'put "quotes" around a value that holds a comma or a line break'
            ],
        ),
        (
            'y_true,y_pred\na,a\na,"b\n',
            ["FILE: line 3: bad CSV: unexpected end of data; close each quote"],
        ),
        (b"y_true,y_pred\na,caf\xe9\n", ["FILE: line 2: not UTF-8 (byte 0xe9); save it as UTF-8"]),
        (b"a\x00b", ["FILE: holds NUL bytes, so it is no text; give JSON, CSV or Parquet"]),
        (
            b"\x1f\x8b\x08\x00",
            [
                "FILE: unreadable gzip: Compressed file ended before the end-of-stream marker was reached; "
                "write the file again"
            ],
        ),
        (
            '{"a": }',
            ["FILE: line 1, column 7: bad JSON: Expecting value; write it with json.dump(report, file)"],
        ),
        ("[1]", ["FILE: the JSON is no object; write classification_report(..., output_dict=True)"]),
    ],
)
def test_a_bad_file_is_refused_with_its_place_and_what_to_do(
    tmp_path: Path, data: str | bytes, expected: list[str]
) -> None:
    assert problems(tmp_path, data) == expected


def test_all_problems_of_a_file_come_at_once(tmp_path: Path) -> None:
    lines = problems(tmp_path, table("a,1.2,-3\n,1,2\nb,x,1"))
    assert [problem.split(": ")[1] for problem in lines] == [
        "line 2, column support",
        "line 2, column recall",
        "line 3, column intent",
        "line 4, column recall",
    ]


def test_more_than_fifty_problems_are_counted(tmp_path: Path) -> None:
    lines = problems(tmp_path, table("\n".join(f"a{n},{n + 2},1" for n in range(70))))
    assert len(lines) == 51
    assert lines[-1] == "FILE: and 20 more problems like these"


def test_a_wrong_value_a_thousand_times_is_one_line_with_a_count(tmp_path: Path) -> None:
    rows = "".join("a,a,generated\n" for _ in range(1_000)) + "a,,made up\n" + "a,a,generated\n"
    assert problems(tmp_path, f"y_true,y_pred,origin\n{rows}") == [
        "FILE: line 2 and 1,000 more, column origin: unknown origin 'generated'; write real, synthetic, or nothing"
        " where it is not known",
        "FILE: line 1002, column origin: unknown origin 'made up'; write real, synthetic, or nothing where it is not"
        " known",
    ]


def test_problems_of_one_kind_in_two_columns_are_two_lines(tmp_path: Path) -> None:
    rows = "".join(f"a{n},9,9.5\n" for n in range(300))
    assert problems(tmp_path, table(rows)) == [
        "FILE: line 2 and 299 more, column support: 9.5 is not a whole number; write the count of examples, without"
        " sample weights",
        "FILE: line 2 and 299 more, column recall: 9 is outside 0..1; write hits / support, for example 0.87",
    ]


def test_a_warning_about_many_lines_is_one_with_a_count(tmp_path: Path) -> None:
    rows = "".join(f"a{n},1.00005,10\n" for n in range(40))
    file = read(tmp_path, table(rows))
    assert warnings(tmp_path, file) == [
        "FILE: line 2 and 39 more, column recall: 1.00005 is beyond 0..1 by rounding; taken as that bound"
    ]


def test_broken_parquet_is_refused(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, b"PAR1 and nothing else of the kind")
    assert problem.startswith("FILE: unreadable Parquet: ")
    assert problem.endswith("; write the file again")


def test_parquet_with_nulls_or_decimals_for_intents_is_refused(tmp_path: Path) -> None:
    nulls = pd.DataFrame({"y_true": ["a", None], "y_pred": ["a", "a"]})
    assert problems(tmp_path, parquet(tmp_path, nulls)) == [
        "FILE: row 2, column y_true: empty; write the name of the intent"
    ]
    decimals = pd.DataFrame({"y_true": [1.0, 2.0], "y_pred": [1, 2]})
    assert problems(tmp_path, parquet(tmp_path, decimals)) == [
        "FILE: column y_true: holds decimal numbers; write intents as text or integers"
    ]
    missing = pd.DataFrame({"y_true": ["a"], "text": ["x"]})
    assert problems(tmp_path, parquet(tmp_path, missing)) == [
        "FILE: column y_pred: missing; the columns needed are y_true,y_pred"
    ]


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        read_anchor_file(tmp_path / "gone.csv")
    assert refused.value.problems == [
        f"{tmp_path / 'gone.csv'}: can't be read: No such file or directory; check the path"
    ]
