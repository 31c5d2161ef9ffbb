"""Several predicted intents of one ticket: which of them counts against the truth."""

from collections.abc import Sequence


def counted_answer(first: str, answers: Sequence[str], intent: str | None) -> str:
    """What a prediction counts as having said, where the ticket's intent is known: that, if it is among the `answers`.

    Else the `first`, under which a miss is counted. `answers` is empty where there is no more than one.

    >>> counted_answer("refund", ("refund", "bug"), "bug"), counted_answer("refund", ("refund", "bug"), "cancel")
    ('bug', 'refund')
    >>> counted_answer("refund", (), "bug")
    'refund'
    """
    return intent if intent is not None and intent in answers else first
