"""Offline numbers from wherever they are kept: a file, or a run that MLflow tracks."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from connectors.files.anchors.problems import Problems
from connectors.files.anchors.reader import read_anchor
from connectors.mlflow.offline import offline_run
from connectors.mlflow.source import PREFIX, mlflow_source
from monitor.app.anchors import ImportedAnchor, import_file, keep, of_intents
from monitor.app.clock import now
from monitor.app.stores import Stores
from monitor.domain.anchors.metric_names import MetricNames
from monitor.domain.anchors.promise import Provenance
from monitor.domain.events.names import named_model
from monitor.domain.events.types import Model
from monitor.errors import ConfigError


class Released(NamedTuple):
    """Which model version numbers are of; what is empty goes by the name that MLflow has for it."""

    name: str = ""
    version: str = ""
    environment: str = "prod"


def import_source(
    stores: Stores,
    source: str,
    released: Released,
    intents: Sequence[str] = (),
    *,
    names: MetricNames | None = None,
    activated_by: str = "",
) -> ImportedAnchor:
    """Keep the offline recall of a model version, of these intents or of all, and hold it to it as somebody says.

    Args:
        stores: where to.
        source: a file, or `mlflow:` and a model or run.
        released: whose numbers they are.
        intents: which of them.
        names: how the numbers of a file, or the metrics of a run, are named; without them a report is read, and
            the metrics of a run that keeps none.
        activated_by: who holds the model to them; nobody unless given.

    Raises:
        ConfigError: it can't be read, holds no such intent, or nobody says which model it is of.
        UnavailableError: MLflow does not answer.
    """
    if not source.startswith(PREFIX):
        return import_file(
            stores, Path(source), _model(released), intents, names=names, activated_by=activated_by
        )
    run = offline_run(stores.settings.mlflow, mlflow_source(source), by_metrics=names is not None)
    place = f"{PREFIX}runs:/{run.run}" + (f"/{run.path}" if run.path else "")
    if run.path:
        importer, content = "mlflow-report", read_anchor(run.report, Problems(place), intents)
    else:
        numbers = json.dumps(run.metrics, sort_keys=True).encode()
        importer = "mlflow-metrics"
        content = read_anchor(numbers, Problems(place), intents, names or MetricNames())
    model = _model(
        Released(released.name or run.model, released.version or run.version, released.environment)
    )
    content = of_intents(stores, content, place, model)
    provenance = Provenance(
        source, content.sha256, importer, now(), len(content.examples), run.run, run.dataset
    )
    return keep(stores, model, content, provenance, activated_by=activated_by)


def _model(released: Released) -> Model:
    missing = [
        f"--{key}: say it as the model's events do; only a model registered in MLflow brings it along"
        for key, value in (("model", released.name), ("version", released.version))
        if not value
    ]
    if missing:
        raise ConfigError(missing)
    return named_model(*released)
