"""How a model version's predictions come by their labels: what was labelled, by which design, and when.

Counted as outcomes come in; traffic, which only the store knows, is read anew from time to time.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec

from monitor.domain.events.types import Design
from monitor.domain.labelling.clustering import Clustering
from monitor.domain.labelling.hours import STRAYS
from monitor.domain.labelling.identifiability import Strata, Stratum
from monitor.domain.labelling.rhythm import Rhythm
from monitor.domain.recall.chances import stated_design
from monitor.domain.sampling.response import Response


class Reach(msgspec.Struct, omit_defaults=True):
    """The labels on the predictions of one class: how many of each design, and how many stated which `pi`.

    Each `pi` is kept to two digits. `smallest` is what an earlier version kept of them, and counts until enough
    are known for a slip among them to be told.
    """

    designs: dict[Design, int] = {}
    chances: dict[float, int] = {}
    smallest: float | None = None

    def state(self, probability: float, by: int) -> None:
        """Count a `pi` in, or out again with -1."""
        chance = float(f"{probability:.2g}")
        self.chances[chance] = self.chances.get(chance, 0) + by
        if self.chances[chance] <= 0:
            del self.chances[chance]

    @property
    def least(self) -> float | None:
        """The smallest `pi` stated, but for one label in fifty: a slip must not say how all were chosen."""
        few, seen = sum(self.chances.values()) // STRAYS, 0
        for chance, labels in sorted(self.chances.items()):
            seen += labels
            if seen > few:
                return chance if few or self.smallest is None else min(chance, self.smallest)
        return self.smallest


class Labelling(msgspec.Struct, omit_defaults=True):
    """What is remembered of a model version's labels and traffic.

    `reached` is by predicted class. `traffic` counts the predictions of each class that were older than
    `maturity_s` when it was read at `read_at`. `labels` and `predictions` are the hours in which they came.
    `delays_at` is when the delays of hits and misses were last compared, and `compared` in which intents, where no
    label came or went since. `clustering` says whether one customer's tickets miss together, `response` whether drawn
    tickets are skipped; None where none was drawn.
    """

    reached: dict[str, Reach] = {}
    traffic: Mapping[str, int] = {}
    read_at: datetime | None = None
    maturity_s: float = 0.0
    labels: Rhythm = msgspec.field(default_factory=Rhythm)
    predictions: Rhythm = msgspec.field(default_factory=Rhythm)
    delays_at: datetime | None = None
    compared: tuple[str, ...] | None = None
    clustering: Clustering = Clustering()
    response: Response | None = None

    def count(
        self,
        predicted: str,
        design: Design,
        probability: float | None,
        labeled_at: datetime,
        by: int = 1,
    ) -> None:
        """Count a labelled prediction in, or out again with -1."""
        reach = self.reached.setdefault(predicted, Reach())
        design = stated_design(design, probability)
        reach.designs[design] = reach.designs.get(design, 0) + by
        if reach.designs[design] <= 0:
            del reach.designs[design]
        if probability is not None:
            reach.state(probability, by)
        self.labels.count(labeled_at, by)
        self.compared = None

    def strata(self) -> Strata:
        """The predictions of each class and what became of them, as `identify` takes them.

        A prediction that has its label counts as old enough, however young it is.
        """
        strata: list[Stratum] = []
        for predicted in sorted(self.reached.keys() | self.traffic.keys()):
            reach = self.reached.get(predicted, Reach())
            labelled = sum(reach.designs.values())
            strata.append(
                Stratum(
                    predicted,
                    max(self.traffic.get(predicted, 0), labelled),
                    labelled,
                    frozenset(reach.designs),
                    reach.least,
                )
            )
        return Strata(strata)

    def due(self, now: datetime, every: timedelta) -> bool:
        """Whether the traffic must be read again."""
        return self.read_at is None or abs(now - self.read_at) >= every
