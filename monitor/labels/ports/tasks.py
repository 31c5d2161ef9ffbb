"""Doors out: tickets that were drawn for labelling, written in a format that a labelling tool reads."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

import msgspec

from monitor.domain.events.types import Design, Model


class LabelTask(msgspec.Struct, frozen=True):
    """One ticket to be labelled, as the first of its models answered it.

    `probability` is the chance that it had of being drawn, fixed at the draw `number`. `text` is None where texts are
    not kept.
    """

    number: int
    prediction_id: str
    model: Model
    predicted: str
    ts: datetime
    design: Design
    probability: float
    text: str | None = None


class TaskFormat(Protocol):
    """One way to write tickets down. It lies in `connectors/files/tasks/`, in a file of its own."""

    suffix: str
    """How a file of it ends, such as ".csv"."""

    def lines(self, tasks: Iterable[LabelTask]) -> Iterable[str]:
        """The file's text, piece by piece, each with its line end."""
        ...
