"""What a ticket looks like, as numbers that tell nothing of what it says: text in, a row of descriptors out.

Cheap (some 20 us a ticket) and kept where text may not be. The word lists know the greetings and courtesies of
seven European languages; the rest works in any script.
"""

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping, Set
from typing import NamedTuple

import msgspec

PIECE = 1_000
TEXT_MAX = 20_000  # characters that are looked at; what comes after them changes no description

# Each pattern may begin in one place of a run and no other: tried from every place of it, it would cost its square.
_SENTENCE = re.compile(r"(?<![.!?…。！？؟])[.!?…。！？؟]+(?=\s|$)|\n+")
_WORD = re.compile(r"\w+(?:['’]\w+)*")
_FORWARDED = re.compile(
    r"(?im)^[^\S\n]*(?:>|-{2,}[^\S\n]*(?:original|forwarded|urspr|weitergel|message transf|mensaje)"
    r"|(?:fwd?|wg|tr|rv)[^\S\n]*:|(?:from|von|de|da|van)[^\S\n]*:[^\S\n]*\S+@)"
)
_CITATION = re.compile(
    r"(?i)(?:\bart(?:icle|ikel|\.|igo|ículo|icolo)?\s*\d+|§\s*\d+|\b(?:gdpr|dsgvo|rgpd|avg|ccpa)\b|\bsection\s+\d+)"
)
_GREETING_WORDS = (
    "hi hello hey dear greetings hallo guten liebe lieber moin bonjour salut cher chère hola buenos buenas estimado"
    " estimada ciao buongiorno gentile olá bom prezado prezada beste dag geachte"
)
_COURTESY_WORDS = (
    "please kindly thank thanks appreciate grateful regards sincerely bitte danke grüße dank merci svp cordialement"
    " gracias favor saludos grazie cortesia cordiali obrigado obrigada graag bedankt groeten"
)
_GREETING, _COURTESY = frozenset(_GREETING_WORDS.split()), frozenset(_COURTESY_WORDS.split())


class Descriptors(NamedTuple):
    """One ticket. Yes and no are 1 and 0, shares are in 0..1; the rest are counts."""

    words: float
    sentences: float
    final_punctuation: float
    greeting: float
    courtesy: float
    self_labelling: float
    digits: float
    citation: float
    capitals: float
    starts_with_capital: float
    type_token_ratio: float
    blank: float
    forwarded: float

    def rounded(self) -> "Descriptors":
        """To four decimals, as they are kept."""
        return Descriptors(*(round(value, 4) for value in self))


NAMES = Descriptors._fields


def describe(text: str, intent: str = "") -> Descriptors:
    """The descriptors of a ticket; `self_labelling` is the share of the intent's own words that it uses.

    >>> describe("Please delete my account.", "delete_account")[:6]
    (4.0, 1.0, 1.0, 0.0, 1.0, 1.0)
    """
    text = text[:TEXT_MAX]
    clean = _composed(text).strip()
    words = _WORD.findall(clean)
    lower = [word.casefold() for word in words]
    own = own_words(intent)
    letters = [char for char in clean if char.isalpha()]
    return Descriptors(
        float(len(words)),
        float(len([part for part in _SENTENCE.split(clean) if part and part.strip()])),
        float(clean[-1:] in ".!?…。！？؟") if clean else 0.0,
        float(any(word in _GREETING for word in lower[:3])),
        float(any(word in _COURTESY for word in lower)),
        sum(word in set(lower) for word in own) / len(own) if own else 0.0,
        float(any(char.isdigit() for char in clean)),
        float(_CITATION.search(clean) is not None),
        sum(char.isupper() for char in letters) / len(letters) if letters else 0.0,
        float(letters[0].isupper()) if letters else 0.0,
        len(set(lower)) / len(lower) if lower else 0.0,
        float(not clean),
        float(_FORWARDED.search(text) is not None),
    )


def describe_all(texts: Iterable[str], intent: str = "") -> list[Descriptors]:
    """One row a ticket."""
    return [describe(text, intent) for text in texts]


def _composed(text: str) -> str:
    """In normal form C, a piece at a time: a run of marks costs its square to put into order."""
    return "".join(unicodedata.normalize("NFC", text[at : at + PIECE]) for at in range(0, len(text), PIECE))


class Description(msgspec.Struct, frozen=True):
    """What is kept of a ticket whose text is dropped.

    Which intent it is about is known only when its label comes, so the words of all intents in `looked_for` were
    looked for: `own_words` has the share found, for those of which it uses any. `text` is there only where the
    configuration keeps it.
    """

    descriptors: Descriptors
    own_words: Mapping[str, float] = {}
    looked_for: Set[str] = frozenset()
    text: str | None = None

    def toward(self, intent: str) -> Descriptors:
        """The descriptors, its self-labelling by this intent's words; NaN where nobody looked for them."""
        share = self.own_words.get(intent, 0.0 if intent in self.looked_for else math.nan)
        return self.descriptors._replace(self_labelling=share)


class OwnWords:
    """The words of some intents' names, to find those that a text uses; the cost is the text's, not the intents'.

    >>> OwnWords(["delete_account", "refund"]).used_in("please delete it")
    {'delete_account': 0.5}
    """

    def __init__(self, intents: Iterable[str]) -> None:
        self.intents = frozenset(intents)
        self._of: dict[str, list[tuple[str, float]]] = {}
        for intent in sorted(self.intents):
            for word in (own := own_words(intent)):
                self._of.setdefault(word, []).append((intent, 1 / len(own)))

    def used_in(self, text: str) -> dict[str, float]:
        """The share of its own words, for each intent of which the text uses any."""
        words = {word.casefold() for word in _WORD.findall(_composed(text[:TEXT_MAX]))}
        shares: dict[str, float] = {}
        for word in words & self._of.keys():
            for intent, share in self._of[word]:
                shares[intent] = shares.get(intent, 0.0) + share
        return {intent: round(shares[intent], 4) for intent in sorted(shares)}


def own_words(intent: str) -> list[str]:
    """The words of an intent's name that are longer than two letters.

    >>> own_words("opt_in_to_data_export")
    ['opt', 'data', 'export']
    """
    return list(dict.fromkeys(w for w in _WORD.findall(intent.replace("_", " ").casefold()) if len(w) > 2))


def description(text: str, intents: OwnWords, *, keep_text: bool = False) -> Description:
    """What to keep of a ticket: numbers to four decimals, and its text only if told to."""
    return Description(
        describe(text).rounded(),
        intents.used_in(text),
        intents.intents,
        text_to_keep(text, keep_text=keep_text),
    )


def text_to_keep(text: str | None, *, keep_text: bool) -> str | None:
    """The text itself, if it is to be kept; PostgreSQL stores no NUL, and nobody writes one."""
    return text.replace("\x00", "") if keep_text and text is not None else None
