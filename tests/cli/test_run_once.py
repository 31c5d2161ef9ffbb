"""`run --once` says what came of the records: news, repeats, and what was refused."""

from pathlib import Path

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
