"""What a file is known by when it has grown, or goes by another name: its first lines."""

from hashlib import blake2b

from connectors.files.lines import CHUNK, Lines, says_something

LINES = 64


def beginning(path: str) -> str:
    """A hash of each of the first lines that say something, one after the other; "" where there is none.

    So what is known of a short file is the beginning of what is known of it when it has grown.

    Raises:
        AnchorwatchError: the file can't be read, or is not what its name says.
    """
    lines, hashes = Lines(path), list[str]()
    try:
        while len(hashes) < LINES and (taken := lines.take(CHUNK)):
            hashes += [_hash(line) for _, line in taken if says_something(line)][: LINES - len(hashes)]
    finally:
        lines.close()
    return "".join(hashes)


def _hash(line: bytes) -> str:
    return blake2b(line.strip(), digest_size=8).hexdigest()
