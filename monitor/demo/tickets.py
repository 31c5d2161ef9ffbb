"""In: the user's own CSV `text,intent`. Out: its tickets as history and live stream, two intents rare."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal
from zipfile import BadZipFile

import numpy as np
import pandas as pd

from monitor.errors import ConfigError

MIN_INTENTS: Final = 3
MIN_PER_INTENT: Final = 24
SLICES: Final = ("channel", "tier", "locale")
_RARE_SHOWN: Final = 12
_PROBLEMS_SHOWN: Final = 12


@dataclass(frozen=True, slots=True)
class Ticket:
    """One ticket: what was written, what it really asks for, who wrote it."""

    text: str
    intent: str
    origin: Literal["real", "synthetic"]
    slices: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OwnTickets:
    """The user's tickets, told apart as the team of the story had them."""

    history: list[Ticket]
    live: list[Ticket]
    rare: tuple[str, ...]


def read(path: Path) -> list[Ticket]:
    """The tickets of a CSV file with `text,intent`; columns `channel`, `tier` and `locale` become slices.

    Raises:
        ConfigError: the file cannot be read, or cannot tell the story; every problem is named at once.
    """
    try:
        frame = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except (
        OSError,
        UnicodeError,
        ValueError,
        EOFError,
        BadZipFile,
    ) as error:  # pandas' own parser errors are ValueErrors
        raise ConfigError([f"{path}: cannot be read as CSV: {error}"]) from error
    missing = [name for name in ("text", "intent") if name not in frame.columns]
    if missing:
        names = ", ".join(str(name) for name in frame.columns)
        raise ConfigError([f"{path}: no column {name!r}; the header has: {names}" for name in missing])
    records = frame.to_dict("records")
    rows = [{str(name): str(value) for name, value in record.items()} for record in records]
    problems = _problems(path, rows)
    if problems:
        raise ConfigError(problems)
    return [
        Ticket(row["text"], row["intent"].strip(), "real", {k: row[k] for k in SLICES if row.get(k)})
        for row in rows
    ]


def split(tickets: Sequence[Ticket], rng: np.random.Generator) -> OwnTickets:
    """Half of each intent is history, the rest comes in live; of the two rarest at most a dozen are history.

    A team has so few of a rare intent when it trains: that is why it reaches for a generator.
    """
    counts = Counter(ticket.intent for ticket in tickets)
    rare = tuple(sorted(counts, key=lambda name: (counts[name], name))[:2])
    history: list[Ticket] = []
    live: list[Ticket] = []
    for intent in sorted(counts):
        own = [ticket for ticket in tickets if ticket.intent == intent]
        known = min(_RARE_SHOWN, len(own) // 3) if intent in rare else len(own) // 2
        shuffled = [own[int(index)] for index in rng.permutation(len(own))]
        history += shuffled[:known]
        live += shuffled[known:]
    return OwnTickets(history, [live[int(index)] for index in rng.permutation(len(live))], rare)


def _problems(path: Path, rows: Sequence[Mapping[str, str]]) -> list[str]:
    counts = Counter(row["intent"].strip() for row in rows)
    problems = [
        f"{path}: ticket {number} has an empty text or intent"
        for number, row in enumerate(rows, start=1)
        if not (row["text"].strip() and row["intent"].strip())
    ]
    counts.pop("", None)
    if len(counts) < MIN_INTENTS:
        problems.append(f"{path}: {len(counts)} intents; needs at least {MIN_INTENTS}, two of them rare")
    problems += [
        f"{path}: intent {name!r} has too few tickets: {count}, needs {MIN_PER_INTENT}; merge it or drop it"
        for name, count in sorted(counts.items())
        if count < MIN_PER_INTENT
    ]
    rest = len(problems) - _PROBLEMS_SHOWN
    return problems if rest <= 0 else [*problems[:_PROBLEMS_SHOWN], f"{path}: and {rest} problems more"]
