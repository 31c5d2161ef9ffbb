"""How bad it is since the onset: labelled tickets in, recall there and the number of tickets missed out."""

from collections.abc import Iterable
from typing import Protocol

from monitor.domain.events.types import Design
from monitor.domain.recall.estimate import Estimate
from monitor.domain.recall.reading import Reading, reading
from monitor.domain.recall.weights import Weighed


class Labelled(Protocol):
    """A labelled ticket: whether it was hit, and how it was chosen for labelling."""

    @property
    def hit(self) -> bool:
        """Whether the model said what the label says."""
        ...

    @property
    def design(self) -> Design:
        """How it was chosen."""
        ...

    @property
    def probability(self) -> float | None:
        """With what chance."""
        ...


def recall_of(labelled: Iterable[Labelled], *, weighted: bool, min_probability: float) -> Reading:
    """The recall of some of a cell's tickets, looked at once; weighed where the cell is."""
    weighed = Weighed()
    for label in labelled:
        count(weighed, label, weighted=weighted, min_probability=min_probability)
    return reading(weighed, min_probability, watched=False)


def count(weighed: Weighed, label: Labelled, *, weighted: bool, min_probability: float) -> None:
    """One more ticket; where the cell is not weighted its design does not matter."""
    design, probability = (label.design, label.probability) if weighted else (Design.UNKNOWN, None)
    weighed.count(label.hit, design, probability, min_probability)


def tickets_missed(
    since_onset: Iterable[Labelled], recent: Reading, labelled_share: float, min_probability: float
) -> Estimate:
    """About how many tickets were missed: `P (1 - R)`, from `P (1 - R_hi)` to `P (1 - R_lo)`.

    P is the sum of 1/pi over the labelled positives since the onset, R their recall with its interval. Where
    nobody recorded pi, `labelled_share` stands in for it. Source: section 2.
    """
    positives = sum(1 / _probability(label, labelled_share, min_probability) for label in since_onset)
    low, high = recent.interval
    return Estimate(positives * (1 - (recent.recall or 0.0)), positives * (1 - high), positives * (1 - low))


def _probability(label: Labelled, labelled_share: float, min_probability: float) -> float:
    if label.design is Design.UNKNOWN or label.probability is None:
        return max(labelled_share, min_probability)
    return max(label.probability, min_probability)
