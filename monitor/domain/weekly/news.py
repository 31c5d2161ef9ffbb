"""What a week's report has to say: what changed, and what to do; put into words by `reports.words.weekly`."""

from typing import NamedTuple

from monitor.domain.events.types import Model
from monitor.domain.slices.cells import Cell


class RecallMoved(NamedTuple):
    """An intent's recall is another than the week before, by more than chance."""

    cell: Cell
    by: float


class CoverageMoved(NamedTuple):
    """Another share of a model's predictions is labelled than of the week before."""

    model: Model
    before: float
    now: float


class VersionAppeared(NamedTuple):
    """The first predictions of a model's version came this week."""

    model: Model


class FirstLabelled(NamedTuple):
    """An intent was labelled for the first time."""

    cell: Cell


class IncidentsOpened(NamedTuple):
    """These incidents opened, by their numbers."""

    numbers: tuple[int, ...]


class IncidentsEnded(NamedTuple):
    """These incidents ended, by their numbers."""

    numbers: tuple[int, ...]


WeekChange = RecallMoved | CoverageMoved | VersionAppeared | FirstLabelled | IncidentsOpened | IncidentsEnded


class LookAtIncident(NamedTuple):
    """The incident is still open."""

    number: int


class LabelMore(NamedTuple):
    """With the labels that these have, a fall would not be noticed in time; some `slices` of them are suspected."""

    cells: tuple[Cell, ...]
    slices: tuple[Cell, ...] = ()


class MeasureAnew(NamedTuple):
    """The offline numbers of these are untrusted."""

    cells: tuple[Cell, ...]


class ImportAnchor(NamedTuple):
    """Nothing of these models can page."""

    models: tuple[Model, ...]


class AuditAnchor(NamedTuple):
    """Nobody knows what the offline numbers of these are worth."""

    cells: tuple[Cell, ...]


class LabelEveryDrawn(NamedTuple):
    """Of a model's `drawn` tickets so many are labelled, and which is no chance: they tell no recall."""

    model: Model
    labelled: int
    drawn: int


Advice = LookAtIncident | LabelMore | LabelEveryDrawn | MeasureAnew | ImportAnchor | AuditAnchor
