"""What programs labelled, beside what people did."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple


class WeakCount(NamedTuple):
    """So many `tickets` were `predicted` so, called `weak` by a program, and `human` by a person (None: by nobody).

    `chosen`: the person had them for what was predicted or scored, so that they are no sample of how often it is right.
    """

    predicted: str
    weak: str
    human: str | None
    tickets: int
    chosen: bool = False


class WeaklyLabelled(NamedTuple):
    """A model's tickets with a weak label, and by predicted intent how many tickets came in the same hours."""

    counts: Sequence[WeakCount]
    traffic: Mapping[str, int]
