"""What is judged: a cell is one intent of a released model, that within a configured slice, or a group of intents."""

from collections.abc import Mapping
from functools import lru_cache

import msgspec

from monitor.domain.events.types import Model

OTHER = "__other__"
"""Where intents and slice values beyond the configured limits are counted together; never judged."""
GROUP = "__group__:"
"""What the intent of a group's cell begins with; no event has such an intent of its own."""


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
    """One intent of a model version in an environment, as a whole or within one slice; or a group of its intents.

    Rows and JSON hold the slice in its text form, and cells are in its order: `slice_text`, "" for the whole. A
    group's name stands in the place of the intent, behind a mark (`GROUP`).
    """

    model: Model
    intent: str
    slice_text: str = ""

    @staticmethod
    def of_group(model: Model, name: str) -> "Cell":
        """The cell of a group of intents.

        >>> str(Cell.of_group(Model("tickets", "7"), "rare"))
        'group rare'
        """
        return Cell(model, GROUP + name)

    @property
    def group(self) -> str | None:
        """The group's name; None for an intent."""
        return self.intent.removeprefix(GROUP) if self.intent.startswith(GROUP) else None

    @property
    def display(self) -> str:
        """The intent as people read and match it; of a group, "group" and its name."""
        return self.intent if self.group is None else f"group {self.group}"

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
        return f"{self.display}{within}"
