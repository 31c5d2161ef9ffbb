"""The offline numbers of a run: its report, or else its metrics, and where they are from."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from connectors.mlflow.client import MlflowClient
from connectors.mlflow.source import MlflowSource
from monitor.errors import ConfigError
from monitor.settings.mlflow import MlflowSettings

FOLDERS_MAX = 200


class OfflineRun(NamedTuple):
    """What a run says of a model. `report` is empty where it keeps none; then there are its `metrics`.

    `model` and `version` are as registered, or empty for a run by its id; `dataset` is `name#digest` of what it
    logged as its data, `path` that of the report within the run.
    """

    run: str
    model: str = ""
    version: str = ""
    dataset: str = ""
    path: str = ""
    report: bytes = b""
    metrics: Mapping[str, float] = {}


def offline_run(settings: MlflowSettings, source: MlflowSource, *, by_metrics: bool = False) -> OfflineRun:
    """Ask MLflow; with `by_metrics` no report is looked for.

    Raises:
        ConfigError: MLflow is not configured, refuses us, knows no such model or run, or several files of the run
            have the report's name.
        UnavailableError: it does not answer.
    """
    with MlflowClient(settings) as client:
        model = version = ""
        run = source.run
        if not run:
            registered = client.model_version(source.model, alias=source.alias, version=source.version)
            model, version, run = (str(registered.get(key) or "") for key in ("name", "version", "run_id"))
            if not run:
                raise ConfigError(
                    [f"{model} {version} in MLflow is of no run, so it has no numbers; name a run"]
                )
        content = client.run(run)
        path = "" if by_metrics else _report_path(client, run, source.artifact or settings.artifact)
        if source.artifact and not path:
            raise ConfigError([f"run {run} in MLflow keeps no file {source.artifact}; check the path"])
        return OfflineRun(
            run,
            model,
            version,
            _dataset(content.get("inputs")),
            path,
            client.content(run, path) if path else b"",
            dict(_metrics(content.get("data"))),
        )


def _report_path(client: MlflowClient, run: str, wanted: str) -> str:
    """The path of the report in the run; empty where there is none."""
    if "/" in wanted:
        folder = wanted.rpartition("/")[0]
        return next((path for path, _ in _listed(client, run, folder) if path == wanted), "")
    paths: list[str] = []
    folders = [""]
    for folder in folders:
        for path, is_folder in _listed(client, run, folder):
            if is_folder and len(folders) < FOLDERS_MAX:
                folders.append(path)
            elif path.rpartition("/")[2] == wanted:
                paths.append(path)
    if len(paths) > 1:
        raise ConfigError(
            [
                f"run {run} in MLflow keeps several: {', '.join(sorted(paths))}; name one as mlflow:runs:/{run}/PATH"
            ]
        )
    return paths[0] if paths else ""


def _listed(client: MlflowClient, run: str, folder: str) -> Sequence[tuple[str, bool]]:
    return [(str(file.get("path", "")), bool(file.get("is_dir"))) for file in client.files(run, folder)]


def _metrics(data: Any) -> Iterable[tuple[str, float]]:  # noqa: ANN401 - as the server sent it
    for metric in _objects(data, "metrics"):
        value = metric.get("value")
        if isinstance(value, int | float) and math.isfinite(value):
            yield str(metric.get("key")), float(value)


def _dataset(inputs: Any) -> str:  # noqa: ANN401 - as the server sent it
    """What was evaluated: of several the one that the run calls its test or evaluation data, else all of them."""
    names: dict[str, bool] = {}
    for each in _objects(inputs, "dataset_inputs"):
        dataset = each.get("dataset")
        if not isinstance(dataset, dict):
            continue
        contexts = {str(tag.get("value")) for tag in _objects(each, "tags")}
        name = f"{dataset.get('name', '')}#{dataset.get('digest', '')}".strip("#")
        names[name] = bool(contexts & {"test", "eval", "evaluation", "validation"})
    chosen = [name for name, evaluated in names.items() if evaluated] or list(names)
    return ", ".join(chosen)


def _objects(value: Any, key: str) -> list[dict[str, Any]]:  # noqa: ANN401 - as the server sent it
    """The objects in a list of an object; none where it is something else."""
    listed = value.get(key) if isinstance(value, dict) else None
    return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
