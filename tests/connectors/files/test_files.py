"""Events from files: numbering, compression, standard input, and the problems reported for unusable files."""

import gzip
import io
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from time import process_time
from typing import TextIO

import pytest

from connectors.files.events import FileSource
from monitor.domain.events.types import Partition, Record
from monitor.errors import ConfigError, PositionError


def read(source: FileSource) -> list[Record]:
    source.start(dict.fromkeys(source.poll(0).assigned, None))
    records: list[Record] = []
    while not source.drained():
        for batch in source.poll(1).records.values():
            records += batch
    return records


def lines(records: list[Record]) -> list[tuple[int, bytes | None]]:
    return [(record.offset, record.value) for record in records]


def test_the_offset_is_the_line_number_and_blank_lines_count(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_bytes(b'{"a":1}\n\n   \r\n{"b":2}\r\n{"last":3}')

    assert lines(read(FileSource([str(path)]))) == [(0, b'{"a":1}'), (3, b'{"b":2}'), (4, b'{"last":3}')]


def test_a_byte_order_mark_is_no_part_of_the_first_line(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_bytes(b"\xef\xbb\xbf{}\n\xef\xbb\xbf{}\n")

    assert lines(read(FileSource([str(path)]))) == [(0, b"{}"), (1, b"\xef\xbb\xbf{}")]


def test_gzip_is_read_by_its_name_and_long_files_come_whole(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl.gz"
    with gzip.open(path, "wb") as file:
        file.writelines(b'{"n":%d,"pad":"%s"}\n' % (number, b"x" * 90) for number in range(30_000))

    source = FileSource([str(path)], kind="label", max_poll_records=1_000)
    records = read(source)

    assert [record.offset for record in records] == list(range(30_000))
    assert (records[29_999].value or b"").startswith(b'{"n":29999,')
    assert records[0].kind == "label"
    assert source.lag() == {Partition(str(path), 0): 0}


def test_positions_of_files_are_not_for_the_next_run(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.touch()
    assert not FileSource([str(path)]).resumable


def test_a_line_that_is_still_being_written_is_read_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    place = Partition(str(path), 0)
    path.write_bytes(b'{"n":0}\n{"n":1')
    first = FileSource([str(path)], resumable=True)
    known = first.incarnation(str(path))
    assert lines(read(first)) == [(0, b'{"n":0}')]

    path.write_bytes(b'{"n":0}\n{"n":12}\n{"n":3}')
    resumed = FileSource([str(path)], resumable=True)
    resumed.poll(0)
    resumed.start({place: 1}, {place: known})
    records = [*resumed.poll(1).records[place], *resumed.poll(1).records[place]]
    assert lines(records) == [(1, b'{"n":12}'), (2, b'{"n":3}')]


def test_a_last_line_cut_off_is_handed_out_where_nobody_reads_on(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_bytes(b'{"n":0}\n{"n":1')
    assert lines(read(FileSource([str(path)]))) == [(0, b'{"n":0}'), (1, b'{"n":1')]


def test_a_file_is_known_by_its_first_64_lines_that_say_something(tmp_path: Path) -> None:
    lines = [b'{"n":%d}' % number for number in range(65)]
    files = {
        "whole": lines[:64],
        "spaced": [b"", lines[0], b" \r", *lines[1:64]],
        "longer": lines,
        "another": [*lines[:63], lines[64]],
        "shorter": lines[:63],
        "blank": [b"", b" "],
    }
    paths = {name: tmp_path / name for name in files}
    for name, path in paths.items():
        path.write_bytes(b"\n".join(files[name]))
    source = FileSource([str(path) for path in paths.values()])
    known = {name: source.incarnation(str(path)) for name, path in paths.items()}

    assert known["whole"] == known["spaced"] == known["longer"] != known["another"]
    assert known["whole"].startswith(known["shorter"])
    assert known["whole"] != known["shorter"]
    assert known["blank"] == ""


def test_every_file_that_will_not_do_is_named_at_once(tmp_path: Path) -> None:
    there = tmp_path / "there.jsonl"
    there.touch()
    with pytest.raises(ConfigError) as caught:
        FileSource([str(there), str(there), str(tmp_path / "gone.jsonl"), str(tmp_path)])
    assert caught.value.problems == [
        f"{there}: named twice",
        f"{tmp_path}/gone.jsonl: there is no such file",
        f"{tmp_path}: is a folder, not a file; name its files, as in '{tmp_path}/*.parquet'",
    ]


def test_what_a_file_costs_does_not_grow_with_the_number_of_files(tmp_path: Path) -> None:
    for number in range(2_000):
        (tmp_path / f"{number}").write_bytes(b"{}\n")
    began = process_time()
    assert len(read(FileSource([str(tmp_path / f"{number}") for number in range(2_000)]))) == 2_000
    assert process_time() - began < 10  # it was 35


def test_no_file_at_all_is_an_error() -> None:
    with pytest.raises(ConfigError, match="no file to read"):
        FileSource([])


@pytest.mark.parametrize(
    "content", [b"plain text", gzip.compress(b"{}\n" * 9_999)[:40]], ids=["plain text", "cut short"]
)
def test_a_broken_gzip_file_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.gz"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=r"broken\.gz: not a whole gzip file"):
        read(FileSource([str(path)]))


def test_a_file_that_goes_away_before_it_is_read_is_named(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_bytes(b"{}\n")
    source = FileSource([str(path)])
    path.unlink()
    with pytest.raises(ConfigError, match=r"events\.jsonl: No such file"):
        read(source)


@pytest.fixture
def pipe(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.FileIO]:
    """The writing end of what the source sees as its standard input."""
    reading, writing = os.pipe()
    stdin: TextIO = os.fdopen(reading, encoding="utf-8")
    monkeypatch.setattr(sys, "stdin", stdin)
    with stdin, io.FileIO(writing, "w") as end:
        yield end


def test_standard_input_delivers_a_line_as_soon_as_it_is_whole(pipe: io.FileIO) -> None:
    source = FileSource(["-"])
    place = Partition("-", 0)
    assert source.poll(0).assigned == [place]
    source.start({place: None})

    pipe.write(b'{"n":0}\n{"n":')
    assert lines(list(source.poll(2).records[place])) == [(0, b'{"n":0}')]
    assert not source.poll(0.1).records
    assert not source.drained()

    threading.Timer(0.1, pipe.write, [b"1}\n"]).start()
    assert lines(list(source.poll(5).records[place])) == [(1, b'{"n":1}')]

    pipe.close()
    assert not source.poll(0.1).records
    assert source.drained()


def test_standard_input_cannot_be_read_again(pipe: io.FileIO) -> None:
    pipe.write(b"{}\n")
    pipe.close()
    source = FileSource(["-"])
    assert len(read(source)) == 1
    with pytest.raises(PositionError, match="a stream read already"):
        source.start({Partition("-", 0): 0})
