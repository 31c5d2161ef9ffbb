"""Spoiled records, each with what an independent reader says of it."""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np

from tests.domain.events.slow_decode import Doubtful, reference
from tests.e2e.mutations import GOOD_EVERY, KINDS, MAX_BYTES, MUTATIONS, NEVER, TopicKind, dumped, pick, sound

Read = tuple[Any, ...]


class Verdict(NamedTuple):
    """What the reader says of a record: the codes that would be right, or what it reads."""

    problems: frozenset[str]
    read: Read


class Mutant(NamedTuple):
    """A record, where it goes, and what the reader says of it."""

    kind: TopicKind
    value: bytes | None
    verdict: Verdict


def verdict_of(value: bytes | None, kind: str) -> Verdict | None:
    """What the reader says; None where it takes no side."""
    if value is None:
        return Verdict(frozenset(), ())
    if len(value) > MAX_BYTES:
        return Verdict(frozenset({"too_large"}), ())
    try:
        problems, read = reference(value, kind)
    except RecursionError:
        return Verdict(frozenset({"not_json"}), ())
    except OverflowError:
        return None  # an integer that is too large for a float, where a float belongs
    except Doubtful:
        return _of_a_key_given_twice(value, kind)
    try:
        value.decode()
    except UnicodeDecodeError:
        if not problems:
            return None  # in a field that is not ours it may be passed over
        problems = problems | {"not_json"}
    return Verdict(frozenset(problems | _also(value, problems)), read if isinstance(read, tuple) else ())


def _also(value: bytes, problems: set[str]) -> set[str]:
    """Where two codes are as good as each other, and a number that is too large, which the reader lets pass."""
    also = set[str]()
    if "schema_invalid" in problems and b"\\u0000" in value:
        also.add("time_without_zone")  # msgspec takes a NUL in a time for its end
    if "schema_invalid" in problems and b"e400" in value:
        also.add("revision_out_of_range")  # as a revision it is no integer, and out of range
    return also


def _of_a_key_given_twice(value: bytes, kind: str) -> Verdict | None:
    """The last value counts; where an earlier value was unsound too, the reader accepts either outcome."""

    def first(pairs: list[tuple[str, object]]) -> dict[str, object]:
        if max(Counter(key for key, _ in pairs).values(), default=0) > 2:
            raise ValueError("more than twice")
        return dict(reversed(pairs))

    try:
        text = value.decode()
        last = reference(json.dumps(json.loads(text)).encode(), kind)
        early = reference(json.dumps(json.loads(text, object_pairs_hook=first)).encode(), kind)
    except (ValueError, OverflowError, RecursionError):
        return None
    if last[0] or early[0] or not isinstance(last[1], tuple):
        return None
    return Verdict(frozenset(), last[1])


def ids_of(read: Read) -> list[tuple[str, str]]:
    """What a record names, by kind of id."""
    if not read:
        return []
    if isinstance(read[0], tuple):
        return ids_of(read[0]) + ids_of(read[1])[:1]
    return [("prediction", read[0])] if isinstance(read[2], tuple) else [("label", read[0])]


def mutants(seed: int, count: int) -> Iterator[Mutant]:
    """So many mutants with good events between them; every id is written on a single topic.

    What the reader takes no side on is left out, and so is what would make the order of two partitions
    matter.
    """
    rng = np.random.default_rng(seed)
    names, made, number = sorted(MUTATIONS), 0, 0
    home: dict[tuple[str, str], str] = {}
    while made < count:
        number += 1
        good = number % GOOD_EVERY == 0
        kind = pick(rng, KINDS)
        source = sound(rng, kind, int(rng.integers(number, number + 3)) if not good else NEVER + number)
        value: bytes | None = dumped(source)
        if not good:
            for _ in range(1 if rng.random() < 0.8 else 2):
                try:
                    value = MUTATIONS[pick(rng, names)](rng, value or b"{}")
                except (ValueError, IndexError, TypeError, KeyError, RecursionError):
                    continue  # it was broken too much already for this
            if rng.random() < 0.002:
                value = None
        verdict = verdict_of(value, kind)
        if verdict is None or any(home.setdefault(name, kind) != kind for name in ids_of(verdict.read)):
            continue
        made += not good
        yield Mutant(kind, value, verdict)


@contextmanager
def any_number_of_digits() -> Iterator[None]:
    """The reader is Python, which otherwise refuses to read an integer of 4,301 digits."""
    before = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(0)
    try:
        yield
    finally:
        sys.set_int_max_str_digits(before)
