"""The few questions that MLflow is asked, over its REST interface 2.0."""

import json
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

import httpx

from connectors.secrets import read_secret
from monitor.errors import ConfigError, NotFoundError, UnavailableError
from monitor.settings.mlflow import MlflowSettings

ANSWER_MAX = 100_000_000
PAGES_MAX = 1_000
WORDS_SHOWN = 300


class MlflowClient:
    """Asks one server. No redirect is followed, and no message holds the login.

    Raises:
        ConfigError: `mlflow.url` is not set, or a file with a secret cannot be read.
    """

    def __init__(self, settings: MlflowSettings) -> None:
        if not settings.url:
            raise ConfigError(["mlflow.url: say where MLflow is, such as http://127.0.0.1:5000"])
        self._host = httpx.URL(settings.url).host
        self._client = httpx.Client(
            base_url=settings.url.rstrip("/") + "/",
            auth=_login(settings),
            headers=_token(settings),
            timeout=settings.timeout_seconds,
            follow_redirects=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._client.close()

    def model_version(self, name: str, *, alias: str = "", version: str = "") -> Mapping[str, Any]:
        """A registered model's version, by its alias or number."""
        if alias:
            answer = self._ask("registered-models/alias", {"name": name, "alias": alias})
        else:
            answer = self._ask("model-versions/get", {"name": name, "version": version})
        return self._object(answer, "model_version")

    def run(self, run: str) -> Mapping[str, Any]:
        """A run with its metrics and its datasets."""
        return self._object(self._ask("runs/get", {"run_id": run}), "run")

    def files(self, run: str, folder: str = "") -> list[Mapping[str, Any]]:
        """What a folder of the run holds: `path` and `is_dir` of each."""
        about = {"run_id": run} | ({"path": folder} if folder else {})
        files: list[Mapping[str, Any]] = []
        for _ in range(PAGES_MAX):
            listed = self._ask("artifacts/list", about)
            files += [file for file in listed.get("files") or [] if isinstance(file, dict)]
            if not listed.get("next_page_token"):
                break
            about = {**about, "page_token": str(listed["next_page_token"])}
        return files

    def content(self, run: str, path: str) -> bytes:
        """The bytes of a file of the run."""
        return self._get("get-artifact", {"run_id": run, "path": path})

    def _ask(self, question: str, about: Mapping[str, str]) -> dict[str, Any]:
        try:
            answer = json.loads(self._get(f"api/2.0/mlflow/{question}", about))
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict):
            raise UnavailableError(f"{self._host} did not answer as MLflow does; check mlflow.url")
        return answer

    def _get(self, path: str, about: Mapping[str, str]) -> bytes:
        try:
            with self._client.stream("GET", path, params=about) as answer:
                content = b""
                for chunk in answer.iter_bytes():
                    content += chunk
                    if len(content) > ANSWER_MAX:
                        raise ConfigError(
                            [f"{self._host} sent more than {ANSWER_MAX:,} bytes; no report is so large"]
                        )
        except (httpx.HTTPError, OSError) as error:
            raise UnavailableError(
                f"MLflow at {self._host} did not answer ({type(error).__name__}). Check mlflow.url."
            ) from None
        if answer.status_code == httpx.codes.OK:
            return content
        raise self._refusal(answer.status_code, content)

    def _refusal(self, status: int, content: bytes) -> ConfigError | UnavailableError:
        code, words = _words(content)
        if status in (401, 403):
            return ConfigError(
                [
                    f"MLflow at {self._host} refused us ({status}); check mlflow.username and password, or mlflow.token"
                ]
            )
        if status < 500 and code in ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"):
            return NotFoundError([f"MLflow at {self._host}: {words}"])
        if status == httpx.codes.NOT_FOUND:
            return NotFoundError([f"MLflow at {self._host} has no such address (404); check mlflow.url"])
        return UnavailableError(f"MLflow at {self._host} answered {status}" + (f": {words}" if words else ""))

    def _object(self, answer: Mapping[str, Any], key: str) -> Mapping[str, Any]:
        if not isinstance(answer.get(key), dict):
            raise UnavailableError(f"{self._host} did not answer as MLflow does; check mlflow.url")
        return dict(answer[key])


def _login(settings: MlflowSettings) -> httpx.BasicAuth | None:
    if not settings.username:
        return None
    if settings.password_file is not None:
        return httpx.BasicAuth(settings.username, read_secret("mlflow.password_file", settings.password_file))
    return httpx.BasicAuth(
        settings.username, settings.password.get_secret_value() if settings.password else ""
    )


def _token(settings: MlflowSettings) -> dict[str, str]:
    if settings.token is not None:
        return {"Authorization": f"Bearer {settings.token.get_secret_value()}"}
    if settings.token_file is not None:
        return {"Authorization": f"Bearer {read_secret('mlflow.token_file', settings.token_file)}"}
    return {}


def _words(content: bytes) -> tuple[str, str]:
    """MLflow's own code for a refusal, and the beginning of what it says."""
    try:
        answer = json.loads(content)
        return str(answer.get("error_code", "")), " ".join(str(answer.get("message", "")).split())[
            :WORDS_SHOWN
        ]
    except (ValueError, AttributeError, RecursionError):
        return "", ""
