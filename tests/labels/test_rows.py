"""Labels in CSV and in JSON lines: what they change, and what is wrong with them, by line."""

import gzip
from pathlib import Path

import pytest
from sqlalchemy import Engine

from monitor.domain.events.types import LabelScope
from monitor.errors import ConfigError
from monitor.labels.ports.label_files import LabelFormat
from tests.labels.imports import counts, predicted, taken, truths
from tests.stored import label as kept_label
from tests.stored import rows, store, take

HEADER = "prediction_id,intent,labeled_at,label_id,annotator,revision,status,kind,design,probability\n"
AT = "2026-11-23T10:00:00Z"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "labels.csv"


def test_every_column_comes_in_and_a_second_import_changes_nothing(engine: Engine, file: Path) -> None:
    predicted(engine, p1="refund")
    data = f"{HEADER}p1,refund,{AT},l1,ana,2.0,active,adjudicated,uniform,0.25\n"
    assert counts(taken(engine, file, data)) == {"new": 1}
    assert counts(taken(engine, file, data)) == {"unchanged": 1}
    columns = "label_id, prediction_id, intent, revision, retracted, kind, design, probability"
    ((label_id, ticket, intent, revision, retracted, *more),) = rows(engine, f"SELECT {columns} FROM label")
    assert (label_id, ticket, intent, revision, bool(retracted)) == ("l1", "p1", "refund", 2, False)
    assert more == ["adjudicated", "uniform", 0.25]


def test_a_label_changes_is_taken_back_and_an_older_one_is_passed_over(engine: Engine, file: Path) -> None:
    predicted(engine, p1="refund", p2="refund")
    short = "prediction_id,intent,labeled_at,label_id,revision,status\n"
    taken(engine, file, f"{short}p1,refund,{AT},l1,1,\np2,bug,{AT},l2,1,\n")
    later = f"{short}p1,bug,{AT},l1,2,\np2,,{AT},l2,2,retracted\np1,refund,{AT},l1,1,\n"
    assert counts(taken(engine, file, later)) == {"changed": 1, "retracted": 1, "outdated": 1}
    assert truths(engine) == {"p1": "bug", "p2": None}


def test_without_ids_two_people_have_a_label_each_and_neither_is_named_in_its_id(
    engine: Engine, file: Path
) -> None:
    predicted(engine, p1="refund")
    data = f"labeled_at;annotator;intent;prediction_id\n{AT};ana;refund;p1\n{AT};bo;bug;p1\n{AT};;bug;p1\n"
    assert counts(taken(engine, file, data)) == {"new": 3}
    ids = [row[0] for row in rows(engine, "SELECT label_id FROM label ORDER BY label_id")]
    assert len(set(ids)) == 3
    assert all(each.startswith("of:p1") and "ana" not in each.removeprefix("of:p1") for each in ids)
    assert counts(taken(engine, file, data)) == {"unchanged": 3}


def test_all_bad_rows_are_told_at_once_by_line_and_nothing_is_taken_in(engine: Engine, file: Path) -> None:
    bad = [
        f"p1,refund,{AT},,,,,,,",
        "p2,refund,2026-11-23T10:00:00,,,,,,,",
        f",refund,{AT},l3,,,,,,",
        f"p4,refund,{AT},,,x,,,,",
        f"p5,refund,{AT},,,,retired,,,",
        f"p6,refund,{AT},,,,,weka,,",
        f"p7,refund,{AT},,,,,,uniform,2",
        f"p8,,{AT},,,,,,,",
        f"p9,refund,{AT},,,,,,,,more",
        "p10,refund,2026-11",
    ]
    with pytest.raises(ConfigError) as refused:
        taken(engine, file, HEADER + "\n".join(bad))
    words = [problem.removeprefix(f"{file}: ") for problem in refused.value.problems]
    assert [each.partition(":")[0] for each in words] == [
        "line 10",
        "line 11",
        "line 3, labeled_at",
        "line 4, prediction_id",
        "line 5, revision",
        "line 6, status",
        "line 7, kind",
        "line 8, probability",
        "line 9, intent",
    ]
    assert rows(engine, "SELECT * FROM label") == []


def test_a_column_that_is_missing_is_named_with_what_was_probably_meant(engine: Engine, file: Path) -> None:
    with pytest.raises(ConfigError, match=r"column labeled_at: missing.*rename labelled_at"):
        taken(engine, file, f"prediction_id,intent,labelled_at\np1,refund,{AT}\n")


def test_a_label_that_is_at_odds_with_one_that_is_held_is_refused_alone(engine: Engine, file: Path) -> None:
    predicted(engine, p1="refund", p2="refund")
    take(store(engine), kept_label("p1", "refund", label_id="l1"))
    at = "2026-11-21T12:00:00Z"
    data = f"prediction_id,intent,labeled_at,label_id\np1,bug,{at},l1\np2,bug,{AT},l2\n"
    dry = taken(engine, file, data, dry_run=True)
    done = taken(engine, file, data)
    assert counts(dry) == counts(done) == {"new": 1, "conflict": 1}
    assert done.refused["conflict"].places == ["line 2"]
    assert truths(engine) == {"p1": "refund", "p2": "bug"}
    assert rows(engine, 'SELECT code, "offset" FROM dead_letter') == [("conflict", 1)]


def test_lines_of_json_may_be_events_or_rows_and_may_be_packed(engine: Engine, tmp_path: Path) -> None:
    predicted(engine, p1="refund", p2="refund")
    event = (
        f'{{"event":"label","label_id":"l1","prediction_id":"p1","intent":"bug","labeled_at":"{AT}",'
        '"source":{"kind":"weak"},"sampling":{"design":"uniform","probability":0.5}}'
    )
    row = f'{{"prediction_id":"p2","intent":"bug","labeled_at":"{AT}","annotator":"ana","kind":"human"}}'
    data = gzip.compress(f"{event}\n\n{row}\n".encode())
    done = taken(engine, tmp_path / "labels.jsonl.gz", data)
    assert (done.format, counts(done)) == (LabelFormat.JSONL, {"new": 2})
    kinds = rows(engine, "SELECT prediction_id, kind, design FROM label ORDER BY prediction_id")
    assert kinds == [("p1", "weak", "uniform"), ("p2", "human", "unknown")]
    (_, second) = done.plan.labels
    assert b'"annotator":"ana"' in second.event
    assert second.place == "line 3"


def test_a_prediction_or_a_line_that_is_cut_off_is_no_label(engine: Engine, file: Path) -> None:
    prediction = (
        f'{{"event":"prediction","prediction_id":"p1","ts":"{AT}","model":{{"name":"t","version":"1"}},'
        '"predicted":{"intent":"bug"}}'
    )
    row = f'{{"prediction_id":"p2","intent":"bug","labeled_at":"{AT}"}}'
    with pytest.raises(ConfigError, match=r"(?s)line 1, event: .*\n.*line 3: not JSON"):
        taken(engine, file, f"{prediction}\n{row}\n{row[:-9]}")
    assert rows(engine, "SELECT * FROM label") == []


def test_labels_of_a_named_model_serve_no_other(engine: Engine, file: Path) -> None:
    predicted(engine, p1="refund")
    data = f"prediction_id,intent,labeled_at\np1,bug,{AT}\n"
    assert counts(taken(engine, file, data, scope=LabelScope("tickets", "8"))) == {"new": 1}
    assert truths(engine) == {}
    moved = data.replace(AT, "2026-11-24T10:00:00Z")
    assert counts(taken(engine, file, moved, scope=LabelScope("tickets", "7"), dry_run=True)) == {
        "conflict": 1
    }
    assert counts(taken(engine, file, moved, scope=LabelScope("tickets", "7"))) == {"conflict": 1}
    own = moved.replace("prediction_id,", "label_id,prediction_id,").replace("p1,", "l7,p1,")
    assert counts(taken(engine, file, own, scope=LabelScope("tickets", "7"))) == {"new": 1}
    assert truths(engine) == {"p1": "bug"}


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ("", "the file is empty"),
        ("[]x", "no whole JSON export"),
        ('{\n  "id": 1', "neither JSON lines, nor an array"),
        ('{"id": 1, "annotations": []}', "neither JSON lines, nor an array"),
        ('[{"id": 1, "data": {}}]', "tasks without annotations"),
        ('[{"id": 1, "data": {}, "project": 1, "annotations": [7]}]', "numbers of annotations only"),
        ('[{"id": 1, "data": {}, "annotations": []}]', "--project NAME"),
        (b"\xff\xfe\x00\x01", "not UTF-8"),
        (b"\x1f\x8b\x08cut", "unreadable gzip"),
        ("a,b\n1,2\n", "column prediction_id: missing"),
        (HEADER, "a header and no label"),
    ],
)
def test_a_file_of_another_kind_is_refused_in_words(
    sqlite_engine: Engine, file: Path, data: str | bytes, why: str
) -> None:
    with pytest.raises(ConfigError, match=why):
        taken(sqlite_engine, file, data)


def test_which_of_several_questions_is_meant_must_be_said(sqlite_engine: Engine, file: Path) -> None:
    parts = ",".join(
        f'{{"type": "choices", "from_name": "{name}", "value": {{"choices": ["{choice}"]}}}}'
        for name, choice in (("topic", "bug"), ("urgency", "high"))
    )
    data = (
        '[{"id": 1, "data": {"prediction_id": "p1"}, "project": 1, "annotations":'
        f' [{{"id": 5, "updated_at": "{AT}", "result": [{parts}]}}]}}]'
    )
    with pytest.raises(ConfigError, match=r"several tags: topic, urgency; say with --question"):
        taken(sqlite_engine, file, data)
    with pytest.raises(ConfigError, match=r"no choice of a tag 'topik'.*did you mean topic\?"):
        taken(sqlite_engine, file, data, question="topik")
    assert counts(taken(sqlite_engine, file, data, question="topic")) == {"new": 1}
