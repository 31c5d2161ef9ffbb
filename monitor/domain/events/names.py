"""Names as people and programs write them in, the one spelling that is compared out.

A name is what events and anchors call intents, models, versions, environments and slices. Ids are no names:
they are compared as they are.
"""

import unicodedata

from monitor.domain.events.types import Model
from monitor.errors import ConfigError

NO_ANSWER = ""
"""The predicted intent of a ticket on which the model abstained. No name is empty."""

NO_INTENT = ""
"""The intent of a label that says that its ticket belongs to none: it is out of scope."""

CHARACTERS_MAX = 255
# Four names of this size fit into one row of a B-tree index of PostgreSQL, which takes 2,704 bytes.
BYTES_MAX = 512

# What nobody sees: zero-width space, non-joiner, joiner, left-to-right and right-to-left marks, word joiner,
# byte-order mark, soft hyphen.
INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad"
_EDGES = INVISIBLE + "".join(c for c in map(chr, range(0x3001)) if c.isspace())


def normal(name: str) -> str:
    r"""The name without blanks and invisible characters around it, in Unicode's normal form C.

    The very same object where there is nothing to do.

    >>> normal(" ru\u0308ckgabe\u00a0") == "rückgabe"
    True
    """
    if name.isascii():
        return name.strip()
    bare = name.strip(_EDGES)
    return bare if unicodedata.is_normalized("NFC", bare) else unicodedata.normalize("NFC", bare)


def too_long(name: str) -> bool:
    """Whether a name is more than the databases' indexes take: over 255 characters or 512 bytes of UTF-8.

    >>> too_long("x" * 255), too_long("é" * 255), too_long("語" * 255)
    (False, False, True)
    """
    return len(name) > CHARACTERS_MAX or (not name.isascii() and len(name.encode()) > BYTES_MAX)


def named_model(name: str, version: str, environment: str) -> Model:
    """The model that a person names, spelled as its events are read.

    Raises:
        ConfigError: with every name that no event can hold.
    """
    given = {"--model": normal(name), "--version": normal(version), "--environment": normal(environment)}
    problems = [f"{option}: {why}" for option, each in given.items() if (why := name_problem(each))]
    if problems:
        raise ConfigError(problems)
    return Model(*given.values())


def name_problem(name: str) -> str:
    """Why no event can hold this name; "" where one can."""
    if not name:
        return "empty; write the name that the events give"
    if any("\ud800" <= c <= "\udfff" for c in name):
        return "the name holds half of a pair of characters; it was cut"
    if too_long(name):
        return f"a name of more than {CHARACTERS_MAX} characters or {BYTES_MAX} bytes; no event can hold it"
    if "\0" in name:
        return "the name holds a NUL character"
    return ""
