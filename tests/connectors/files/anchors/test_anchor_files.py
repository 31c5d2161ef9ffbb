"""Reading anchor files: each kind by its content, one bad file per rule with its exact message."""

import gzip
import hashlib
from pathlib import Path

import pandas as pd
import pytest

from connectors.files.anchors.reader import AnchorFile, read_anchor_file
from monitor.domain.anchors.promise import Example, Measured, Promise
from monitor.errors import ConfigError


def read(folder: Path, data: str | bytes, name: str = "f", intents: list[str] | None = None) -> AnchorFile:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return read_anchor_file(path, intents)


def problems(folder: Path, data: str | bytes, intents: list[str] | None = None) -> list[str]:
    with pytest.raises(ConfigError) as refused:
        read(folder, data, intents=intents)
    assert refused.value.exit_code == 2
    return [problem.replace(str(folder / "f"), "FILE") for problem in refused.value.problems]


def warnings(folder: Path, file: AnchorFile) -> list[str]:
    return [warning.replace(str(folder / "f"), "FILE") for warning in file.warnings]


RECALLS = "intent,recall,support\ngdpr,0.5,4\ncancel,1,2\n"
EXAMPLES = "y_true,y_pred\ngdpr,gdpr\ngdpr,cancel\n"
REPORT = '{"gdpr": {"recall": 0.5, "support": 4.0}, "accuracy": 0.5}'


def parquet(folder: Path, frame: pd.DataFrame) -> bytes:
    frame.to_parquet(folder / "made.parquet")
    return (folder / "made.parquet").read_bytes()


def test_a_csv_of_recalls_gives_its_numbers(tmp_path: Path) -> None:
    file = read(tmp_path, RECALLS)
    assert file == AnchorFile(
        {("cancel", ""): Promise(Measured(1.0, 2)), ("gdpr", ""): Promise(Measured(0.5, 4))},
        (),
        "csv-recalls",
        hashlib.sha256(RECALLS.encode()).hexdigest(),
        [],
    )


def test_a_csv_of_examples_gives_counts_texts_origins_and_slices(tmp_path: Path) -> None:
    file = read(
        tmp_path,
        "id,y_true,y_pred,text,origin,channel\n"
        '1,gdpr,gdpr,"delete, please",real,email\n2,gdpr,cancel,,synthetic,\n3,gdpr,gdpr,x,,chat\n',
    )
    assert list(file.examples) == [
        Example("gdpr", "gdpr", "real", {"channel": "email"}, "delete, please"),
        Example("gdpr", "cancel", "synthetic", {}, ""),
        Example("gdpr", "gdpr", "", {"channel": "chat"}, "x"),
    ]
    assert file.promises == {
        ("gdpr", ""): Promise(Measured(2 / 3, 3), Measured(1.0, 1), {"cancel": 1}),
        ("gdpr", "channel=chat"): Promise(Measured(1.0, 1)),
        ("gdpr", "channel=email"): Promise(Measured(1.0, 1), Measured(1.0, 1)),
    }
    assert file.importer == "csv-examples"
    assert file.warnings == []


@pytest.mark.parametrize("name", ["r.json", "r.csv", "r.parquet", "r"])
def test_the_content_tells_the_kind_and_not_the_name(tmp_path: Path, name: str) -> None:
    assert read(tmp_path, "\n " + REPORT, name).importer == "sklearn-report"
    assert read(tmp_path, RECALLS, name).importer == "csv-recalls"
    assert read(tmp_path, EXAMPLES, name).importer == "csv-examples"
    frame = pd.DataFrame({"y_true": ["a"], "y_pred": ["a"]})
    assert read(tmp_path, parquet(tmp_path, frame), name).importer == "parquet-examples"


def test_a_gzipped_file_is_unpacked_and_hashed_as_it_lies_on_disk(tmp_path: Path) -> None:
    packed = gzip.compress(EXAMPLES.encode())
    file = read(tmp_path, packed, "f.csv.gz")
    assert (file.importer, len(file.examples)) == ("csv-examples", 2)
    assert file.sha256 == hashlib.sha256(packed).hexdigest()


def test_parquet_and_csv_of_the_same_rows_give_the_same(tmp_path: Path) -> None:
    frame = pd.DataFrame({"y_true": [1, 2], "y_pred": [1, 1], "tier": ["free", None]}, index=[5, 9])
    file = read(tmp_path, parquet(tmp_path, frame))
    assert list(file.examples) == [Example("1", "1", "", {"tier": "free"}), Example("2", "1")]
    assert file.promises == read(tmp_path, "y_true,y_pred,tier\n1,1,free\n2,1,\n").promises


def test_intents_stay_the_strings_they_are(tmp_path: Path) -> None:
    names = ["NA", "null", "nan", "None", "007", "7", "1.0", "True", "naïve"]
    file = read(tmp_path, "y_true,y_pred\n" + "".join(f"{name},{name}\n" for name in names))
    assert {intent for intent, _ in file.promises} == set(names)
    table = "intent,recall,support\n" + "".join(f"{name},1,1\n" for name in names)
    assert {intent for intent, _ in read(tmp_path, table).promises} == set(names)


def test_an_intent_named_like_a_summary_is_an_intent_in_a_csv(tmp_path: Path) -> None:
    table = "intent,recall,support\naccuracy,0.5,4\nmacro avg,1,2\na,1,3\n"
    assert {intent for intent, _ in read(tmp_path, table).promises} == {"accuracy", "macro avg", "a"}
    rows = "y_true,y_pred\naccuracy,a\nmacro avg,macro avg\n"
    assert {intent for intent, _ in read(tmp_path, rows).promises} == {"accuracy", "macro avg"}


def test_summaries_saved_among_the_rows_of_a_csv_are_refused_unless_named(tmp_path: Path) -> None:
    table = "intent,recall,support\na,0.5,4\nb,1,2\nmacro avg,0.75,6\n"
    assert problems(tmp_path, table) == [
        "FILE: line 4: 'macro avg' adds up like a summary of the other rows; remove the line, "
        "or name the intents with --intents a,b,c if it is one"
    ]
    named = read(tmp_path, table, intents=["a", "b", "macro avg"])
    assert {intent for intent, _ in named.promises} == {"a", "b", "macro avg"}


def test_listed_intents_are_the_only_ones_imported(tmp_path: Path) -> None:
    assert list(read(tmp_path, RECALLS, intents=["gdpr"]).promises) == [("gdpr", "")]
    file = read(tmp_path, "y_true,y_pred\na,a\nb,a\n", intents=["b", "b"])
    assert list(file.examples) == [Example("b", "a")]
    assert list(file.promises) == [("b", "")]
    assert problems(tmp_path, RECALLS, ["gdpr", "gone"]) == [
        "FILE: intent 'gone': named by --intents, but not in the file; correct the list"
    ]


def test_a_zero_support_makes_no_promise_and_is_warned_about(tmp_path: Path) -> None:
    file = read(tmp_path, "intent,recall,support\ngdpr,0.5,4\nrare,nan,0\n")
    assert list(file.promises) == [("gdpr", "")]
    assert warnings(tmp_path, file) == [
        "FILE: intent 'rare': no example was evaluated (support 0); it has no promise"
    ]


def test_columns_that_can_be_no_slice_are_warned_about(tmp_path: Path) -> None:
    rows = "".join(f"a,a,{n},x,{n % 100},{n}\n" for n in range(101))
    file = read(tmp_path, "y_true,y_pred,ticket,a=b,bucket,score\n" + rows)
    assert {name for example in file.examples for name in example.slices} == {"bucket"}
    assert warnings(tmp_path, file) == [
        "FILE: column ticket: over 100 distinct values, so it is no slice; not imported",
        "FILE: column a=b: a name with '=' can't be a slice; rename it to use it",
    ]


def test_a_written_index_a_bom_and_blank_lines_do_no_harm(tmp_path: Path) -> None:
    file = read(tmp_path, b"\xef\xbb\xbf,y_true,y_pred\r\n0,a,a\r\n\r\n1,a,b\r\n")
    assert file.promises == {("a", ""): Promise(Measured(0.5, 2), None, {"b": 1})}


def test_a_column_nobody_reads_is_warned_about(tmp_path: Path) -> None:
    file = read(tmp_path, "intent,precision,recall,support\na,0.1,1,2\n")
    assert warnings(tmp_path, file) == ["FILE: column precision: not used"]


def test_a_mail_longer_than_the_csv_module_likes_is_read(tmp_path: Path) -> None:
    file = read(tmp_path, f'y_true,y_pred,text\na,a,"{"x" * 200_000}"\n')
    assert len(file.examples[0].text or "") == 200_000


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
    found = problems(tmp_path, table("a,1.2,-3\n,1,2\nb,x,1"))
    assert [problem.split(": ")[1] for problem in found] == [
        "line 2, column support",
        "line 2, column recall",
        "line 3, column intent",
        "line 4, column recall",
    ]


def test_more_than_fifty_problems_are_counted(tmp_path: Path) -> None:
    found = problems(tmp_path, table("\n".join(f"a{n},2,1" for n in range(70))))
    assert len(found) == 51
    assert found[-1] == "FILE: and 20 more problems like these"


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
