"""What is judged: a cell is one intent of one released model, or that within one configured slice."""

from collections.abc import Mapping
from functools import lru_cache

import msgspec

from monitor.domain.events.types import Model

OTHER = "__other__"
"""Where intents and slice values beyond the configured limits are counted together; never judged."""


class Slice(msgspec.Struct, frozen=True):
    """The tickets that have one value of one attribute of the events; its text form is `name=value`.

    >>> Slice.parse("channel=email") == Slice("channel", "email"), str(Slice("channel", "email")), Slice.parse("")
    (True, 'channel=email', None)
    """

    name: str
    value: str

    @staticmethod
    @lru_cache(maxsize=4096)
    def parse(text: str) -> "Slice | None":
        """The slice that a text stands for; None for "", which is no slice but the whole."""
        name, _, value = text.partition("=")
        return Slice(name, value) if text else None

    def fits(self, slices: Mapping[str, str]) -> bool:
        """Whether an event with these attributes is in it."""
        return slices.get(self.name) == self.value

    def __str__(self) -> str:
        return f"{self.name}={self.value}"


class Cell(msgspec.Struct, frozen=True, order=True, rename={"slice_text": "slice"}):
    """One intent of a model version in an environment; as a whole, or within one slice.

    Rows and JSON hold the slice in its text form, and cells are in its order: `slice_text`, "" for the whole.
    """

    model: Model
    intent: str
    slice_text: str = ""

    @property
    def slice(self) -> Slice | None:
        """The slice; None where the intent as a whole is meant."""
        return Slice.parse(self.slice_text)

    @property
    def whole(self) -> "Cell":
        """The same intent as a whole."""
        return Cell(self.model, self.intent) if self.slice_text else self

    def holds(self, slices: Mapping[str, str]) -> bool:
        """Whether a ticket of the intent with these attributes is in the cell."""
        return self.slice is None or self.slice.fits(slices)

    def __str__(self) -> str:
        within = f" [{self.slice_text}]" if self.slice_text else ""
        return f"{self.intent}{within}"
