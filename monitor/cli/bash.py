"""Bash asks what a word could become: it takes words apart at each equals sign, and wants only the last part."""

import io
import os
import sys
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager, redirect_stdout

INSTRUCTION, BASH = "_ANCHORWATCH_COMPLETE", "complete_bash"


@contextmanager
def as_bash_splits() -> Iterator[None]:
    """Within, `intent=gdp` is one word again; Bash is given only what comes after the last equals sign."""
    if os.environ.get(INSTRUCTION) != BASH:
        yield
        return
    _rejoin(os.environ)
    said = io.StringIO()
    try:
        with redirect_stdout(said):
            yield
    finally:
        word = os.environ["COMP_WORDS"].split("\n")[int(os.environ["COMP_CWORD"]) :][:1]
        before, equals, _ = (word or [""])[0].rpartition("=")
        for line in said.getvalue().splitlines():
            sys.stdout.write(line.removeprefix(before + equals) + "\n")


def _rejoin(environment: MutableMapping[str, str]) -> None:
    words: list[str] = []
    at = int(environment.get("COMP_CWORD", 0))
    for place, word in enumerate(environment.get("COMP_WORDS", "").split("\n")):
        if words and (word == "=" or words[-1].endswith("=")):
            words[-1] += word
        else:
            words.append(word)
        if place == at:
            environment["COMP_CWORD"] = str(len(words) - 1)
    environment["COMP_WORDS"] = "\n".join(words)
