"""Everything that is remembered of a cell, and of a model, between two evaluations."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cached_property

import msgspec

from monitor.domain.anchors.floor import MIN_FLOOR
from monitor.domain.detection.bars import Bar, GroupMembers, NumberBar
from monitor.domain.detection.detectability import days_to_page, fallen_recall, weighted_days_to_page
from monitor.domain.detection.detector import Detector
from monitor.domain.detection.money import Income
from monitor.domain.detection.some_of_many import FOR_SOME
from monitor.domain.judging.judge import Coverage, Judgement, Verdict
from monitor.domain.judging.kept_pages import KeptPages
from monitor.domain.judging.reasons import BlindCause
from monitor.domain.judging.watching import WhyWatched
from monitor.domain.labelling.believed import Believed
from monitor.domain.labelling.delays import DelayHistogram
from monitor.domain.labelling.labelled_days import LabelledDays
from monitor.domain.labelling.labelling import Labelling
from monitor.domain.labelling.rhythm import Rhythm
from monitor.domain.labelling.slack import Slack
from monitor.domain.recall.reading import Reading, reading
from monitor.domain.recall.tally import Tally
from monitor.domain.slices.cells import Cell


class HeldTo(msgspec.Struct, frozen=True):
    """What a cell is held to: its anchor's floor, and what it may bet with.

    `watched` says why it may page; None: it may not. `income` is its part of the false pages a year; where it is not
    `funded`, as it is not watched or nothing of its model came yet, it is what it would get. Of a group, `members` are
    those that it was formed of, and `floor` is theirs by the mix of their labels. `slack` is what lowers the floor
    for labels that may be wrong; None: nothing does. `believed` is how far misses that one person read are believed, of
    a group by member; None: wholly. `to_number`: the floor is the offline number less chance.
    """

    watched: WhyWatched | None = None
    anchor_id: str | None = None
    floor: float | None = None
    income: Income | None = None
    funded: bool = False
    members: GroupMembers | None = None
    slack: Slack | None = None
    believed: tuple[Believed, ...] | None = None
    to_number: bool = False

    @property
    def terms(self) -> tuple[str | None, float | None, bool]:
        """What a bet is begun on, and begun anew where it changes."""
        return self.anchor_id, self.floor, self.to_number

    @property
    def had_money(self) -> bool:
        """Whether it has, or had, a part of the false pages a year."""
        return self.funded or (self.income is not None and self.income.gift > 0)

    @property
    def bet_per_day(self) -> float:
        """What the bet on its recall gets of a page each day; of a group, the bet on the mean: its share of it."""
        if self.income is None:
            return 0.0
        return self.income.per_day * (1.0 if self.members is None else 1 - FOR_SOME)

    @property
    def miss_weights(self) -> Mapping[str, float]:
        """What a miss counts that nobody read again, by intent; 1 for those that are not here."""
        if not self.believed:
            return {}
        members = self.members.bar if self.members is not None else None
        if members is None:
            return (
                {} if self.floor is None else {each.intent: each.weight(self.floor) for each in self.believed}
            )
        alone = dict(zip(members.intents, members.alone.tolist(), strict=True))
        return {
            each.intent: each.weight(alone[each.intent]) for each in self.believed if alone.get(each.intent)
        }

    @property
    def bar(self) -> Bar | None:
        """What every outcome is held to; None where there is nothing to bet on."""
        if self.floor is None or self.income is None:
            return None
        if self.members is not None:
            return self.members.bar
        if self.floor < MIN_FLOOR:
            return None
        return NumberBar(self.floor) if self.to_number else self.floor


class Bet(msgspec.Struct, frozen=True):
    """A cell's bet against what it is held to.

    `onset` is the event time at which a standing page's fall likely began. `weighted` says whether it counts
    labels by their weights. `replay`: outcomes were erased, so the next evaluation bets on what is left anew,
    with the money of their time. `aged_s` is the age in seconds from which predictions were bet on (None: any),
    `matures` when the next one becomes old enough, None where none waits. `kept_pages` stood when that age changed.
    `recovery_labels` is what a recovery's bet had to win (None: what it must where nothing is configured).
    """

    detector: Detector | None = None
    onset: datetime | None = None
    weighted: bool = False
    replay: bool = False
    matures: datetime | None = None
    aged_s: float | None = None
    kept_pages: KeptPages | None = None
    recovery_labels: float | None = None

    @property
    def broken(self) -> bool:
        """Whether a page stands."""
        return self.detector is not None and self.detector.paged is not None

    @property
    def unconfirmed(self) -> bool:
        """Whether a person ended its page, and labels have neither won the recall back since nor paged again."""
        detector = self.detector
        return detector is not None and detector.paged is None and detector.healing is not None


class CellLabels(msgspec.Struct, frozen=True):
    """A cell's labels: the outcomes they made, how they count, and when they came.

    `tally` and `rhythm` are added to where they stand, by counting alone. Weights are capped at
    1/`min_probability`. `rhythm` is when a watched intent's labels came. `maturity_s` is set where only
    predictions of that age are bet on. `identified` is False where the labels can't tell recall. Where one customer's
    tickets miss together, `design_effect` of them say as much as one.
    """

    tally: Tally = msgspec.field(default_factory=Tally)
    rhythm: Rhythm = msgspec.field(default_factory=Rhythm)
    min_probability: float = 0.01
    maturity_s: float | None = None
    identified: bool = True
    design_effect: float = 1.0

    def per_day(self, days: float) -> float:
        """The outcomes a day, over so many days; 0 over none."""
        return self.tally.support / days if days else 0.0

    @property
    def recall(self) -> float | None:
        """Its recall alone; None without outcomes."""
        return self.tally.weighed.recall

    @property
    def reading(self) -> Reading:
        """Its recall with the interval that its labels allow, for people who look whenever they like."""
        return reading(self.tally.weighed, self.min_probability, design_effect=self.design_effect)


class SettledLabels(CellLabels, frozen=True, dict=True):
    """Labels as they were stored: nothing is added to them any more, so what they say is worked out once."""

    @cached_property
    def reading(self) -> Reading:
        """Its recall with the interval that its labels allow, for people who look whenever they like."""
        return super().reading


class Notified(msgspec.Struct, frozen=True):
    """What people were told of a cell beside incidents.

    `blind_since` is when it was first judged to be blind for a lasting cause, `told` the cause that people
    have been told of; `silent_since` and `silence_told` are the same for labels or predictions that stopped.
    `suspicion_noted`: a note was written of its evidence, and neither that fell again nor a page came since.
    """

    blind_since: datetime | None = None
    told: BlindCause | None = None
    silent_since: datetime | None = None
    silence_told: bool = False
    suspicion_noted: bool = False

    @property
    def known_blind_since(self) -> datetime | None:
        """When it became blind, where people were told of that."""
        return self.blind_since if self.told else None


class CellState(msgspec.Struct, frozen=True):
    """A cell: its labels, what it is held to, its bet, how it was last judged, and what people were told.

    Each step of an evaluation makes its own part anew, and leaves the others.
    """

    cell: Cell
    labels: CellLabels = msgspec.field(default_factory=CellLabels)
    held: HeldTo = HeldTo()
    bet: Bet = Bet()
    judgement: Judgement = Judgement(Verdict.UNANCHORED, coverage=Coverage.NONE)
    notified: Notified = Notified()

    @property
    def watched(self) -> bool:
        """Whether it may page."""
        return self.held.watched is not None

    @property
    def anchored(self) -> bool:
        """Whether it is held to an anchor."""
        return self.held.anchor_id is not None

    @property
    def evidence(self) -> float:
        """What its bet has won, as a share of a page; 0 without one."""
        return self.bet.detector.evidence if self.bet.detector else 0.0

    @property
    def unconfirmed(self) -> bool:
        """Whether a person ended its page, and labels have neither won the recall back since nor paged again."""
        return self.bet.unconfirmed

    def unseen_days(self, days: float, fallen: float | None = None, *, more: float = 0.0) -> float | None:
        """About how long a fall to `fallen`, or to `fallen_recall`, would go unseen.

        Its labels come as in the last `days`, and `more` a day of the same kind. None without an income or a floor
        that can be bet against, or where it is no fall; infinite where no label comes. Labels that count alike have an
        exact formula; with weights the bet's own growth is added up, of which a few stakes stand for the best. A group
        is taken to have fallen as a whole.
        """
        floor, money = self.held.floor, self.held.bet_per_day
        if floor is None or floor < MIN_FLOOR or (fallen is not None and fallen >= floor):
            return None
        if not money:
            return None
        per_day = self.labels.per_day(days)
        if self.held.believed and self.cell.group is None:
            (here,) = self.held.believed
            fallen = here.own * (fallen if fallen is not None else fallen_recall(floor))
            floor = here.as_read(floor)
        if self.bet.weighted:
            weighed, min_probability = self.labels.tally.weighed, self.labels.min_probability
            faster = per_day / (per_day + more) if per_day else 1.0
            one_class, days = self.cell.group is None, days * faster
            return weighted_days_to_page(
                weighed, money, floor, min_probability, days, fallen, one_class=one_class
            )
        return days_to_page(money, floor, per_day + more, fallen)


class Retirement(msgspec.Struct, frozen=True):
    """Since when a version is retired, and who said so, with a reason; `by` nobody: a successor answers for it.

    `last` is its last prediction as it was known then.
    """

    at: datetime
    by: str = ""
    why: str = ""
    last: datetime | None = None


class ModelState(msgspec.Struct):
    """What is remembered of a model: its labelled outcomes so far, when they came, how, and how late.

    `first_prediction` and `last_label` are those in line with the rest (`tell_times`), so that no single event with
    the time of another clock decides what is judged by them. `revived_at` is when a person took the version back into
    service.
    """

    outcomes: int = 0
    first_prediction: datetime | None = None
    last_label: datetime | None = None
    labelled_days: LabelledDays = msgspec.field(default_factory=LabelledDays)
    labelling: Labelling = msgspec.field(default_factory=Labelling)
    delays: DelayHistogram = msgspec.field(default_factory=DelayHistogram)
    retirement: Retirement | None = None
    revived_at: datetime | None = None

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
