"""From time to time: do the tickets of one customer miss together?"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta

from msgspec.structs import replace

from monitor.domain.events.types import Model
from monitor.domain.judging.state import CellLabels, CellState, ModelState
from monitor.domain.labelling.clustering import clustering
from monitor.evaluate.ports import LabellingTransaction
from monitor.settings.settings import Settings

LOOK_EVERY = timedelta(days=1)
RECENT = 1_000  # outcomes of an intent
DIGITS = 2  # of the design effect: intervals need not be moved for less


def look_at_bursts(
    model: Model,
    state: ModelState,
    cells: Iterable[CellState],
    transaction: LabellingTransaction,
    now: datetime,
) -> None:
    """Compare a model's newest outcomes, customer by customer, once a day in which any came.

    Once beyond chance, it stays so for this version: a bet must not change its terms from day to day.
    Cost: 1,000 outcomes an intent a day.
    """
    if not bursts_due(state, now):
        return
    known = state.labelling.clustering
    intents = sorted({each.cell.intent for each in cells if not each.cell.slice and each.cell.group is None})
    seen = clustering(transaction.bursts(model, intent, RECENT) for intent in intents)
    since = known.since or (now if seen.beyond_chance else None)
    state.labelling.clustering = replace(
        seen, looked_at=now, outcomes=state.outcomes, since=since, bet_together=known.bet_together
    )


def bursts_due(state: ModelState, now: datetime) -> bool:
    """Whether a model's outcomes are to be compared, customer by customer."""
    known = state.labelling.clustering
    due = known.looked_at is None or abs(now - known.looked_at) >= LOOK_EVERY
    return due and state.outcomes != known.outcomes


def bet_otherwise(
    models: Mapping[Model, ModelState], behind: Collection[Model], settings: Settings
) -> set[Model]:
    """Decide whose bets are one for each customer and day; the models where that is otherwise than before.

    `judge.clustered` is on, off, or auto: where a customer's tickets miss together. Those that are `behind` are not
    bet on now.
    """
    changed = set()
    for model, state in models.items():
        known, clustered = state.labelling.clustering, settings.of(model).judge.clustered
        together = clustered == "on" or (clustered == "auto" and known.since is not None)
        if model not in behind and together != known.bet_together:
            state.labelling.clustering = replace(known, bet_together=together)
            changed.add(model)
    return changed


def bets_together(models: Mapping[Model, ModelState], model: Model) -> bool:
    """Whether a model's bets are one for each customer and day."""
    return model in models and models[model].labelling.clustering.bet_together


def counted_alike(labels: CellLabels, models: Mapping[Model, ModelState], model: Model) -> CellLabels:
    """A cell's labels, as many of one customer's counted as one in its intervals as was measured of its model.

    Where its bets are not one for each customer and day, every label counts.
    """
    effect = models[model].labelling.clustering.design_effect if bets_together(models, model) else 1.0
    effect = round(effect, DIGITS)
    return labels if labels.design_effect == effect else replace(labels, design_effect=effect)
