"""Every rule of MLflow's settings: a minimal violation and the exact message."""

import pytest

from tests.settings.configurations import problems

ADDRESS = (
    "mlflow.url: is no address of a server; write http:// or https://, and a login in username and password"
)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("mlflow: {url: 'tickets.example.org'}", ADDRESS),
        ("mlflow: {url: 'https://'}", ADDRESS),
        ("mlflow: {url: 'https://us:secret@host'}", ADDRESS),
        ("mlflow: {url: 'http://[::1'}", ADDRESS),
        (
            "mlflow: {username: us, password: x, password_file: y}",
            "mlflow.password: give password or password_file, not both",
        ),
        ("mlflow: {token: x, token_file: y}", "mlflow.token: give token or token_file, not both"),
        (
            "mlflow: {username: us}",
            "mlflow.username: a name and a password belong together; give both or neither",
        ),
        (
            "mlflow: {password: x}",
            "mlflow.username: a name and a password belong together; give both or neither",
        ),
        (
            "mlflow: {username: us, password: x, token: y}",
            "mlflow.token: the server takes a password or a token; give one of them",
        ),
    ],
)
def test_a_broken_rule_is_said(text: str, message: str) -> None:
    assert problems(text) == [message]
