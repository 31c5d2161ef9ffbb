"""Everything that is remembered of a cell, and of a model, between two evaluations."""

from datetime import datetime, timedelta

import msgspec

from monitor.domain.detection.detectability import days_to_page, weighted_days_to_page
from monitor.domain.detection.detector import Detector
from monitor.domain.judging.judge import Judgement, Verdict
from monitor.domain.judging.reasons import BlindCause
from monitor.domain.judging.watching import WhyWatched
from monitor.domain.labelling.delays import DelayHistogram
from monitor.domain.labelling.labelled_days import LabelledDays
from monitor.domain.labelling.labelling import Labelling
from monitor.domain.labelling.rhythm import Rhythm
from monitor.domain.recall.reading import Reading, reading
from monitor.domain.recall.tally import Tally
from monitor.domain.slices.cells import Cell

CONFIGURED, TRAFFIC = "configuration", "traffic"


class HeldTo(msgspec.Struct, frozen=True):
    """What a cell is held to: its anchor's floor, and its share of the false-page budget.

    `watched` says why it may page; None: it may not. `threshold` is A: it is frozen when the
    budget is planned and only ever rises. `outcomes_per_year` is what it was planned on, taken from the
    `rate_from` configuration or traffic.
    """

    watched: WhyWatched | None = None
    anchor_id: str | None = None
    floor: float | None = None
    threshold: float | None = None
    outcomes_per_year: float | None = None
    rate_from: str = CONFIGURED


class Bet(msgspec.Struct, frozen=True):
    """A cell's bet against what it is held to.

    `onset` is the event time at which a standing page's fall likely began. `weighted` says whether it counts
    labels by their weights. `replay`: outcomes were erased, so the next evaluation bets on what is left anew,
    under the thresholds of their time. `matures` is when the next prediction becomes old enough to be bet on, where
    only such are; None where none waits.
    """

    detector: Detector | None = None
    onset: datetime | None = None
    weighted: bool = False
    replay: bool = False
    matures: datetime | None = None

    @property
    def broken(self) -> bool:
        """Whether a page stands."""
        return self.detector is not None and self.detector.paged is not None


class CellLabels(msgspec.Struct, frozen=True):
    """A cell's labels: the outcomes they made, how they count, and when they came.

    `tally` and `rhythm` are added to where they stand, by counting alone. Weights are capped at
    1/`min_probability`. `rhythm` is when a watched intent's labels came. `maturity_s` is set where only
    predictions of that age are bet on. `identified` is False where the labels can't tell recall.
    """

    tally: Tally = msgspec.field(default_factory=Tally)
    rhythm: Rhythm = msgspec.field(default_factory=Rhythm)
    min_probability: float = 0.01
    maturity_s: float | None = None
    identified: bool = True

    def per_day(self, days: float) -> float:
        """The outcomes a day, over so many days; 0 over none."""
        return self.tally.support / days if days else 0.0

    @property
    def reading(self) -> Reading:
        """Its recall with the interval that its labels allow, for people who look whenever they like."""
        return reading(self.tally.weighed, self.min_probability)


class Notified(msgspec.Struct, frozen=True):
    """What people were told of a cell beside incidents.

    `blind_since` is when it was first judged to be blind for a lasting cause, `told` the cause that people
    have been told of; `silent_since` and `silence_told` are the same for labels or predictions that stopped.
    """

    blind_since: datetime | None = None
    told: BlindCause | None = None
    silent_since: datetime | None = None
    silence_told: bool = False


class CellState(msgspec.Struct, frozen=True):
    """A cell: its labels, what it is held to, its bet, how it was last judged, and what people were told.

    Each step of an evaluation makes its own part anew, and leaves the others.
    """

    cell: Cell
    labels: CellLabels = msgspec.field(default_factory=CellLabels)
    held: HeldTo = HeldTo()
    bet: Bet = Bet()
    judgement: Judgement = Judgement(Verdict.UNANCHORED)
    notified: Notified = Notified()

    def unseen_days(self, days: float) -> float | None:
        """About how long a fall to `fallen_recall` would go unseen, its labels coming as in the last `days`.

        None without a floor and a threshold; infinite where no label comes. Labels that count alike have an
        exact formula; with weights the bet's own growth is added up, of which a few stakes stand for the best.
        """
        floor, threshold = self.held.floor, self.held.threshold
        if floor is None or threshold is None:
            return None
        if self.bet.weighted:
            weighed, min_probability = self.labels.tally.weighed, self.labels.min_probability
            return weighted_days_to_page(weighed, threshold, floor, min_probability, days)
        return days_to_page(threshold, floor, self.labels.per_day(days))


class ModelState(msgspec.Struct):
    """What is remembered of a model: its labelled outcomes so far, when they came, how, and how late.

    `first_prediction` and `last_label` are those in line with the rest (`tell_times`), so that no single event with
    the time of another clock decides what is judged by them.
    """

    outcomes: int = 0
    first_prediction: datetime | None = None
    last_label: datetime | None = None
    labelled_days: LabelledDays = msgspec.field(default_factory=LabelledDays)
    labelling: Labelling = msgspec.field(default_factory=Labelling)
    delays: DelayHistogram = msgspec.field(default_factory=DelayHistogram)

    def tell_times(self) -> None:
        """Tell anew, after counting, since when the model has been at work and when its last label came."""
        self.first_prediction = self.labelled_days.since or self.first_prediction
        self.last_label = self.labelling.labels.latest()


def days_observed(first_prediction: datetime | None, judged_at: datetime | None) -> float:
    """The days of labels behind a judgement: since the model's first prediction, 1 at least; 0 before either.

    `judged_at` is the time as of which an evaluation judges. It is stored with what was judged, and whatever is
    shown afterwards is reckoned to the same time: days on which nobody judged are not days without labels.
    """
    if first_prediction is None or judged_at is None:
        return 0.0
    return max((judged_at - first_prediction) / timedelta(days=1), 1.0)
