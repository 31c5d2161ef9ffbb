"""Numbered lines of one file: a path in (plain, .gz or -), pairs of number and bytes out."""

import gzip
import io
import itertools
import os
import select
import sys
import zlib
from collections import deque
from typing import IO, cast

import msgspec

from monitor.errors import ConfigError, UnavailableError

STDIN = "-"
CHUNK = 1 << 20
LONGEST = 1 << 26  # bytes kept of a line: far more than any event has, and little enough to hold
_BOM = b"\xef\xbb\xbf"
_BLANK = b" \t\r\n\v\f" + _BOM  # a byte-order mark alone on a line says nothing either


class Lines:
    """Reads ahead a chunk at a time. `number` is the next line's, `ended` means nothing is left to read.

    Args:
        path: the file; - is standard input.
        growing: whoever writes the file may be in the midst of its last line. One without an end is left for the
            next reading, unless it is a whole JSON object.
    """

    def __init__(self, path: str, *, growing: bool = False) -> None:
        self.path = path
        self._growing = growing and path != STDIN
        self.number = 0
        self.ended = False
        self._file: IO[bytes] | None = None
        self._ahead: deque[bytes] = deque()
        self._rest = b""

    @property
    def at_hand(self) -> int:
        """Lines read ahead and not taken yet."""
        return len(self._ahead)

    @property
    def total(self) -> None:
        """How many there are is known at the end."""

    def take(self, most: int, timeout_s: float = 0.0) -> list[tuple[int, bytes]]:
        """Up to so many next lines, without line ends; only standard input waits for them."""
        while not self._ahead and not self.ended:
            if not self._wait(timeout_s):
                return []
            self._read()
        first = self.number
        count = min(most, len(self._ahead))
        self.number += count
        return list(zip(itertools.count(first), (self._ahead.popleft() for _ in range(count)), strict=False))

    def go_to(self, number: int) -> bool:
        """Make this line the next one; False when the file is shorter or can't be read again."""
        if number < self.number:
            if self.path == STDIN:
                return False
            self._rewind()
        while self.number < number:
            if not self.take(number - self.number) and (self.ended or self.path == STDIN):
                return False
        return True

    def close(self) -> None:
        """Close the file, if it is ours, and forget what was read ahead."""
        self._let_go()
        self._ahead.clear()
        self.ended = True

    def _let_go(self) -> None:
        if self._file is not None and self.path != STDIN:
            self._file.close()
        self._file = None

    def _rewind(self) -> None:
        self.close()
        self.number, self.ended, self._rest = 0, False, b""

    def _wait(self, timeout_s: float) -> bool:
        if self.path != STDIN or os.name != "posix":
            return True
        try:
            return bool(select.select([sys.stdin.fileno()], [], [], timeout_s)[0])
        except (io.UnsupportedOperation, ValueError):
            return True  # standard input was replaced by something without a descriptor

    def _read(self) -> None:
        if self._file is None:
            self._file = _open(self.path)
        try:
            chunk = self._chunk(self._file)
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            self.close()
            raise ConfigError([f"{self.path}: not a whole gzip file ({error})"]) from error
        except OSError as error:
            self.close()
            raise UnavailableError(f"{self.path}: reading it failed: {error.strerror or error}") from error
        *whole, rest = (self._rest + chunk).split(b"\n")
        if not chunk:
            self._let_go()
            self.ended = True
            if rest and not (self._growing and not _is_object(rest)):
                whole.append(rest)
            rest = b""
        rest = rest[:LONGEST]
        if whole and self.number == 0 and not self._ahead:
            whole[0] = whole[0].removeprefix(_BOM)
        self._rest = rest
        self._ahead.extend(line.removesuffix(b"\r") for line in whole)

    def _chunk(self, file: IO[bytes]) -> bytes:
        if self.path == STDIN:
            try:
                return os.read(file.fileno(), CHUNK)  # what is there, without waiting for a full chunk
            except io.UnsupportedOperation:
                return file.read(CHUNK)
        return file.read(CHUNK)


def says_something(line: bytes) -> bool:
    """Whether the line is more than blank."""
    return bool(line.strip(_BLANK))


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(msgspec.json.decode(line.removeprefix(_BOM)), dict)
    except (ValueError, RecursionError):
        return False


def _open(path: str) -> IO[bytes]:
    if path == STDIN:
        return sys.stdin.buffer
    try:
        if path.endswith(".gz"):
            return cast(IO[bytes], gzip.open(path, "rb"))
        return open(path, "rb")
    except OSError as error:
        raise ConfigError([f"{path}: {error.strerror or error}"]) from error
