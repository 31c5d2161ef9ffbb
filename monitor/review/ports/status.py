"""What people see of the present: cells, and what became of the events."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import NamedTuple, Protocol

from monitor.domain.anchors.promise import Promise
from monitor.domain.detection.money import Purse
from monitor.domain.events.fates import EventFate
from monitor.domain.events.types import Design, Model
from monitor.domain.judging.judge import Verdict
from monitor.domain.judging.service import VersionService
from monitor.domain.judging.standing import broken_slices
from monitor.domain.judging.state import CellState, Retirement, days_observed
from monitor.domain.labelling.clustering import Clustering
from monitor.domain.labelling.delays import DelayHistogram
from monitor.domain.recall.corrected import CorrectedRecall
from monitor.domain.recall.estimate import Estimate
from monitor.domain.recall.out_of_scope import OutOfScope
from monitor.domain.recall.tally import Tally
from monitor.domain.recall.unanswered import Abstentions, Unanswered, abstentions
from monitor.domain.recall.weak import WeakRecall
from monitor.domain.sampling.response import Response
from monitor.domain.slices.cells import Cell
from monitor.domain.telling.early import EarlyNote
from monitor.review.ports.corrections import Corrections
from monitor.review.ports.weak_labels import WeaklyLabelled


class CellStatus(NamedTuple):
    """A cell as it was last judged, and what it was promised."""

    state: CellState
    promise: Promise | None


class ModelLabels(NamedTuple):
    """When a model's last label was given, how long labels took, and how many predictions have one.

    On `abstained` of the predictions it gave no answer.
    """

    model: Model
    last: datetime
    delays: DelayHistogram
    outcomes: int
    predictions: int
    abstained: int = 0


class Complaints(NamedTuple):
    """Tickets of an intent that people complained of as missed, and the tickets predicted as that intent."""

    confirmed: int
    predicted: int


class EventCount(NamedTuple):
    """How many events of a topic became what."""

    topic: str
    fate: EventFate
    events: int


class ModelLimits(NamedTuple):
    """The most values of each slice of a model, and within how many days a fall must be seen."""

    caps: Mapping[str, int]
    detect_within_days: float


class OutcomeSince(NamedTuple):
    """A labelled ticket of a cell: whether it was hit, and how it was chosen for labelling."""

    hit: bool
    design: Design
    probability: float | None


class RecallSince(NamedTuple):
    """A cell's recall over the `labels` of tickets since some time; None without one."""

    cell: Cell
    recall: Estimate | None
    labels: int


class UnconfirmedEnd(NamedTuple):
    """An incident that a person, `by`, ended `at` some time, and what labels say since of its cells, lowest first.

    Those without a label are last, as the incident had them. Labels have neither won the recall back nor paged again.
    """

    incident: int
    by: str
    at: datetime
    recalls: Sequence[RecallSince]


_LATE = timedelta(hours=36)  # whoever judges once a day is not late


def is_late(judged_at: datetime | None, asked_at: datetime | None) -> bool:
    """Whether what was judged at one time and is looked at at another is older than a judgement gets by itself."""
    return judged_at is not None and asked_at is not None and asked_at - judged_at > _LATE


class Overview(NamedTuple):
    """All that `anchorwatch status` shows: the cells, what became of the events, and whose words came beside them.

    `most_intents` and `caps`, by slice, are the limits beyond which names are counted together. At most
    `false_pages_per_year` are given out to the cells and to releases, which take the `purse` (None: before the
    first), and a fall must be seen `detect_within_days`; `limits` are those of models that have their own.
    `database` is where all of it lies. `judged_at` is the time as of which the cells were judged, `released` when
    each model's first prediction was made. `clustered` are the models where one customer's tickets miss together,
    and `labelling` is that of each model that was ever labelled. `beside` are cells that nobody asked for: another
    version's, to compare with. `retired` versions answer no requests any more. `left_out` is how many cells of
    theirs are not shown, and `unconfigured` how many of slices that are not configured any more. `unconfirmed` is
    what a person ended and labels have not. `weak` is what programs' labels say of recall, `skipped` which models'
    drawn tickets are labelled otherwise than by chance. `unasked` are slices that nobody asked for and that are
    broken or suspected. So many labelled tickets came that are `unjudged`. `early` was noted before any label.
    `out_of_scope` are tickets of no intent. `corrected` is what agents' corrections say of recall. Ages are as of
    `asked_at` (None: as of the judgement). `corrected_to_nobody` are names that agents corrected to and nothing
    else has. `by_events`, of what is late: the latest event's time was taken for now when it was judged.
    `registry_away` is since when the schema registry has been away; None where it is there. `archive_trouble` is since
    when the archive can't be written, so that nothing old is dropped.
    """

    cells: Sequence[CellStatus]
    purse: Purse | None
    events: Sequence[EventCount]
    labels_waiting: int
    complaints: Mapping[Cell, Complaints]
    most_intents: int
    caps: Mapping[str, int]
    false_pages_per_year: float
    detect_within_days: float
    database: str
    judged_at: datetime | None
    released: Mapping[Model, datetime]
    clustered: Mapping[Model, Clustering] = MappingProxyType({})
    labelling: Sequence[ModelLabels] = ()
    beside: Sequence[CellStatus] = ()
    retired: Mapping[Model, Retirement] = MappingProxyType({})
    left_out: int = 0
    unconfigured: int = 0
    limits: Mapping[Model, ModelLimits] = MappingProxyType({})
    unconfirmed: Sequence[UnconfirmedEnd] = ()
    weak: Mapping[Cell, WeakRecall] = MappingProxyType({})
    unasked: Sequence[CellState] = ()
    unjudged: int = 0
    skipped: Mapping[Model, Response] = MappingProxyType({})
    early: Sequence[EarlyNote] = ()
    out_of_scope: Mapping[Model, OutOfScope] = MappingProxyType({})
    corrected: Mapping[Cell, CorrectedRecall] = MappingProxyType({})
    asked_at: datetime | None = None
    by_events: bool = False
    corrected_to_nobody: Mapping[Model, Mapping[str, int]] = MappingProxyType({})
    registry_away: datetime | None = None
    archive_trouble: datetime | None = None

    @property
    def abstentions(self) -> dict[Model, Abstentions]:
        """How often each model that was ever labelled gives no answer; those that always do are left out."""
        of_model: dict[Model, list[tuple[Cell, Unanswered]]] = {}
        for state, _ in self.cells:
            if state.cell.slice_text:  # they are left out, and there are many
                continue
            tally = state.labels.tally
            seen = Unanswered(tally.unanswered, tally.support)
            of_model.setdefault(state.cell.model, []).append((state.cell, seen))
        known = {
            each.model: abstentions(each.predictions, each.abstained, of_model.get(each.model, ()))
            for each in self.labelling
        }
        return {model: each for model, each in known.items() if each is not None}

    def limits_of(self, model: Model) -> ModelLimits:
        """Those of a model."""
        return self.limits.get(model, ModelLimits(self.caps, self.detect_within_days))

    @property
    def days_observed(self) -> dict[Model, float]:
        """The days of labels behind each model's judgements, as its evaluation reckoned them."""
        return {model: days_observed(first, self.judged_at) for model, first in self.released.items()}

    @property
    def broken_slices(self) -> dict[Cell, list[CellState]]:
        """The slices that are broken or suspected, asked for or not, by their intent, the worst of each first."""
        return broken_slices([*(status.state for status in self.cells), *self.unasked])

    @property
    def degraded(self) -> bool:
        """Whether a watched cell is degraded."""
        states = [status.state for status in self.cells]
        return any(state.held.watched and state.judgement.verdict is Verdict.DEGRADED for state in states)


class StatusStore(Protocol):
    """What the database says of cells and events. Reads only."""

    def cells(self) -> Sequence[CellStatus]:
        """Every cell, by model, intent and slice."""
        ...

    def judged_at(self) -> datetime | None:
        """The time as of which everything was last judged; None before the first evaluation.

        Where an earlier version judged last, which did not keep it, the latest event's time.
        """
        ...

    def judged_by_events(self) -> bool:
        """Whether that is the very time of the latest event, as it is where files are judged: no clock then says how
        long ago it was.
        """
        ...

    def outcomes_behind(self, cell: Cell, seq: int, since: datetime) -> Sequence[OutcomeSince]:
        """A cell's outcomes behind that one, of predictions since then, in their order."""
        ...

    def purse(self) -> Purse | None:
        """What releases take from, as the last of them left it; None before the first."""
        ...

    def released(self) -> Mapping[Model, datetime]:
        """When each model's first prediction was made."""
        ...

    def clustered(self) -> Mapping[Model, Clustering]:
        """The models where one customer's tickets miss together, beyond chance."""
        ...

    def skipped(self) -> Mapping[Model, Response]:
        """The models whose drawn tickets are skipped, beyond chance."""
        ...

    def services(self) -> Mapping[Model, VersionService]:
        """Which versions answer requests, and which are retired."""
        ...

    def complaints(self) -> Mapping[Cell, Complaints]:
        """Missed tickets that somebody complained of, by the intent they should have had."""
        ...

    def weak_labels(self) -> Mapping[Model, WeaklyLabelled]:
        """What programs labelled, beside what people did."""
        ...

    def corrections(self) -> Mapping[Model, Corrections]:
        """What agents corrected, beside what was drawn and labelled."""
        ...

    def out_of_scope(self, min_probability: float) -> Mapping[Model, Tally]:
        """How the labelled tickets of no intent were answered; weights are capped at 1/`min_probability`."""
        ...

    def early(self) -> Sequence[EarlyNote]:
        """What was noted before any label and is not over."""
        ...

    def labelling(self) -> Sequence[ModelLabels]:
        """How each model that was ever labelled is labelled."""
        ...

    def event_counts(self) -> Sequence[EventCount]:
        """What became of the events, by topic."""
        ...

    def registry_away(self) -> datetime | None:
        """Since when the schema registry has been away; None where it is there, or nobody needs it."""
        ...

    def archive_trouble(self) -> datetime | None:
        """Since when the archive can't be written; None where it can, or there is none."""
        ...

    def unjudged(self) -> int:
        """Outcomes that no evaluation has counted yet."""
        ...

    def labels_waiting(self) -> int:
        """Predictions that labels name but that have not come."""
        ...
