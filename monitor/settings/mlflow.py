"""Where a team's MLflow is, for `anchor import mlflow:…`. The rules between these are in `mlflow_rules`."""

from pathlib import Path

from pydantic import Field, SecretStr

from monitor.settings.section import Section


class MlflowSettings(Section):
    """A tracking server, asked by `anchor import` only. It takes a user's name with a password, or a token.

    `artifact` is the report that a run keeps: a path within the run, or a name that is looked for in its folders.
    """

    url: str = ""
    username: str = ""
    password: SecretStr | None = None
    password_file: Path | None = None
    token: SecretStr | None = None
    token_file: Path | None = None
    artifact: str = Field("classification_report.json", min_length=1)
    timeout_seconds: float = Field(15.0, gt=0, le=600)
