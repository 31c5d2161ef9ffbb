"""Counting with a defect that befalls one model of two."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest

from monitor.domain.events.types import Model, Outcome
from monitor.evaluate.counting import Counting

BOT = Model("bot", "1", "prod")


@contextmanager
def failing(monkeypatch: pytest.MonkeyPatch, step: str, model: Model, at_last: bool = True) -> Iterator[None]:
    """Counting with a defect that befalls one model, before anything is counted or after all of it is."""
    original = getattr(Counting, step)

    def defective(counting: Counting, given: Sequence[Any]) -> object:
        befallen = any(_model_of(each) == model for each in given)
        if befallen and not at_last:
            raise ZeroDivisionError("a defect")
        done = original(counting, given)
        if befallen:
            raise ZeroDivisionError("a defect")
        return done

    with monkeypatch.context() as patch:
        patch.setattr(Counting, step, defective)
        yield


def _model_of(given: Any) -> Model:  # noqa: ANN401
    outcome = given if isinstance(given, Outcome) else given.before or given.after
    assert isinstance(outcome, Outcome)
    return outcome.model
