"""The whole of a file in memory: a path in (plain, gzipped, or - for standard input), bytes out."""

import gzip
import io
import sys
import zlib
from pathlib import Path

from connectors.files.anchors.problems import Problems
from connectors.files.lines import STDIN

UNPACKED_MAX = 2_000_000_000  # bytes; more is no file of labels that people gave
_GZIP = b"\x1f\x8b"
_BOM = b"\xef\xbb\xbf"


def whole(path: str, problems: Problems) -> bytes:
    """The file's bytes, without a byte-order mark.

    Raises:
        ConfigError: it can't be read, is cut short, or holds nothing.
    """
    try:
        data = sys.stdin.buffer.read() if path == STDIN else Path(path).read_bytes()
    except OSError as error:
        raise problems.refuse("", f"can't be read: {error.strerror}; check the path") from error
    if data[:2] == _GZIP:
        try:
            with gzip.open(io.BytesIO(data)) as packed:
                data = packed.read(UNPACKED_MAX + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise problems.refuse("", f"unreadable gzip: {error}; write the file again") from error
    if len(data) > UNPACKED_MAX:
        raise problems.refuse("", f"more than {UNPACKED_MAX:,} bytes; split it")
    data = data.removeprefix(_BOM)
    if not data.strip():
        raise problems.refuse("", "the file is empty; check what was to be written to it")
    return data


def text_of(data: bytes, problems: Problems) -> str:
    """The bytes as text.

    Raises:
        ConfigError: they are not UTF-8, or no text at all.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        what = f"not UTF-8 (byte {data[error.start]:#04x}); save it as UTF-8"
        raise problems.refuse(f"line {line}", what) from error
    if "\0" in text:
        raise problems.refuse("", "holds NUL bytes, so it is no text; give CSV, JSON lines or JSON")
    return text
