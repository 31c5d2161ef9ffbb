"""How well two sets of tickets are told apart, and by which descriptors; `fingerprint` beside this finds out."""

from typing import NamedTuple


class Apart(NamedTuple):
    """How well two sets are told apart: the AUC, its one-sided 95 % lower limit, and a permutation p-value.

    `p` is None where nobody asked for it: it takes most of the time.
    """

    auc: float
    low: float
    p: float | None
    left: int
    right: int

    def __str__(self) -> str:
        return f"AUC {self.auc:.2f}, at least {self.low:.2f}" + (
            "" if self.p is None else f", p {self.p:.3f}"
        )


class DescriptorDifference(NamedTuple):
    """One descriptor in both sets: its means, and the AUC of that descriptor alone (above .5: more on the left).

    `p` is the chance of such an AUC where the sets don't differ, made larger for looking at every descriptor.
    """

    name: str
    left: float
    right: float
    auc: float
    p: float = 1.0
