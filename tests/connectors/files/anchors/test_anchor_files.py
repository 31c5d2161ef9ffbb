"""Reading anchor files: each kind is recognized by its content, and what is read is exactly what was written."""

import gzip
import hashlib
from pathlib import Path

import pandas as pd
import pytest

from connectors.files.anchors.reader import AnchorFile
from monitor.domain.anchors.promise import Example, Measured, Promise
from tests.connectors.files.anchors.reading import (
    EXAMPLES,
    RECALLS,
    REPORT,
    parquet,
    problems,
    read,
    warnings,
)


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
