"""What a program called a ticket, as a score for its draw."""

from collections.abc import Mapping

WEAKLY_CALLED = 0.5
"""The score of an intent that a weak label names, at least. It is a constant: chances that go by what labels came to
would be no chances fixed beforehand."""


def steered(scores: Mapping[str, float], called: str) -> Mapping[str, float]:
    """A ticket's scores, with what a weak label called it. What it did not call it stays as it was.

    >>> steered({"refund": 0.1, "bug": 0.9}, "refund"), steered({}, "bug")
    ({'refund': 0.5, 'bug': 0.9}, {'bug': 0.5})
    """
    return {**scores, called: max(scores.get(called, 0.0), WEAKLY_CALLED)}
