"""What a file is known by when it has grown, or goes by another name: its first records."""

from hashlib import blake2b

from connectors.files.lines import CHUNK, says_something
from connectors.files.opening import FileOpener

LINES = 64


def beginning(path: str, opener: FileOpener) -> str:
    """A hash of each of the first lines that say something, or rows, one after the other; "" where there is none.

    So what is known of a short file is the beginning of what is known of it when it has grown.

    Raises:
        AnchorwatchError: the file can't be read, or is not what its name says.
    """
    lines, hashes = opener.records(path, growing=True), list[str]()
    try:
        while len(hashes) < LINES and (taken := lines.take(CHUNK)):
            hashes += [_hash(line) for _, line in taken if says_something(line)][: LINES - len(hashes)]
    finally:
        lines.close()
    return "".join(hashes)


def _hash(line: bytes) -> str:
    return blake2b(line.strip(), digest_size=8).hexdigest()
