"""The schema registry that says what framed records are written in."""

from pathlib import Path

from pydantic import Field, SecretStr

from monitor.settings.section import Section


class SchemaRegistrySettings(Section):
    """Confluent's, or one that speaks its API. A user with a password, or a bearer token, or neither."""

    url: str = Field(min_length=1)
    username: str | None = None
    password: SecretStr | None = None
    password_file: Path | None = None
    token: SecretStr | None = None
    token_file: Path | None = None
    cafile: Path | None = None
