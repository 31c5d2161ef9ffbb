"""A person's word about a version, kept where the evaluator reads it."""

from connectors.sql.evaluate.store import EvaluationStore
from monitor.app.clock import now
from monitor.app.oncall_stores import OnCallStores
from monitor.app.patience import patiently
from monitor.domain.events.types import Model
from monitor.evaluate.versions import retire_version, revive_version


def retire(stores: OnCallStores, model: Model, who: str, why: str) -> None:
    """It answers no requests that matter any more."""
    patiently(lambda: retire_version(EvaluationStore(stores.engine), model, who, why, now()))


def revive(stores: OnCallStores, model: Model) -> None:
    """It does again."""
    patiently(lambda: revive_version(EvaluationStore(stores.engine), model, now()))
