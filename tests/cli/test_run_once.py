"""`run --once` says what came of the records: news, repeats, and what was refused."""

import gzip
from pathlib import Path

from connectors.sql.database import open_engine
from connectors.sql.review.weeks import WeekStore
from monitor.domain.weekly.calendar import Week
from tests.cli.commanding import command
from tests.ingest.agents import POISON, label, prediction

LABEL = b'{"event":"label",' + label("p1")[1:]


def last_words(folder: Path, *events: bytes) -> str:
    """The line about the records, of a run over a file of these events."""
    (folder / "events.jsonl").write_bytes(b"\n".join(events) + b"\n")
    done = command(["run", "--once", "--input", "events.jsonl"], folder)
    assert done.returncode == 0, done.stderr
    (line,) = [line for line in done.stderr.splitlines() if "records read" in line]
    return line


def test_what_was_read_before_is_counted_as_seen_before(tmp_path: Path) -> None:
    first = [prediction("p1"), prediction("p2"), LABEL, prediction("p1"), POISON]
    assert last_words(tmp_path, *first) == "5 records read: 3 new, 1 seen before, 1 rejected"
    again = [*first[:-1], prediction("p3")]
    assert last_words(tmp_path, *again) == "5 records read: 1 new, 4 seen before, 0 rejected"


def test_the_weekly_report_is_written_once_where_it_is_due_and_not_by_a_back_fill(tmp_path: Path) -> None:
    (tmp_path / "anchorwatch.yaml").write_text(
        "database: {url: sqlite:///watch.db}\nreports: {folder: weekly, evidently: false, send_to: [here]}\n"
        "sinks: [{kind: terminal, name: here}]\n"
    )
    (tmp_path / "events.jsonl").write_bytes(prediction("p1") + b"\n")

    def words(*options: str) -> list[str]:
        done = command(["run", *options, "--input", "events.jsonl", "--config", "anchorwatch.yaml"], tmp_path)
        assert done.returncode == 0, done.stderr
        return [line for line in done.stderr.splitlines() if "weekly" in line or "digest" in line]

    assert words("--once") == []  # what was due before the first run was never promised
    engine = open_engine(f"sqlite:///{tmp_path / 'watch.db'}")
    WeekStore(engine).note_written(Week(2026, 1))
    engine.dispose()
    assert words() == []
    written, digest = words("--once")
    (page,) = (tmp_path / "weekly").glob("*.html")
    week = page.stem.removeprefix("reliability-")
    assert written == f"the weekly report of {week} is written: {page.relative_to(tmp_path)}"
    assert digest == f"the digest of {week} goes to here"
    assert words("--once") == []


def test_a_pattern_spelled_out_by_the_shell_names_several_files(tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / f"part-{number}.jsonl").write_bytes(prediction(f"p{number}") + b"\n")
    for words in (["part-*.jsonl"], ["part-0.jsonl", "part-1.jsonl", "part-2.jsonl"]):
        done = command(["run", "--once", "--input", *words], tmp_path)
        assert "3 records read" in done.stderr


def test_files_that_were_read_are_not_read_again_where_they_are_resumed(tmp_path: Path) -> None:
    (tmp_path / "events.jsonl").write_bytes(prediction("p1") + b"\n")
    words = ["run", "--once", "--input", "events.jsonl", "--resume"]
    assert "1 records read: 1 new" in command(words, tmp_path).stderr
    with (tmp_path / "events.jsonl").open("ab") as file:
        file.write(prediction("p2") + b"\n")
    assert "1 records read: 1 new" in command(words, tmp_path).stderr
    (tmp_path / "events.jsonl").write_bytes(prediction("p3") + b"\n")
    done = command(words, tmp_path)
    assert done.returncode == 5
    assert "begins otherwise now. Leave out --resume" in done.stderr


def test_what_is_for_files_needs_one(tmp_path: Path) -> None:
    for words, what in ((["--resume"], "--resume"), (["events.jsonl"], "events.jsonl")):
        done = command(["run", *words], tmp_path)
        assert done.returncode == 2
        assert f"{what}: is for files; name one with --input FILE" in done.stderr


def test_files_read_without_the_map_of_their_topic_are_refused_with_the_option_that_reads_them(
    tmp_path: Path,
) -> None:
    (tmp_path / "anchorwatch.yaml").write_text(
        "database: {url: sqlite:///watch.db}\n"
        "kafka: {topics: {predictions: {name: p, format: json, map: {prediction_id: $.id, ts: $.at,"
        " model: {name: {const: m}, version: {const: '1'}}, intent: $.is}}}}\n"
    )
    (tmp_path / "own.jsonl").write_text('{"id": "p1", "at": "2026-11-22T09:00:00Z", "is": "refund"}\n')
    words = ["run", "--once", "--input", "own.jsonl", "--config", "anchorwatch.yaml"]
    refused = command(words, tmp_path)
    assert "1 rejected" in refused.stderr
    assert "--kind prediction" in " ".join(refused.stderr.split())
    read = command([*words, "--kind", "prediction"], tmp_path)
    assert "1 new" in read.stderr
    assert "every record was refused" not in read.stderr


def test_a_file_that_is_cut_short_ends_the_run_though_the_one_before_it_was_being_saved(
    tmp_path: Path,
) -> None:
    lines = [prediction(f"p{number}") + b"\n" for number in range(2_000)]
    (tmp_path / "1.jsonl").write_bytes(b"".join(lines[:1_000]))
    (tmp_path / "2.jsonl.gz").write_bytes(gzip.compress(b"".join(lines[1_000:]))[:2_000])
    done = command(["run", "--once", "--input", "1.jsonl", "2.jsonl.gz"], tmp_path)
    assert done.returncode == 2
    assert "2.jsonl.gz: not a whole gzip file" in done.stderr
