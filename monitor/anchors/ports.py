"""Where anchors are kept, and where predictions are erased."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from monitor.domain.anchors.promise import Anchor, Example, Promise
from monitor.domain.anchors.grade import Graded


class ListedAnchor(NamedTuple):
    """An anchor, and since when its model is held to it (None: it is not)."""

    anchor: Anchor
    active_since: datetime | None


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

    def activate(self, anchor: Anchor, at: datetime) -> None:
        """Hold the anchor's model to it from now on."""
        ...

    def keep_grades(self, anchor: Anchor, grades: Mapping[str, Graded], *, only_new: bool = False) -> None:
        """Remember what an audit found, by intent; with `only_new` only where there is no grade yet."""
        ...

    def all(self) -> Sequence[ListedAnchor]:
        """Every anchor, oldest first."""
        ...


class Erased(NamedTuple):
    """What an erasure removed: rows by table, and the fingerprints that stay."""

    rows: Mapping[str, int]
    fingerprints: Sequence[str]


class ErasureStore(Protocol):
    """Where predictions are erased."""

    def erase(self, prediction_ids: Sequence[str], subject: str | None, now: datetime) -> Erased:
        """Remove predictions by id and by the stored hash of their subject, and all that rests on them.

        Raises:
            LeaseHeldError: an evaluation is going on.
        """
        ...
