"""A person takes a version out of service, or back: it is judged so from the next evaluation on."""

from collections.abc import Mapping
from datetime import datetime

from msgspec.structs import replace

from monitor.domain.events.types import Model
from monitor.domain.judging.service import retire
from monitor.domain.judging.state import ModelState, Retirement
from monitor.domain.text.nearest import did_you_mean
from monitor.errors import ConfigError
from monitor.evaluate.labelling import READ_EVERY, read_traffic
from monitor.evaluate.ports import EvaluationStore, LabellingTransaction
from monitor.settings.settings import Settings


def in_service(
    models: Mapping[Model, ModelState], transaction: LabellingTransaction, now: datetime, settings: Settings
) -> dict[Model, ModelState]:
    """The versions whose retirement changes now.

    Of those that would be retired, and once an hour of those that are, the predictions are looked at that came
    meanwhile.
    """
    after = settings.versions.retire_after
    resting = {model for model, state in models.items() if state.retirement and not state.retirement.by}
    due = {model for model in resting if models[model].labelling.due(now, READ_EVERY)}
    changing = retire(models, now, after)
    looked_at = due | (changing.keys() - resting)
    for model in looked_at:
        read_traffic(model, models[model].labelling, transaction, now)
    return retire(models, now, after) if looked_at else changing


def retire_version(store: EvaluationStore, model: Model, who: str, why: str, now: datetime) -> None:
    """Retire a version until somebody revives it, whether or not it has predictions.

    Raises:
        ConfigError: no event names the version, or it is retired.
        LeaseHeldError: an evaluation is going on.
    """
    with store.evaluation() as tx:
        models = tx.models()
        state = _known(models, model)
        if state.retirement is not None and state.retirement.by:
            raise ConfigError([f"{model} is retired already, by {state.retirement.by}"])
        tx.save([], {model: replace(state, retirement=Retirement(now, who, why))})


def revive_version(store: EvaluationStore, model: Model, now: datetime) -> None:
    """Take a retired version back into service; a successor that answers for it retires it as late as one just left.

    Raises:
        ConfigError: no event names the version, or it is not retired.
        LeaseHeldError: an evaluation is going on.
    """
    with store.evaluation() as tx:
        models = tx.models()
        state = _known(models, model)
        if state.retirement is None:
            raise ConfigError([f"{model} is not retired; `anchorwatch version list` shows which are"])
        tx.save([], {model: replace(state, retirement=None, revived_at=now)})


def _known(models: Mapping[Model, ModelState], model: Model) -> ModelState:
    if model not in models:
        known = ", ".join(map(str, sorted(models))) or "no version yet"
        meant = did_you_mean(str(model), map(str, models))
        raise ConfigError([f"{model} is unknown: the events name {known}{meant}"])
    return models[model]
