"""Where events come from."""

from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr

from monitor.settings.registry import SchemaRegistrySettings
from monitor.settings.section import Section
from monitor.settings.topics import TopicSettings


class Kafka(Section):
    """Where the events are. All security options have kafka-python's own names and are passed through."""

    bootstrap_servers: str = Field("localhost:9092", min_length=1)
    group_id: str = Field("anchorwatch", min_length=1, max_length=255)
    topics: TopicSettings = TopicSettings()
    client_id: str = "anchorwatch"
    session_timeout_ms: int = Field(45_000, gt=0)
    heartbeat_interval_ms: int = Field(3_000, gt=0)
    max_poll_records: int = Field(10_000, gt=0)
    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    ssl_cafile: str | None = None
    ssl_certfile: str | None = None
    ssl_keyfile: str | None = None
    ssl_password: SecretStr | None = None
    ssl_password_file: Path | None = None
    ssl_check_hostname: bool = True
    ssl_ciphers: str | None = None
    sasl_mechanism: (
        Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER", "GSSAPI", "AWS_MSK_IAM"] | None
    ) = None
    sasl_plain_username: str | None = None
    sasl_plain_password: SecretStr | None = None
    sasl_plain_password_file: Path | None = None
    sasl_kerberos_service_name: str | None = None
    sasl_kerberos_domain_name: str | None = None
    oauth_token_url: str | None = None
    oauth_client_id: str | None = None
    oauth_client_secret: SecretStr | None = None
    oauth_client_secret_file: Path | None = None
    oauth_scope: str | None = None
    schema_registry: SchemaRegistrySettings | None = None
    stalled_after_seconds: float = Field(120.0, gt=0)

    def client_options(self) -> dict[str, Any]:
        """The options every kafka-python client takes, secrets in plain; never log this.

        What lies in files, and the token provider, is added by `connectors.kafka.options`.
        """
        own = {
            "topics",
            "schema_registry",
            "group_id",
            "session_timeout_ms",
            "heartbeat_interval_ms",
            "max_poll_records",
        }
        own |= {"schema_registry", "stalled_after_seconds", "ssl_password_file", "sasl_plain_password_file"}
        own |= {name for name in type(self).model_fields if name.startswith("oauth_")}
        options: dict[str, Any] = {}
        for name in type(self).model_fields:
            value = getattr(self, name)
            if name in own or value is None:
                continue
            options[name] = value.get_secret_value() if isinstance(value, SecretStr) else value
        if self.security_protocol in ("PLAINTEXT", "SASL_PLAINTEXT"):
            del options["ssl_check_hostname"]
        return options
