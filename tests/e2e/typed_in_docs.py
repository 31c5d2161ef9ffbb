"""The commands that a page of the docs says to type."""

import re
import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

FENCE = re.compile(r"^```(\S*) ?(\S*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
EXITS = re.compile(r"# exits (\d)")


class Command(NamedTuple):
    """A line of a page: what to type, and what it comes to."""

    words: Sequence[str]
    code: int
    line: str


def commands(page: Path, needs: str = "") -> Iterator[Command]:
    for language, wanted, block in FENCE.findall(page.read_text(encoding="utf-8")):
        if (language, wanted) == ("sh", needs):
            for line in block.splitlines():
                expected = EXITS.search(line)
                yield Command(shlex.split(line, comments=True), int(expected[1]) if expected else 0, line)
