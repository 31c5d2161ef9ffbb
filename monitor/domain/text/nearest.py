"""A word that nobody knows in, the known one that was probably meant out."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that looks most like it, whatever its capitals; None where none does.

    >>> nearest("Jugde", ["judge", "kafka"]), nearest("x", ["judge"])
    ('judge', None)
    """
    spelled = {each.lower(): each for each in known}
    close = get_close_matches(word.lower()[:200], spelled, n=1)
    return spelled[close[0]] if close else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The end of a sentence about a word that nobody knows; empty where no known one is like it.

    >>> did_you_mean("gdpr_erasur", ["gdpr_erasure"])
    '; did you mean gdpr_erasure?'
    """
    close = nearest(word, known)
    return f"; did you mean {close}?" if close else ""
