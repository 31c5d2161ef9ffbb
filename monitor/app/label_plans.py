"""What labels are wanted for, in an open database: for a draw, and for a plan."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from connectors.sql.labels.traffic import TrafficStore
from monitor.app.stores import Stores
from monitor.domain.anchors.promise import Promise
from monitor.domain.detection.money import per_weight_day
from monitor.domain.events.types import Model
from monitor.domain.judging.service import retired
from monitor.domain.sampling.from_anchor import wanted_by
from monitor.domain.sampling.wanted import Wanted
from monitor.errors import ConfigError
from monitor.labels.plan import LATELY, HeldIntent, plan_labels
from monitor.labels.ports.plans import ModelPlan, PlanQuestion
from monitor.review.ports.status import CellStatus


def wanted(cells: Iterable[CellStatus]) -> Mapping[Model, Sequence[Wanted]]:
    """The watched intents of each model, as they were last judged, with what the anchor says of their errors."""
    promises: defaultdict[Model, dict[str, Promise]] = defaultdict(dict)
    watched: defaultdict[Model, list[str]] = defaultdict(list)
    for status in cells:
        cell = status.state.cell
        if cell.group is None and not cell.slice_text:
            if status.promise is not None:
                promises[cell.model][cell.intent] = status.promise
            if status.state.held.watched:
                watched[cell.model].append(cell.intent)
    return {model: wanted_by(intents, promises[model]) for model, intents in watched.items()}


def plan_for(stores: Stores, asked: Sequence[str], question: PlanQuestion, now: datetime) -> ModelPlan:
    """The plan for the model of a name, version and environment, each where it is asked for ("": any).

    Raises:
        ConfigError: no model fits, or several do; nothing can be planned for it.
    """
    cells = stores.status.cells()
    model = _one_model(stores, cells, asked)
    held = {
        status.state.cell.intent: status
        for status in cells
        if status.state.cell.model == model
        and status.state.held.watched
        and status.state.held.floor is not None
        and status.promise is not None
        and status.state.cell.group is None
        and not status.state.cell.slice_text
    }
    settings = stores.settings.of(model)
    intents = [
        HeldIntent(
            each,
            held[each.intent].promise.judged_by(settings.anchor.basis).recall,  # type: ignore[union-attr]
            held[each.intent].state.held.floor or 0.0,
            held[each.intent].state.held.bet_per_day
            or per_weight_day(len(held), settings.judge.false_pages_per_year),
        )
        for each in wanted(cells).get(model, ())
        if each.intent in held
    ]
    traffic = TrafficStore(stores.engine).lately(model, now, LATELY)
    return plan_labels(model, intents, traffic, question, settings.sampling.min_probability)


def _one_model(stores: Stores, cells: Sequence[CellStatus], asked: Sequence[str]) -> Model:
    found = models_to_plan(stores, asked, cells)
    if len(found) == 1:
        return found[0]
    names = ", ".join(map(str, found[:5]))
    raise ConfigError([f"several models answer: {names}; name one with --model and --version"])


def models_to_plan(
    stores: Stores, asked: Sequence[str], cells: Sequence[CellStatus] | None = None
) -> Sequence[Model]:
    """Those of a name, version and environment, each where it is asked for; retired ones where no other is.

    Raises:
        ConfigError: there is none.
    """
    cells = stores.status.cells() if cells is None else cells
    name, version, environment = asked
    known = {status.state.cell.model for status in cells} | {
        each.anchor.model for each in stores.anchors.all()
    }
    fits = [
        model
        for model in sorted(known)
        if (not name or model.name == name)
        and (not version or model.version == version)
        and (not environment or model.environment == environment)
    ]
    over = retired(stores.status.services())
    found = [model for model in fits if model not in over] or fits
    if not found:
        what = " ".join(word for word in asked if word)
        raise ConfigError(
            [
                f"no model {what} is known: no anchor names it and no event came of it"
                if what
                else "there is nothing to plan for: import an anchor, and let the agent read some predictions"
            ]
        )
    return found
