"""Records from files: JSON lines (plain, .gz, or - for standard input) or rows in, polls of raw records out.

A file is one partition, (path, 0); the offset of a line or a row is its number, from 0, counting blank lines too.
"""

import base64
import json
import os
import time
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from glob import has_magic
from pathlib import Path
from types import MappingProxyType

from typing_extensions import override

from connectors.files.beginning import beginning
from connectors.files.lines import STDIN, says_something
from connectors.files.opening import FileOpener
from connectors.files.times import times_in
from monitor.domain.events.horizon import horizon
from monitor.domain.events.types import DeadLetter, Partition, Record
from monitor.errors import AnchorwatchError, ConfigError, PositionError, UnavailableError
from monitor.ingest.ports import DeadLetters, EventSource, MappedDecoder, Poll

STDIN_PAUSE_S = 0.05
PATH_MAX = 1_000  # bytes: a path is a key in the database


class FileSource(EventSource):
    """An `EventSource` over files, read one after the other, each to the end it has when we get there.

    Args:
        paths: the files; - is standard input.
        kind: what a line is when it does not say so itself.
        decoders: what reads the records of a file, by its path, where they are no canonical events.
        group: a name for the positions; nobody shares files.
        opener: opens them, where they are no plain ones.
        resumable: go on where each file was read to, else from its beginning. A line that is still being written is
            left for the next run.
        max_poll_records: the most records one poll brings.

    Raises:
        ConfigError: no file, a file twice, or files that can't be read; names every one of them.
    """

    cluster_id = "file"

    def __init__(
        self,
        paths: Sequence[str],
        *,
        kind: str = "prediction",
        decoders: Mapping[str, MappedDecoder] = MappingProxyType({}),
        group: str = "anchorwatch",
        resumable: bool = False,
        opener: FileOpener | None = None,
        max_poll_records: int = 5_000,
    ) -> None:
        _check(paths)
        self.group = group
        self.resumable = resumable
        self._kind = kind
        self._decoders = decoders
        self._max_records = max_poll_records
        self._delivered = False
        self._revoked: list[Partition] = []
        self._paused = False
        self._opener = opener or FileOpener()
        self._files = {Partition(path, 0): self._opener.records(path, growing=resumable) for path in paths}
        self._started: set[Partition] = set()
        self._unfinished: dict[Partition, None] = {}  # those of the started that are not read to their end
        self._totals: dict[Partition, int] = {}
        self._latest: dict[Partition, datetime] = {}

    @override
    def poll(self, timeout_s: float) -> Poll:
        """Read the next lines of the first file that has some, or wait for standard input.

        Raises:
            ConfigError: a file is not what its name says (a broken .gz).
            UnavailableError: the disk failed.
        """
        if not self._delivered:
            self._delivered = True
            revoked, self._revoked = self._revoked, []
            return Poll(assigned=list(self._files), revoked=revoked)
        deadline = time.monotonic() + timeout_s
        over = self.drained()
        while True:
            if not self._paused and (polled := self._next(deadline)):
                return polled
            left = deadline - time.monotonic()
            if left <= 0 or (self.drained() and not over):
                return Poll()
            time.sleep(min(left, STDIN_PAUSE_S))

    @override
    def latest(self, partition: Partition, now: datetime, future: timedelta) -> datetime:
        """By the rest of the file, which is read once more for it; standard input has only our clock."""
        if partition.topic == STDIN:
            return now + future
        if partition not in self._latest:
            decoder = self._decoders.get(partition.topic)
            self._latest[partition] = horizon(*times_in(partition.topic, decoder, self._opener), now, future)
        return self._latest[partition]

    @override
    def incarnation(self, topic: str) -> str:
        """The beginning of the file, by which it is known when it has grown or goes by another name.

        What comes through standard input was never there before.
        """
        if topic == STDIN:
            return uuid.uuid4().hex
        try:
            return beginning(topic, self._opener)
        except AnchorwatchError:  # whoever reads on says what is wrong with it
            return ""

    @override
    def start(
        self,
        positions: Mapping[Partition, int | None],
        incarnations: Mapping[Partition, str] = MappingProxyType({}),
    ) -> None:
        for partition, number in positions.items():
            if partition not in self._files:
                continue
            if number and not self._is_as_it_was(partition.topic, incarnations.get(partition, "")):
                raise PositionError(
                    f"{partition.topic} was read to {number:,}, but begins otherwise now. Leave out --resume to read"
                    " it from its beginning: what was counted stays counted once."
                )
            if not self._files[partition].go_to(number or 0):
                raise PositionError(
                    f"{partition.topic} has no line or row {number:,}: it is shorter, or a stream read already. Leave"
                    " out --resume to read it from its beginning: what was counted stays counted once."
                )
            self._started.add(partition)
            self._unfinished[partition] = None

    @override
    def pause(self) -> None:
        self._paused = True

    @override
    def resume(self) -> None:
        self._paused = False

    @override
    def rebuild(self) -> None:
        """Hand every file out anew; standard input goes on only from where it is."""
        if self._delivered:
            self._delivered, self._revoked = False, list(self._files)
            self._started.clear()
            self._unfinished.clear()

    @override
    def commit(self, positions: Mapping[Partition, int]) -> None:
        """Nobody to tell."""

    @override
    def unread(self) -> str:
        return ""

    @override
    def lag(self) -> Mapping[Partition, int]:
        """Lines still to come. The first call counts the files; of standard input only what is at hand."""
        behind = {}
        for partition in sorted(self._started):
            lines = self._files[partition]
            if partition.topic == STDIN or lines.ended:
                behind[partition] = lines.at_hand
            else:
                if partition not in self._totals:
                    self._totals[partition] = self._opener.count(partition.topic)
                behind[partition] = max(0, self._totals[partition] - lines.number)
        return behind

    @override
    def stalled(self, _now: float, _after_s: float) -> Sequence[Partition]:
        return ()

    @override
    def drained(self) -> bool:
        all_started = self._delivered and len(self._started) == len(self._files)
        return all_started and all(map(self._is_over, self._unfinished))

    @override
    def close(self) -> None:
        for lines in self._files.values():
            lines.close()

    def _is_as_it_was(self, path: str, incarnation: str) -> bool:
        """Whether the file begins with what it began with, or nobody knows."""
        return not incarnation or self.incarnation(path).startswith(incarnation)

    def _is_over(self, partition: Partition) -> bool:
        lines = self._files[partition]
        return lines.ended and not lines.at_hand

    def _next(self, deadline: float) -> Poll | None:
        """The next records of the first file that has some; files that are over are not looked at again."""
        over = []
        try:
            for partition in self._unfinished:
                if records := self._read(partition, max(0.0, deadline - time.monotonic())):
                    return Poll({partition: records})
                if self._is_over(partition):
                    over.append(partition)
        finally:
            for partition in over:
                del self._unfinished[partition]
        return None

    def _read(self, partition: Partition, timeout_s: float) -> list[Record]:
        lines = self._files[partition].take(self._max_records, timeout_s)
        return [Record(partition, number, line, self._kind) for number, line in lines if says_something(line)]


class FileDeadLetters(DeadLetters):
    """A `DeadLetters` that adds JSON lines to a file; key, value and headers are base64."""

    def __init__(self, path: str) -> None:
        self._path = Path(path)

    @override
    def publish(self, letters: Sequence[DeadLetter]) -> Mapping[str, int]:
        text = "".join(_line(letter) for letter in letters)
        if not text:
            return {}
        try:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise UnavailableError(
                f"{len(letters)} dead letters could not be written to {self._path}: {error.strerror}"
            ) from error
        return {}

    def close(self) -> None:
        """Nothing is held open."""


def _line(letter: DeadLetter) -> str:
    record = letter.record
    row = {
        "topic": record.partition.topic,
        "partition": record.partition.partition,
        "offset": record.offset,
        "code": letter.code,
        "detail": letter.detail,
        "failed_at": letter.failed_at.isoformat(),
        "key": _base64(record.key),
        "value": _base64(record.value),
        "headers": [[name, _base64(value)] for name, value in record.headers],
    }
    return json.dumps(row) + "\n"


def _base64(data: bytes | None) -> str | None:
    return None if data is None else base64.b64encode(data).decode()


def _check(paths: Sequence[str]) -> None:
    problems = [] if paths else ["no file to read was named"]
    problems += [f"{path}: named twice" for path, times in sorted(Counter(paths).items()) if times > 1]
    for path in paths:
        if len(path.encode(errors="surrogateescape")) > PATH_MAX:
            problems.append(f"{path[:40]}…: longer than {PATH_MAX} bytes; name it from a folder nearer to it")
        elif path != STDIN and not Path(path).exists():
            problems.append(
                f"{path}: there is no such file{', and none of this pattern' if has_magic(path) else ''}"
            )
        elif path != STDIN and Path(path).is_dir():
            problems.append(f"{path}: is a folder, not a file; name its files, as in '{path}/*.parquet'")
        elif path != STDIN and not os.access(path, os.R_OK):
            problems.append(f"{path}: may not be read by this user")
    if problems:
        raise ConfigError(problems)
