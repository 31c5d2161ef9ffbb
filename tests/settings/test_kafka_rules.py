"""The rules of Kafka's security settings: each contradiction in its exact words, and secrets from files."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from connectors.kafka.oauth import ClientCredentials
from connectors.kafka.options import kafka_options
from monitor.errors import ConfigError
from monitor.settings.kafka import Kafka
from monitor.settings.rules import contradictions
from monitor.settings.settings import Settings

SASL = {"security_protocol": "SASL_SSL", "sasl_mechanism": "PLAIN", "sasl_plain_username": "agent"}
OAUTH = {
    "security_protocol": "SASL_SSL",
    "sasl_mechanism": "OAUTHBEARER",
    "oauth_token_url": "https://login.example.org/token",
    "oauth_client_id": "agent",
    "oauth_client_secret": "s3cret",
}
TLS = {"security_protocol": "SSL", "ssl_certfile": "a.pem", "ssl_keyfile": "a.key"}
NEEDS_HTTPS = (
    "kafka.oauth_token_url: must be https, since the client secret is sent there;"
    " only a loopback address may be http"
)


def problems(section: dict[str, Any]) -> list[str]:
    return contradictions(Settings(kafka=Kafka.model_validate(section)))


@pytest.mark.parametrize(
    "section",
    [
        SASL | {"sasl_plain_password": "s3cret"},
        SASL | {"sasl_plain_password_file": "/run/secrets/kafka"},
        OAUTH,
        OAUTH | {"oauth_scope": "kafka", "oauth_token_url": "http://127.0.0.1:8080/token"},
        OAUTH | {"oauth_token_url": "http://[::1]/token"},
        OAUTH | {"oauth_token_url": "http://localhost/token"},
        TLS | {"ssl_password": "s3cret"},
        TLS | {"ssl_password_file": "/run/secrets/key"},
    ],
)
def test_what_belongs_together_is_accepted(section: dict[str, Any]) -> None:
    assert problems(section) == []


@pytest.mark.parametrize(
    ("section", "problem"),
    [
        (SASL, "kafka.sasl_plain_password: PLAIN needs it; set it or sasl_plain_password_file"),
        (
            SASL | {"sasl_plain_password": "s3cret", "sasl_plain_password_file": "f"},
            "kafka.sasl_plain_password: give sasl_plain_password or sasl_plain_password_file, not both",
        ),
        (
            TLS | {"ssl_password": "s3cret", "ssl_password_file": "f"},
            "kafka.ssl_password: give ssl_password or ssl_password_file, not both",
        ),
        (
            {"security_protocol": "SSL", "ssl_password_file": "f"},
            "kafka.ssl_password_file: there is no ssl_keyfile that it could open; remove it or set ssl_keyfile",
        ),
        (
            OAUTH | {"oauth_client_secret_file": "f"},
            "kafka.oauth_client_secret: give oauth_client_secret or oauth_client_secret_file, not both",
        ),
        (OAUTH | {"oauth_token_url": None}, "kafka.oauth_token_url: OAUTHBEARER needs it; set it"),
        (OAUTH | {"oauth_client_id": None}, "kafka.oauth_client_id: OAUTHBEARER needs it; set it"),
        (
            OAUTH | {"oauth_client_secret": None},
            "kafka.oauth_client_secret: OAUTHBEARER needs it; set it or oauth_client_secret_file",
        ),
        (
            {"oauth_scope": "kafka"},
            "kafka.oauth_scope: has no effect without sasl_mechanism OAUTHBEARER; remove it or set that",
        ),
        (OAUTH | {"oauth_token_url": "http://login.example.org/token"}, NEEDS_HTTPS),
        (OAUTH | {"oauth_token_url": "http://127.0.0.1.example.org/token"}, NEEDS_HTTPS),
        (OAUTH | {"oauth_token_url": "http://localhost.example.org/token"}, NEEDS_HTTPS),
        (
            OAUTH | {"oauth_token_url": "https://agent:s3cret@login.example.org/token"},
            "kafka.oauth_token_url: must not hold a user or a password;"
            " use oauth_client_id and oauth_client_secret",
        ),
        (
            OAUTH | {"oauth_token_url": "login.example.org/token"},
            "kafka.oauth_token_url: must be an address; write https://HOST/PATH",
        ),
        (
            OAUTH | {"oauth_token_url": "https://[login/token"},
            "kafka.oauth_token_url: is malformed; write https://HOST/PATH",
        ),
    ],
)
def test_a_contradiction_is_reported_in_one_sentence(section: dict[str, Any], problem: str) -> None:
    assert problems(section) == [problem]


def options(section: dict[str, Any]) -> dict[str, Any]:
    return kafka_options(Kafka.model_validate(section), lambda: datetime(2026, 11, 22, tzinfo=UTC))


def test_passwords_come_from_their_files_under_kafka_pythons_names(tmp_path: Path) -> None:
    (tmp_path / "one").write_text("pass word\n", encoding="utf-8")
    (tmp_path / "two").write_text("opens\r\n", encoding="utf-8")
    client_options = options(
        SASL
        | TLS
        | {"security_protocol": "SASL_SSL"}
        | {"sasl_plain_password_file": tmp_path / "one", "ssl_password_file": tmp_path / "two"}
    )
    assert (client_options["sasl_plain_password"], client_options["ssl_password"]) == ("pass word", "opens")
    assert not [key for key in client_options if key.endswith("_file") and not key.startswith("ssl_")]
    assert not {"ssl_password_file", "stalled_after_seconds"} & client_options.keys()


def test_a_token_provider_is_made_and_no_setting_of_ours_reaches_kafka_python() -> None:
    client_options = options(OAUTH)
    assert isinstance(client_options["sasl_oauth_token_provider"], ClientCredentials)
    assert not [key for key in client_options if key.startswith("oauth_")]
    assert "s3cret" not in repr(client_options)


def test_every_file_that_cannot_be_used_is_reported_at_once_and_never_its_content(tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"s3cret\xff")
    (tmp_path / "empty").write_text(" \n", encoding="utf-8")
    files = {
        "sasl_plain_password_file": tmp_path / "missing",
        "ssl_password_file": tmp_path / "binary",
        "oauth_client_secret_file": tmp_path / "empty",
    }
    with pytest.raises(ConfigError) as caught:
        options({"security_protocol": "SASL_SSL", "sasl_mechanism": "OAUTHBEARER"} | files)
    assert caught.value.problems == [
        f"kafka.sasl_plain_password_file: the file {tmp_path}/missing cannot be read:"
        " No such file or directory",
        f"kafka.ssl_password_file: the file {tmp_path}/binary is not text",
        f"kafka.oauth_client_secret_file: the file {tmp_path}/empty is empty",
    ]
