"""Where anchors are kept, and where predictions are erased."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from monitor.domain.anchors.grade import Graded
from monitor.domain.anchors.promise import Anchor, Example, Promise
from monitor.domain.anchors.texts import LabelledText
from monitor.domain.events.types import Model


class ListedAnchor(NamedTuple):
    """An anchor, since when its model is held to it (None: it is not), and who activated it ("": nobody knows)."""

    anchor: Anchor
    active_since: datetime | None
    activated_by: str = ""


class AnchorStore(Protocol):
    """Where anchors are kept. No number in it is ever changed or removed."""

    def add(self, anchor: Anchor, examples: Iterable[Example]) -> bool:
        """Keep an anchor with its examples; False where it was there already."""
        ...

    def attach(
        self,
        anchor: Anchor,
        promises: Mapping[tuple[str, str], Promise],
        examples: Sequence[Example],
        sha256: str,
    ) -> None:
        """Add the examples behind an anchor, and what only they can tell: real rows, slices, misses."""
        ...

    def activate(
        self, anchor: Anchor, at: datetime, who: str = "", instead_of: str | None = None
    ) -> str | None:
        """Hold the anchor's model to it from now on; `who` says so.

        `instead_of` is the id of the anchor that must be active until then, "" for none. Where another is, nothing
        changes, and its id is given back; None where it is done.
        """
        ...

    def keep_grades(self, anchor: Anchor, grades: Mapping[str, Graded], *, only_new: bool = False) -> None:
        """Remember what an audit found, by intent; with `only_new` only where there is no grade yet."""
        ...

    def all(self) -> Sequence[ListedAnchor]:
        """Every anchor, oldest first."""
        ...


class AuditStore(Protocol):
    """What an audit compares, read only; texts only where the configuration kept them, else their descriptors."""

    def examples(self, anchor_id: str) -> Sequence[LabelledText]:
        """The described examples behind an anchor, in their order; none where they came without texts."""
        ...

    def production(self, model: Model, intents: Sequence[str]) -> Sequence[LabelledText]:
        """The newest live tickets that the model predicted as each of these intents; at most 400 an intent."""
        ...
