"""Settings in, kafka-python's options out, with the secrets that lie in files and the token provider."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from connectors.kafka.oauth import ClientCredentials
from connectors.secrets import read_secret
from monitor.errors import ConfigError
from monitor.settings.kafka import Kafka


def kafka_options(kafka: Kafka, clock: Callable[[], datetime]) -> dict[str, Any]:
    """What every client of ours takes; never log it.

    Raises:
        ConfigError: a secret's file cannot be read.
    """
    problems: list[str] = []

    def secret_in(key: str, file: Path) -> str:
        try:
            return read_secret(f"kafka.{key}", file)
        except ConfigError as err:
            problems.extend(err.problems)
            return ""

    options = kafka.client_options()
    if kafka.sasl_plain_password_file is not None:
        file = kafka.sasl_plain_password_file
        options["sasl_plain_password"] = secret_in("sasl_plain_password_file", file)
    if kafka.ssl_password_file is not None:
        options["ssl_password"] = secret_in("ssl_password_file", kafka.ssl_password_file)
    if kafka.sasl_mechanism == "OAUTHBEARER":
        secret = kafka.oauth_client_secret.get_secret_value() if kafka.oauth_client_secret else ""
        if kafka.oauth_client_secret_file is not None:
            secret = secret_in("oauth_client_secret_file", kafka.oauth_client_secret_file)
        options["sasl_oauth_token_provider"] = ClientCredentials(
            kafka.oauth_token_url or "", kafka.oauth_client_id or "", secret, kafka.oauth_scope, clock
        )
    if problems:
        raise ConfigError(problems)
    return options
