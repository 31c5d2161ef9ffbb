"""How many labels come beside the draws, and say nothing of how their tickets were chosen."""

from typing import NamedTuple

LAST = 1_000  # labels that are looked at, the newest
FEW = 40  # fewer say nothing
SHARE = 1 / 20


class LabelsBeside(NamedTuple):
    """The newest labels of a model's predictions since the first draw, and how many of them are of no design."""

    labels: int
    beside: int

    @property
    def many(self) -> bool:
        """Whether so many distort recall: more than a twentieth, of forty labels at least.

        A draw takes hits and misses out of them at different chances, and those left count 1 each.

        >>> LabelsBeside(100, 6).many, LabelsBeside(100, 5).many, LabelsBeside(39, 39).many
        (True, False, False)

        Source: the product's own rule.
        """
        return self.labels >= FEW and self.beside > SHARE * self.labels
