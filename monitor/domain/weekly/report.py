"""A week's reliability report as values: counts, intents, anchors, models and incidents."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from monitor.domain.anchors.grade import Grade
from monitor.domain.events.types import Model
from monitor.domain.incidents.history import HistoryLine
from monitor.domain.judging.judge import Coverage, Judgement, Verdict
from monitor.domain.judging.urgency import Urgency, urgency
from monitor.domain.labelling.agreement import ModelReadings
from monitor.domain.recall.corrected import CorrectedRecall
from monitor.domain.recall.unanswered import Abstentions
from monitor.domain.recall.weak import WeakRecall
from monitor.domain.slices.cells import Cell
from monitor.domain.telling.early import EarlyNote
from monitor.domain.weekly.calendar import Week
from monitor.domain.weekly.cells import CellWeek
from monitor.domain.weekly.counts import WeekCount
from monitor.domain.weekly.news import (
    Advice,
    AuditAnchor,
    CoverageMoved,
    FirstLabelled,
    ImportAnchor,
    IncidentsEnded,
    IncidentsOpened,
    LabelEveryDrawn,
    LabelMore,
    LookAtIncident,
    MeasureAnew,
    RecallMoved,
    VersionAppeared,
    WeekChange,
)
from monitor.domain.weekly.slices import SlicesOfIntent, SliceWeek

WEEKS = 12
RECALL_MOVED = 0.10
COVERAGE_MOVED = 0.10


class IntentWeek(CellWeek, frozen=True, kw_only=True):
    """One intent of one model in the week. `trend` ends with this week and has `WEEKS` places.

    A fall by .30 would be seen after about `unseen_days` (None: it may not page; infinite: never). `slices` are those
    of it that are in use, `weak` is what programs' labels say of its recall since the release, `corrected` what
    agents' corrections say.
    """

    grade: str
    trend: Sequence[WeekCount]
    unseen_days: float | None = None
    slices: SlicesOfIntent = SlicesOfIntent()
    weak: WeakRecall | None = None
    corrected: CorrectedRecall | None = None

    @property
    def worst(self) -> Judgement:
        """Its own judgement, or that of its worst slice."""
        return min(self._judged, key=lambda each: urgency(*each))[0]

    @property
    def urgency(self) -> Urgency:
        """A key to sort by: its own urgency, or that of its worst slice."""
        return min(urgency(*each) for each in self._judged)

    @property
    def _judged(self) -> list[tuple[Judgement, float]]:
        slices = ((each.judgement, each.evidence) for each in self.slices.broken)
        return [(self.judgement, self.evidence), *slices]

    @property
    def degraded(self) -> list[Cell]:
        """Itself, where it is, and the slices of it that are."""
        whole = [self.cell] if self.judgement.verdict is Verdict.DEGRADED else []
        return [*whole, *self.slices.degraded]

    @property
    def now(self) -> WeekCount:
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
    week's are now. `released` is when the version's first prediction was made. `readings` are what second readings of
    its tickets come to. `skipped` says that drawn tickets are. `abstentions` is how often it gave no answer. Of its
    tickets of no intent, `out_of_scope` counts week by week those that rightly got none as hits.
    """

    model: Model
    predictions: int
    labelled: int
    delay_s: float | None
    intents: Sequence[IntentWeek]
    before: tuple[int, int] = (0, 0)
    anchor: AnchorWeek | None = None
    released: datetime | None = None
    readings: ModelReadings | None = None
    skipped: LabelEveryDrawn | None = None
    abstentions: Abstentions | None = None
    out_of_scope: Sequence[WeekCount] = ()

    @property
    def grades(self) -> dict[str, int]:
        """How many measured intents have which grade; "" where nobody audited."""
        measured = [each for each in self.intents if each.offline is not None and each.cell.group is None]
        return dict(Counter(intent.grade for intent in measured))


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
    history: Sequence[HistoryLine] = ()


class Attachment(msgspec.Struct, frozen=True):
    """A part that another program renders: the name of its file, or why there is none."""

    title: str
    file: str = ""
    trouble: str = ""


class WeekReport(msgspec.Struct, frozen=True):
    """The whole week. `pages` are openings and reopenings that somebody was told of, `pages_in_a_year` those of the
    52 weeks that end with it. `attachments` lie beside the report. Its verdicts are those of `judged_at`, the last
    evaluation before it was made. `early` was noted in the week before any label told.
    """

    week: Week
    made_at: datetime
    models: Sequence[ModelWeek]
    incidents: Sequence[IncidentWeek]
    pages: int
    false_pages_per_year: float
    pages_in_a_year: int = 0
    attachments: Sequence[Attachment] = ()
    judged_at: datetime | None = None
    early: Sequence[EarlyNote] = ()

    @property
    def changes(self) -> list[WeekChange]:
        """What is otherwise than the week before."""
        intents = [intent for model in self.models for intent in model.intents]
        changes: list[WeekChange] = [
            RecallMoved(intent.cell, intent.moved)
            for intent in intents
            if intent.moved is not None and abs(intent.moved) >= RECALL_MOVED and _tells(intent)
        ]
        changes += [
            CoverageMoved(model.model, last, share)
            for model in self.models
            for share, last in [(_share(model.labelled, model.predictions), _share(*reversed(model.before)))]
            if share is not None and last is not None and abs(share - last) >= COVERAGE_MOVED
        ]
        changes += [
            VersionAppeared(model.model)
            for model in self.models
            if model.released is not None and self._in_week(model.released)
        ]
        changes += [
            FirstLabelled(intent.cell)
            for intent in intents
            if intent.now.support and intent.live_support <= intent.now.support and intent.cell.group is None
        ]
        opened = tuple(each.number for each in self.incidents if self._in_week(each.opened))
        ended = tuple(each.number for each in self.incidents if each.closed and self._in_week(each.closed))
        changes += [IncidentsOpened(opened)] if opened else []
        return [*changes, IncidentsEnded(ended)] if ended else changes

    def _in_week(self, at: datetime) -> bool:
        return self.week.begin <= at < self.week.end

    @property
    def degraded(self) -> list[Cell]:
        """The intents and slices that are, the worst intent of each model first, and each before its slices."""
        return [cell for model in self.models for intent in model.intents for cell in intent.degraded]

    @property
    def past(self) -> bool:
        """Whether the last evaluation was made a week after it ended or later, so that verdicts are not of it."""
        return self.judged_at is not None and self.judged_at >= self.week.end + timedelta(days=7)

    @property
    def suspects(self) -> list[IntentWeek | SliceWeek]:
        """The watched intents and slices that something speaks against, though not enough for a page.

        The most suspected first.
        """
        intents = [intent for model in self.models for intent in model.intents]
        cells: list[IntentWeek | SliceWeek] = [*intents]
        cells += [each for intent in intents for each in intent.slices.broken]
        suspects = [each for each in cells if each.watched and each.judgement.verdict is Verdict.SUSPECT]
        return sorted(suspects, key=lambda each: (-each.evidence, each.cell))

    @property
    def next(self) -> list[Advice]:
        """What to do, the most urgent first."""
        intents = [intent for model in self.models for intent in model.intents]
        advice: list[Advice] = [LookAtIncident(each.number) for each in self.incidents if each.closed is None]
        blind = [each for each in intents if each.watched and _blind(each)]
        if blind:
            suspects = (suspect.cell for each in blind for suspect in each.slices.broken)
            advice.append(LabelMore(tuple(each.cell for each in blind), tuple(suspects)))
        advice += [model.skipped for model in self.models if model.skipped is not None]
        untrusted = tuple(each.cell for each in intents if each.grade == Grade.UNTRUSTED)
        if untrusted:
            advice.append(MeasureAnew(untrusted))
        bare = tuple(
            model.model for model in self.models if all(intent.offline is None for intent in model.intents)
        )
        if bare:
            advice.append(ImportAnchor(bare))
        ungraded = tuple(
            each.cell for each in intents if each.watched and not each.grade and each.cell.group is None
        )
        return [*advice, AuditAnchor(ungraded)] if ungraded else advice


def trend(week: Week, counts: Mapping[Week, WeekCount]) -> list[WeekCount]:
    """The last twelve weeks up to this one, empty ones too."""
    return [counts.get(week.before(back), WeekCount()) for back in reversed(range(WEEKS))]


def _blind(intent: IntentWeek) -> bool:
    """Whether nothing of it would be seen; where it or a slice of it broke, its incident says what to do."""
    return intent.judgement.coverage is Coverage.BLIND and not intent.degraded


def _share(labelled: int, predictions: int) -> float | None:
    return labelled / predictions if predictions else None


def _tells(intent: IntentWeek) -> bool:
    """Whether the two weeks' intervals don't overlap: smaller moves are noise."""
    now, last = (intent.interval(count) for count in (intent.trend[-1], intent.trend[-2]))
    return now is not None and last is not None and (now.low > last.high or last.low > now.high)
