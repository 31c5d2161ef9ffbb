"""Several predicted intents as they are stored beside the one that counts: a JSON list, or nothing."""

from collections.abc import Sequence

import msgspec

_answers = msgspec.json.Decoder(tuple[str, ...])


def stored_answers(answers: Sequence[str]) -> str | None:
    """As they are stored; nothing where there is no more than one."""
    return msgspec.json.encode(answers).decode() if answers else None


def answers_of(stored: str | None) -> tuple[str, ...]:
    """As they were stored."""
    return _answers.decode(stored) if stored else ()


def first_answer(predicted: str, stored: str | None) -> str:
    """What a prediction is counted under in the traffic: of several answers the first."""
    return _answers.decode(stored)[0] if stored else predicted
