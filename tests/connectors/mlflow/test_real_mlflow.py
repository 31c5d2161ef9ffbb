"""`anchor import mlflow:…` against a real server, by the commands of docs/doors/offline-numbers.md."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.commanding import command
from tests.e2e.typed_in_docs import commands
from tests.services.mlflow import Mlflow
from tests.services.require import running

PAGE = Path(__file__).parents[3] / "docs" / "doors" / "offline-numbers.md"
REPORT = {
    "gdpr_erasure": {"recall": 0.88, "support": 50.0},
    "cancel": {"recall": 0.9, "support": 100.0},
    "accuracy": 134 / 150,
}


@pytest.fixture(scope="module")
def mlflow() -> Iterator[Mlflow]:
    with running(Mlflow()) as server:
        yield server


@pytest.fixture
def config(mlflow: Mlflow, tmp_path: Path) -> Path:
    file = tmp_path / "anchorwatch.yaml"
    content = {"database": {"url": f"sqlite:///{tmp_path / 'a.db'}"}, "mlflow": {"url": mlflow.url}}
    file.write_text(json.dumps(content), encoding="utf-8")
    return file


def run(*words: str | Path, code: int = 0) -> subprocess.CompletedProcess[str]:
    done = command([str(word) for word in words], Path.cwd())
    assert done.returncode == code, done.stderr
    return done


def anchors(config: Path) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = json.loads(run("anchor", "list", "--json", "--config", config).stdout)
    return listed


def registered(mlflow: Mlflow, run_id: str, alias: str) -> None:
    version = {"name": "tickets", "source": f"runs:/{run_id}/model", "run_id": run_id}
    number = mlflow.ask("model-versions/create", version)["model_version"]["version"]
    mlflow.ask("registered-models/alias", {"name": "tickets", "alias": alias, "version": number})


def test_the_page_about_offline_numbers_is_what_happens(mlflow: Mlflow, config: Path) -> None:
    with_report, with_metrics = mlflow.new_run(), mlflow.new_run()
    mlflow.log_file(with_report, "evaluation/classification_report.json", json.dumps(REPORT).encode())
    dataset = {"name": "heldout", "digest": "7aa4effe", "source_type": "local", "source": "{}"}
    tags = [{"key": "mlflow.data.context", "value": "test"}]
    mlflow.ask("runs/log-inputs", {"run_id": with_report, "datasets": [{"dataset": dataset, "tags": tags}]})
    for key, value in {"gdpr/recall": 0.88, "gdpr/n": 50, "cancel/recall": 0.9, "loss": 1.5}.items():
        mlflow.ask("runs/log-metric", {"run_id": with_metrics, "key": key, "value": value, "timestamp": 1})
    mlflow.ask("registered-models/create", {"name": "tickets"})
    registered(mlflow, with_report, "champion")
    registered(mlflow, with_metrics, "by-metrics")

    champion, again, metrics = (
        run(*each.words[1:], "--config", config) for each in commands(PAGE, "needs=mlflow")
    )
    assert "of tickets v1 (prod): 2 intents, 150 examples" in champion.stdout
    assert "imported before" in again.stdout
    assert "of tickets v2 (prod): 1 intents, 50 examples" in metrics.stdout
    left_out = f"mlflow:runs:/{with_metrics}: 'cancel/recall': no 'cancel/n' says on how many examples"
    assert left_out in metrics.stderr

    by_version = {anchor["version"]: anchor for anchor in anchors(config)}
    first = by_version["1"]
    assert (first["run"], first["dataset"], first["importer"]) == (
        with_report,
        "heldout#7aa4effe",
        "mlflow-report",
    )
    assert first["source"] == "mlflow:models:/tickets@champion"
    assert first["active_since"] is not None
    assert by_version["2"]["importer"] == "mlflow-metrics"

    nobody = run("anchor", "import", "mlflow:models:/tickets@nobody", "--config", config, code=2)
    assert "Registered model alias nobody not found" in nobody.stderr
    unnamed = run("anchor", "import", f"mlflow:runs:/{with_report}", "--config", config, code=2)
    assert "--model: say it as the model's events do" in unnamed.stderr
