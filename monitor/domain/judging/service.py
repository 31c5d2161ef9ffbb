"""What is known of a model's versions goes in; which of them answer requests, and which another replaced, comes out."""

from collections import defaultdict
from collections.abc import Mapping, Set
from datetime import datetime, timedelta
from enum import StrEnum
from heapq import nlargest
from typing import NamedTuple

from msgspec.structs import replace

from monitor.domain.events.types import Model
from monitor.domain.judging.state import ModelState, Retirement

GOES_ON = timedelta(days=1)
"""A version is replaced once another has gone on without it for so long: a canary has hours without traffic."""


PAUSES = 1.5
"""A version that usually pauses for a week, as it answers once a week, may pause half as long again."""


class Service(StrEnum):
    """Whether a version answers requests; one that is replaced has stopped, and another goes on."""

    SERVING = "serving"
    REPLACED = "replaced"
    RETIRED = "retired"


class VersionService(NamedTuple):
    """A version's service, and when its last prediction came (to the hour); None where none is known."""

    service: Service
    last_prediction: datetime | None
    retirement: Retirement | None


def services(models: Mapping[Model, ModelState]) -> dict[Model, VersionService]:
    """Every version's service, as it was last decided."""
    latest = {model: last_prediction(state) for model, state in models.items()}
    newest = _newest_others(latest)
    return {
        model: VersionService(
            Service.RETIRED
            if state.retirement is not None
            else Service.REPLACED
            if _succeeded(latest[model], newest.get(model))
            else Service.SERVING,
            latest[model],
            state.retirement,
        )
        for model, state in models.items()
    }


def retire(models: Mapping[Model, ModelState], now: datetime, after: timedelta) -> dict[Model, ModelState]:
    """The versions whose retirement changes: retired where a successor has answered for so long, and back in service.

    A version is retired once another version of the same model and environment has gone on without it for `after`, and
    for half as long again as it usually pauses, be that newer or older: a release that was rolled back is retired, too.
    That goes by the predictions' own times: where all traffic stops, or old events are read, nobody is retired. Who
    revived a version gives it as long again. It is back with its next prediction, unless a person retired it.
    """
    latest = {model: last_prediction(state) for model, state in models.items()}
    newest = _newest_others(latest)
    changed = {}
    for model, state in models.items():
        last, retirement = latest[model], state.retirement
        since = max((time for time in (last, state.revived_at) if time is not None), default=None)
        if retirement is None:
            patience = max(after, PAUSES * state.labelling.predictions.longest_gap)
            theirs = newest.get(model)
            if since is not None and theirs is not None and theirs - since >= patience:
                changed[model] = replace(state, retirement=Retirement(now, last=last))
        elif not retirement.by and last is not None and last > (retirement.last or retirement.at):
            changed[model] = replace(state, retirement=None)
    return changed


def replaced(models: Mapping[Model, ModelState]) -> Set[Model]:
    """The versions that do not answer any more because another does."""
    return {model for model, known in services(models).items() if known.service is not Service.SERVING}


def retired(services: Mapping[Model, VersionService]) -> Set[Model]:
    """The versions that are retired."""
    return {model for model, known in services.items() if known.service is Service.RETIRED}


def last_prediction(state: ModelState) -> datetime | None:
    """When a version's last prediction came, to the end of its hour, strays left out; None before the first."""
    return state.labelling.predictions.latest()


def _succeeded(last: datetime | None, theirs: datetime | None) -> bool:
    """Whether another version went on for `GOES_ON` at least."""
    return last is not None and theirs is not None and theirs - last >= GOES_ON


def _newest_others(latest: Mapping[Model, datetime | None]) -> dict[Model, datetime]:
    """When the last prediction of another version of the same model and environment came, where there is such."""
    known: dict[tuple[str, str], list[tuple[datetime, Model]]] = defaultdict(list)
    for model, last in latest.items():
        if last is not None:
            known[model.name, model.environment].append((last, model))
    last_two = {owner: nlargest(2, versions) for owner, versions in known.items()}
    newest = {}
    for model in latest:
        for last, other in last_two.get((model.name, model.environment), ()):
            if other != model:
                newest[model] = last
                break
    return newest
