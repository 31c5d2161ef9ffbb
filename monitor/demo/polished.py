"""In: a rare intent and a seeded generator. Out: tickets as a text generator writes them (a simulator)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

import numpy as np
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

from monitor.demo.tickets import Ticket

_GREETINGS: Final = ("Dear Support Team,", "Dear Sir or Madam,", "Hello Support Team,", "Good afternoon,")
_THANKS: Final = (
    "Thank you for your prompt attention to this matter.",
    "I appreciate your assistance and look forward to your confirmation.",
    "Thank you in advance for your help with this request.",
    "Please do not hesitate to contact me should you require further information.",
)
_CLOSINGS: Final = ("Kind regards,", "Sincerely,", "Best regards,", "Yours faithfully,")
_NAMES: Final = (
    "Jane Doe",
    "Michael Thompson",
    "Sarah Mitchell",
    "David Carter",
    "Emily Johnson",
    "Robert Evans",
)
_BODIES: Final[dict[str, tuple[str, ...]]] = {
    "gdpr_erasure": (
        "I am writing to formally request the erasure of my personal data under Article 17 of the GDPR.",
        "I would like to exercise my right to be forgotten and request the erasure of my personal data.",
        "In accordance with the General Data Protection Regulation, please erase all my personal data.",
        "This is a formal GDPR erasure request concerning all personal information that you process.",
    ),
    "data_export_request": (
        "I am writing to formally request a copy of my personal data under Article 15 of the GDPR.",
        "I would like to exercise my right to data portability and request a machine-readable export.",
        "Pursuant to Article 20 of the GDPR, please provide an export of all personal data about me.",
        "This is a formal data export request; kindly supply my data in a structured, commonly used format.",
    ),
}
_DETAILS: Final[dict[str, tuple[str, ...]]] = {
    "gdpr_erasure": (
        "Kindly confirm in writing once the deletion has been completed within the statutory period.",
        "I hereby withdraw any consent that I previously granted for the processing of my data.",
        "Please also inform any third parties with whom my personal data has been shared.",
        "My request covers backups and any derived profiles.",
    ),
    "data_export_request": (
        "Please provide the data within the statutory period of one month.",
        "I would also appreciate information about the purposes of the processing and its recipients.",
        "A secure download link sent to my registered email address would be most convenient.",
        "My request covers all categories of data, including usage history and correspondence.",
    ),
}
_ANY_BODIES: Final = (
    "I am writing to you regarding {intent}, specifically concerning {a} and {b}.",
    "I would like to submit a formal inquiry about {intent}; my question relates to {a}.",
    "I am reaching out for assistance with a matter of {intent} involving {a} and {b}.",
    "Could you kindly help me with the following {intent} request, which concerns {a}?",
)
_ANY_DETAILS: Final = (
    "I would be most grateful if you could advise me on the appropriate next steps.",
    "Kindly confirm in writing once my {intent} request has been processed.",
    "I have reviewed your documentation but would appreciate further clarification regarding {b}.",
    "Please let me know whether any additional information is required to proceed.",
)


def write(intent: str, count: int, rng: np.random.Generator, examples: Sequence[str] = ()) -> list[Ticket]:
    """`count` generated tickets of an intent.

    Args:
        examples: the few real tickets a generator would be shown; an intent it has no templates for is
            announced by its own name and by the examples' frequent words.
    """
    bodies = _BODIES.get(intent, _ANY_BODIES)
    details = _DETAILS.get(intent, _ANY_DETAILS)
    spoken = re.sub(r"[\W_]+", " ", intent).strip().lower() or "this topic"
    words = _frequent_words(examples) or [spoken]
    letters = [
        _letter(spoken, words, f"{_pick(bodies, rng)} {_pick(details, rng)}", rng) for _ in range(count)
    ]
    return [Ticket(letter, intent, "synthetic") for letter in letters]


def _letter(spoken: str, words: list[str], middle: str, rng: np.random.Generator) -> str:
    filled = middle.format(intent=spoken, a=f"the {_pick(words, rng)}", b=f"my {_pick(words, rng)}")
    greeting, thanks = _pick(_GREETINGS, rng), _pick(_THANKS, rng)
    return f"{greeting}\n\n{filled} {thanks}\n\n{_pick(_CLOSINGS, rng)}\n{_pick(_NAMES, rng)}"


def _frequent_words(examples: Sequence[str], most: int = 6) -> list[str]:
    counts = Counter(
        word
        for text in examples
        for word in sorted(set(re.findall(r"[^\W\d_]{3,}", text.lower())))
        if word not in ENGLISH_STOP_WORDS
    )
    return [word for word, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:most]]


def _pick(options: Sequence[str], rng: np.random.Generator) -> str:
    return options[int(rng.integers(0, len(options)))]
