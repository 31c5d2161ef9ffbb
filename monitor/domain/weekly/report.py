"""A week's reliability report as values: counts, intents, anchors, models and incidents."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from monitor.domain.events.types import Model
from monitor.domain.judging.judge import Verdict
from monitor.domain.recall.intervals import Estimate, Interval, clopper_pearson
from monitor.domain.slices.cells import Cell
from monitor.domain.weekly.calendar import Week

WEEKS = 12


RECALL_MOVED = 0.10


COVERAGE_MOVED = 0.10


class Count(msgspec.Struct, frozen=True):
    """The labelled tickets of one intent that were predicted in one week.

    `weighed_hits` and `weighed` count each for the tickets it stands for, where its sampling is known.
    """

    hits: int = 0
    misses: int = 0
    weighed_hits: float = 0.0
    weighed: float = 0.0

    @property
    def support(self) -> int:
        """Labelled positives."""
        return self.hits + self.misses

    def recall(self, *, weighted: bool) -> float | None:
        """Of this week; None without a label."""
        if not self.support:
            return None
        return self.weighed_hits / self.weighed if weighted else self.hits / self.support

    def interval(self, *, weighted: bool) -> Interval | None:
        """95 % Clopper-Pearson of this week alone; None where labels are weighed, or there is none."""
        return None if weighted or not self.support else clopper_pearson(self.hits, self.support)


class IntentWeek(msgspec.Struct, frozen=True):
    """One intent of one model in the week. `trend` ends with this week and has `WEEKS` places.

    `live` is its recall since the release with an interval that holds however often one looks, of `live_support`
    labelled tickets. A fall by .30 would be seen after about `unseen_days` (None: it may not page; infinite: never).
    """

    cell: Cell
    verdict: Verdict
    reasons: Sequence[str]
    watched: bool
    weighted: bool
    offline: float | None
    offline_support: int
    floor: float | None
    grade: str
    trend: Sequence[Count]
    live: Estimate | None = None
    live_support: int = 0
    unseen_days: float | None = None

    @property
    def now(self) -> Count:
        """This week."""
        return self.trend[-1]

    @property
    def moved(self) -> float | None:
        """How far recall moved since the week before; None where either has no label."""
        now, last = (count.recall(weighted=self.weighted) for count in (self.trend[-1], self.trend[-2]))
        return None if now is None or last is None else now - last


class AnchorWeek(msgspec.Struct, frozen=True):
    """The anchor that a model is held to: its id, its file, since when, and how many examples are kept of it."""

    id: str
    source: str
    active_since: datetime
    examples: int


class ModelWeek(msgspec.Struct, frozen=True):
    """One model version in the week: its traffic, its labels, its intents (the worst first).

    `before` are the predictions of the week before, and how many of them were labelled when they were as old as this
    week's are now. `released` is when the version's first prediction was made.
    """

    model: Model
    predictions: int
    labelled: int
    delay_s: float | None
    intents: Sequence[IntentWeek]
    before: tuple[int, int] = (0, 0)
    anchor: AnchorWeek | None = None
    released: datetime | None = None

    @property
    def grades(self) -> dict[str, int]:
        """How many measured intents have which grade; "" where nobody audited."""
        return dict(Counter(one.grade for one in self.intents if one.offline is not None))


class IncidentWeek(msgspec.Struct, frozen=True):
    """An incident that was open in the week, and how long its steps took."""

    number: int
    model: str
    state: str
    opened: datetime
    closed: datetime | None
    cells: Sequence[str]
    to_notice: timedelta | None
    to_acknowledge: timedelta | None
    to_resolve: timedelta | None


class Attachment(msgspec.Struct, frozen=True):
    """A part that another program renders: the name of its file, or why there is none."""

    title: str
    file: str = ""
    trouble: str = ""


class WeekReport(msgspec.Struct, frozen=True):
    """The whole week. `pages` are openings and reopenings that somebody was told of, `pages_in_a_year` those of the
    52 weeks that end with it. `attachments` lie beside the report.
    """

    week: Week
    made_at: datetime
    models: Sequence[ModelWeek]
    incidents: Sequence[IncidentWeek]
    pages: int
    false_pages_per_year: float
    pages_in_a_year: int = 0
    attachments: Sequence[Attachment] = ()

    @property
    def changes(self) -> list[str]:
        """What is otherwise than the week before, in sentences."""
        found = [
            f"{one.cell} of {model.model}: recall {'rose' if one.moved > 0 else 'fell'} by {abs(one.moved):.2f}"
            for model in self.models
            for one in model.intents
            if one.moved is not None and abs(one.moved) >= RECALL_MOVED and _tells(one)
        ]
        found += [
            f"label coverage of {model.model} {'rose' if share > last else 'fell'} from {last:.0%} to {share:.0%}"
            for model in self.models
            for share, last in [(_share(model.labelled, model.predictions), _share(*reversed(model.before)))]
            if share is not None and last is not None and abs(share - last) >= COVERAGE_MOVED
        ]
        found += [
            f"{model.model} is new: its first predictions came this week"
            for model in self.models
            if model.released is not None and self.week.begin <= model.released < self.week.end
        ]
        found += [
            f"{one.cell} of {model.model} was labelled for the first time"
            for model in self.models
            for one in model.intents
            if one.now.support and one.live_support <= one.now.support
        ]
        began = [one for one in self.incidents if self.week.begin <= one.opened < self.week.end]
        ended = [
            one for one in self.incidents if one.closed and self.week.begin <= one.closed < self.week.end
        ]
        if began:
            found.append(f"{_incidents(began)} opened")
        if ended:
            found.append(f"{_incidents(ended)} ended")
        return found

    @property
    def next(self) -> list[str]:
        """What to do, the most urgent first."""
        found = [
            f"incident {one.number} is still open: anchorwatch incident show {one.number}"
            for one in self.incidents
            if one.closed is None
        ]
        every = [(model.model, one) for model in self.models for one in model.intents]
        blind = [
            f"{one.cell} of {model}" for model, one in every if one.verdict is Verdict.BLIND and one.watched
        ]
        if blind:
            found.append(f"label more of {_some(blind)}: a fall there would not be noticed in time")
        untrusted = [f"{one.cell} of {model}" for model, one in every if one.grade == "untrusted"]
        if untrusted:
            found.append(f"measure {_some(untrusted)} anew on real tickets: the offline number is untrusted")
        bare = [
            str(model.model) for model in self.models if all(one.offline is None for one in model.intents)
        ]
        if bare:
            found.append(f"import an anchor for {_some(bare)}: nothing of it can page")
        ungraded = [f"{one.cell} of {model}" for model, one in every if one.watched and not one.grade]
        if ungraded:
            found.append(f"audit the anchor of {_some(ungraded)}: anchorwatch anchor audit")
        return found


def trend(week: Week, counts: Mapping[Week, Count]) -> list[Count]:
    """The last twelve weeks up to this one, empty ones too."""
    return [counts.get(week.before(back), Count()) for back in reversed(range(WEEKS))]


def _share(labelled: int, predictions: int) -> float | None:
    return labelled / predictions if predictions else None


def _tells(one: IntentWeek) -> bool:
    """Whether the two weeks' intervals don't overlap: smaller moves are noise."""
    now, last = (count.interval(weighted=one.weighted) for count in (one.trend[-1], one.trend[-2]))
    return now is not None and last is not None and (now.low > last.high or last.low > now.high)


def _incidents(found: Sequence[IncidentWeek]) -> str:
    numbers = ", ".join(str(one.number) for one in found)
    return f"incident{'s' if len(found) > 1 else ''} {numbers}"


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
