"""The rules between the settings of MLflow."""

from urllib.parse import urlsplit

from monitor.settings.mlflow import MlflowSettings


def mlflow_problems(mlflow: MlflowSettings) -> list[str]:
    """Every broken rule as "key: what is wrong; what to do"."""
    problems = []
    if mlflow.url and not _is_address(mlflow.url):
        problems.append(
            "mlflow.url: is no address of a server; write http:// or https://, and a login in username and password"
        )
    for key in ("password", "token"):
        if getattr(mlflow, key) is not None and getattr(mlflow, f"{key}_file") is not None:
            problems.append(f"mlflow.{key}: give {key} or {key}_file, not both")
    password = mlflow.password is not None or mlflow.password_file is not None
    if password != bool(mlflow.username):
        problems.append("mlflow.username: a name and a password belong together; give both or neither")
    if password and (mlflow.token is not None or mlflow.token_file is not None):
        problems.append("mlflow.token: the server takes a password or a token; give one of them")
    return problems


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return False
