"""In: an intent and a seeded generator. Out: a ticket as people write: terse, misspelt (a simulator)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np

from monitor.demo import intents
from monitor.demo.asks import CORES, WEIGHTS
from monitor.demo.fragments import ASIDES, CHATTER, FORWARDS, OPENERS, REASONS, SIGN_OFFS, SLOTS, VAGUE
from monitor.demo.tickets import Ticket

_SLOT: Final = re.compile(r"\{(\w+)\}")
_SHORT: Final[Mapping[str, str]] = {
    "you": "u",
    "your": "ur",
    "please": "pls",
    "are": "r",
    "and": "n",
    "to": "2",
    "for": "4",
    "before": "b4",
    "account": "acct",
    "message": "msg",
    "thanks": "thx",
}
_VAGUE_SHARE: Final = 0.015
_TIERS: Final = ("free", "team", "enterprise")
_LOCALES: Final = ("en-GB", "en-US", "en-DE", "en-IN")


def history(rng: np.random.Generator) -> list[Ticket]:
    """The real tickets the team had when it trained: exactly as many an intent as `intents.PLANS` says."""
    return [write(plan.name, rng) for plan in intents.PLANS for _ in range(plan.history)]


def live(count: int, rng: np.random.Generator) -> list[Ticket]:
    """Live traffic from the same writer: `count` tickets, their intents drawn by `live_share`."""
    shares = np.array([plan.live_share for plan in intents.PLANS])
    drawn = rng.choice(len(shares), size=count, p=shares / shares.sum())
    return [write(intents.NAMES[int(index)], rng) for index in drawn]


def write(intent: str, rng: np.random.Generator) -> Ticket:
    """One ticket of an intent, with the channel, tier and locale it came from."""
    channel = ("email", "chat", "web")[_weighted(rng, (0.45, 0.30, 0.25))]
    tier = _TIERS[_weighted(rng, (0.45, 0.40, 0.15))]
    locale = _LOCALES[_weighted(rng, (0.35, 0.30, 0.20, 0.15))]
    text = _mess(_compose(intent, channel, rng), rng)
    return Ticket(text, intent, "real", {"channel": channel, "tier": tier, "locale": locale})


def _compose(intent: str, channel: str, rng: np.random.Generator) -> str:
    lines = CORES[intent][_weighted(rng, WEIGHTS.get(intent, (1.0,)))]
    vague = rng.random() < _VAGUE_SHARE
    parts = [_fill(_pick(VAGUE if vague else lines, rng), rng)]
    if not vague and rng.random() < 0.5:
        parts.append(_fill(_pick(REASONS[intent], rng), rng))
    for chance, bank in ((0.55, CHATTER), (0.25, CHATTER), (0.12, ASIDES)):
        if rng.random() < chance:
            parts.insert(int(rng.integers(0, len(parts) + 1)), _fill(_pick(bank, rng), rng))
    if rng.random() < (0.25 if channel == "chat" else 0.55):
        parts.insert(0, _fill(_pick(OPENERS, rng), rng))
    if rng.random() < 0.15:
        parts.append(f"ref {_pick(('#', 'no ', 'ORD-', 'ws'), rng)}{int(rng.integers(1_000, 999_999))}")
    if rng.random() < (0.2 if channel == "chat" else 0.55):
        parts.append(_fill(_pick(SIGN_OFFS, rng), rng))
    joint = _pick((", ", ". ", "\n", " ", "... ", " - "), rng)
    text = joint.join(parts)
    if channel == "email" and rng.random() < 0.22:
        text = _fill(_pick(FORWARDS, rng), rng) + text
    return text


def _fill(template: str, rng: np.random.Generator) -> str:
    return _SLOT.sub(lambda match: _pick(SLOTS[match[1]], rng), template)


def _mess(text: str, rng: np.random.Generator) -> str:
    """Lower case, chat spelling and slips of the finger, each at a ticket's own rate."""
    if rng.random() < 0.65:
        text = text.lower()
    elif rng.random() < 0.06:
        text = text.upper()
    shorten = rng.random() < 0.35
    slips = float(rng.choice((0.0, 0.02, 0.06)))
    return re.sub(r"[A-Za-z]+", lambda match: _word(match[0], shorten, slips, rng), text)


def _word(word: str, shorten: bool, slips: float, rng: np.random.Generator) -> str:
    if shorten and word.lower() in _SHORT and rng.random() < 0.6:
        return _SHORT[word.lower()]
    if len(word) > 3 and rng.random() < slips:
        at = int(rng.integers(1, len(word) - 1))
        slip: Callable[[str, int], str] = _SLIPS[int(rng.integers(0, len(_SLIPS)))]
        return slip(word, at)
    return word


def _swapped(word: str, at: int) -> str:
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _dropped(word: str, at: int) -> str:
    return word[:at] + word[at + 1 :]


def _doubled(word: str, at: int) -> str:
    return word[:at] + word[at] + word[at:]


_SLIPS: Final = (_swapped, _dropped, _doubled)


def _pick(options: Sequence[str], rng: np.random.Generator) -> str:
    return options[int(rng.integers(0, len(options)))]


def _weighted(rng: np.random.Generator, weights: Sequence[float]) -> int:
    drawn = np.searchsorted(np.cumsum(weights), rng.random() * sum(weights), side="right")
    return min(int(drawn), len(weights) - 1)
