"""A real MLflow server on loopback, from the environment that `make mlflow` builds."""

import shutil
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

import httpx
from typing_extensions import override

from tests.services.prometheus import Service
from tests.services.require import Missing

BUILT = Path(__file__).parents[2] / ".venv-mlflow" / "bin" / "mlflow"


class Mlflow(Service):
    """A tracking server with a registry and artifacts, all in its folder."""

    name = "mlflow"
    start_s = 240.0
    ready_path = "/health"
    # It would tell its makers that it was started, and leave a dozen consumers of jobs behind.
    environment: ClassVar[Mapping[str, str]] = {
        "DO_NOT_TRACK": "true",
        "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
    }

    @override
    def found(self) -> str:
        program = str(BUILT) if BUILT.exists() else shutil.which("mlflow")
        if program is None:
            raise Missing(self.name, "there is no mlflow; `make mlflow` builds an environment with it")
        return program

    @override
    def words(self, port: int) -> Sequence[str]:
        return [
            "server",
            *("--host", "127.0.0.1", "--port", str(port), "--workers", "1"),
            *("--backend-store-uri", f"sqlite:///{self.folder / 'mlflow.db'}"),
            *("--artifacts-destination", str(self.folder / "artifacts")),
        ]

    def ask(self, question: str, body: Mapping[str, object]) -> Any:  # noqa: ANN401
        """What the tracking server answers."""
        answer = httpx.post(f"{self.url}/api/2.0/mlflow/{question}", json=body, timeout=60)
        return answer.raise_for_status().json()

    def new_run(self) -> str:
        """A run in an experiment of its own; its id."""
        experiment = self.ask("experiments/create", {"name": f"tickets {uuid.uuid4()}"})["experiment_id"]
        return str(self.ask("runs/create", {"experiment_id": experiment})["run"]["info"]["run_id"])

    def log_file(self, run: str, path: str, content: bytes) -> None:
        """Keep a file with a run."""
        info = self.get("/api/2.0/mlflow/runs/get", run_id=run)["run"]["info"]
        place = (
            f"{self.url}/api/2.0/mlflow-artifacts/artifacts/{info['experiment_id']}/{run}/artifacts/{path}"
        )
        httpx.put(place, content=content, timeout=60).raise_for_status()
