"""From time to time: how much of each class nobody has labelled, and whether misses are labelled sooner."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from monitor.domain.events.types import Model
from monitor.domain.judging.state import CellLabels, CellState, ModelState
from monitor.domain.labelling.labelling import Labelling
from monitor.domain.labelling.maturity import label_maturity, misses_come_sooner, next_maturity
from monitor.domain.labelling.rhythm import HISTORY, Rhythm
from monitor.domain.slices.cells import Cell
from monitor.evaluate.bursts import look_at_bursts
from monitor.evaluate.ports import LabellingTransaction
from monitor.evaluate.response import look_at_draws

READ_EVERY = timedelta(hours=1)
COMPARE_EVERY = timedelta(days=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)  # before any event
RECENT = 1_000  # outcomes of an intent whose delays are compared


def look_at_labelling(
    cells: Iterable[CellState],
    models: dict[Model, ModelState],
    transaction: LabellingTransaction,
    now: datetime,
) -> dict[Cell, CellLabels]:
    """Bring every model's labelling up to date; the labels of the cells that are now judged at another age.

    Once an hour the traffic is read; once a day the delays of hits and misses are compared, intent by intent
    (its slices and groups follow it). Where misses are labelled sooner, only mature predictions are judged, until a
    later comparison finds no difference. Cost: an hour's rows of `traffic`, and 1,000 outcomes an intent a day; of a
    model that no label came to since, none: the same outcomes always give the same answer.
    """
    by_model: dict[Model, list[CellState]] = {}
    for state in cells:
        by_model.setdefault(state.cell.model, []).append(state)
    changed: dict[Cell, CellLabels] = {}
    for model, model_state in models.items():
        labelling = model_state.labelling
        ours = by_model.get(model, [])
        due = labelling.delays_at is None or abs(now - labelling.delays_at) >= COMPARE_EVERY
        if due and labelling.compared != _held_to_floors(ours):
            changed |= _compare_delays(model, ours, labelling, transaction, now)
        if labelling.due(now, READ_EVERY):
            read_traffic(model, labelling, transaction, now)
        look_at_draws(model, labelling, transaction, now)
        look_at_bursts(model, model_state, ours, transaction, now)
    return changed


def _held_to_floors(states: Iterable[CellState]) -> tuple[str, ...]:
    """The intents whose delays are compared."""
    return tuple(sorted(s.cell.intent for s in states if not s.cell.slice and s.held.floor is not None))


def read_traffic(
    model: Model, labelling: Labelling, transaction: LabellingTransaction, now: datetime
) -> None:
    """Learn when a model's predictions came, and how many there are of each class."""
    labelling.traffic = transaction.traffic(model, now - timedelta(seconds=labelling.maturity_s))
    hours = transaction.prediction_hours(model, now - timedelta(hours=HISTORY))
    if not hours and not labelling.predictions.hours:  # it fell silent before it was first looked at
        every = transaction.prediction_hours(model, EPOCH)
        hours = {hour: n for hour, n in every.items() if hour > max(every) - HISTORY}
    if hours:  # what has been silent for longer keeps the rhythm that it had
        last = datetime.fromtimestamp((max(hours) + 1) * 3600, now.tzinfo)
        labelling.predictions = Rhythm(dict(hours), last)
    labelling.read_at = now


def _compare_delays(
    model: Model,
    states: Iterable[CellState],
    labelling: Labelling,
    transaction: LabellingTransaction,
    now: datetime,
) -> dict[Cell, CellLabels]:
    every: list[float] = []
    ages: dict[str, float | None] = {}
    states = list(states)
    for state in states:
        if state.cell.slice or state.cell.group is not None:
            continue
        delays = transaction.delays(model, state.cell.intent, RECENT)
        every += delays.waited_s
        if state.held.floor is not None:
            of_hits = [waited for waited, hit in zip(delays.waited_s, delays.hits, strict=True) if hit]
            ages[state.cell.intent] = (
                next_maturity(state.labels.maturity_s, delays.waited_s, of_hits)
                if misses_come_sooner(*delays)
                else None
            )
    labelling.maturity_s = label_maturity(every).total_seconds()
    labelling.delays_at = now
    labelling.compared = _held_to_floors(states)
    changed: dict[Cell, CellLabels] = {}
    for state in states:
        maturity_s = _oldest(ages, state)
        if maturity_s != state.labels.maturity_s:
            changed[state.cell] = replace(state.labels, maturity_s=maturity_s)
    return changed


def _oldest(ages: Mapping[str, float | None], state: CellState) -> float | None:
    """The age at which a cell is judged: its intent's, or the greatest of its group's members."""
    members = state.held.members
    intents = members.intents if members is not None else (state.cell.intent,)
    return max((age for intent in intents if (age := ages.get(intent)) is not None), default=None)
