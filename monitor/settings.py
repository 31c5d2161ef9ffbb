"""Frozen settings and every rule between them.

Where a value comes from, strongest first: the command line, the environment (`ANCHORWATCH_A__B`), the
configuration file, the defaults here (`monitor.configuration` reads them in that order).
`config/anchorwatch.yaml` shows every key with a comment.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from monitor.domain.events import Kind


class Section(BaseModel):
    """Every section refuses keys it does not know: a typing error must not become a silent default."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Topics(Section):
    """The topics to read; both may be the same one."""

    predictions: str = Field("predictions", min_length=1)
    labels: str = Field("labels", min_length=1)


class Kafka(Section):
    """Where the events are. All security options have kafka-python's own names and are passed through."""

    bootstrap_servers: str = Field("localhost:9092", min_length=1)
    group_id: str = Field("anchorwatch", min_length=1)
    topics: Topics = Topics()
    client_id: str = "anchorwatch"
    session_timeout_ms: int = Field(45_000, gt=0)
    heartbeat_interval_ms: int = Field(3_000, gt=0)
    max_poll_records: int = Field(5_000, gt=0)
    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    ssl_cafile: str | None = None
    ssl_certfile: str | None = None
    ssl_keyfile: str | None = None
    ssl_password: SecretStr | None = None
    ssl_check_hostname: bool = True
    ssl_ciphers: str | None = None
    sasl_mechanism: (
        Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER", "GSSAPI", "AWS_MSK_IAM"] | None
    ) = None
    sasl_plain_username: str | None = None
    sasl_plain_password: SecretStr | None = None
    sasl_kerberos_service_name: str | None = None
    sasl_kerberos_domain_name: str | None = None

    def client_options(self) -> dict[str, Any]:
        """The options every kafka-python client takes, secrets in plain; never log this."""
        own = {"topics", "group_id", "session_timeout_ms", "heartbeat_interval_ms", "max_poll_records"}
        options: dict[str, Any] = {}
        for name in type(self).model_fields:
            value = getattr(self, name)
            if name in own or value is None:
                continue
            options[name] = value.get_secret_value() if isinstance(value, SecretStr) else value
        if self.security_protocol in ("PLAINTEXT", "SASL_PLAINTEXT"):
            del options["ssl_check_hostname"]
        return options


class Database(Section):
    """Where events, outcomes and positions are kept: SQLite, or PostgreSQL when agents share the work."""

    url: SecretStr = SecretStr("sqlite:///anchorwatch.db")


class Watch(Section):
    """Which intents may page: the listed ones ("*" for all), and the rare ones by either limit."""

    intents: tuple[str, ...] = ()
    rare_share: float = Field(0.03, ge=0, le=1)
    rare_support: int = Field(60, ge=0)


class Judge(Section):
    """When a cell is called degraded, blind or stale."""

    drop: float = Field(0.10, gt=0, lt=1)
    false_pages_per_year: float = Field(1.0, gt=0)
    labels_per_day: float = Field(10.0, gt=0)
    detect_within_days: float = Field(14.0, gt=0)
    stale_after_days: float = Field(3.0, gt=0)


class AnchorSettings(Section):
    """Which offline number is held up, and whether its own uncertainty counts."""

    basis: Literal["shipped", "real"] = "shipped"
    treat_as: Literal["estimate", "promise"] = "estimate"


class Sampling(Section):
    """The smallest chance of being labelled that any prediction can have: it bounds every weight."""

    min_probability: float = Field(0.01, gt=0, le=1)


class Labels(Section):
    """Which kinds of label enter recall. Complaints never do: they exist only for misses."""

    accept: tuple[Kind, ...] = (Kind.HUMAN, Kind.ADJUDICATED)

    @field_validator("accept")
    @classmethod
    def _no_complaints(cls, accept: tuple[Kind, ...]) -> tuple[Kind, ...]:
        if Kind.COMPLAINT in accept:
            raise ValueError(
                "complaint labels exist only for misses, so they can never enter recall; remove 'complaint'"
            )
        if not accept:
            raise ValueError("name at least one kind of label")
        return accept


class Slice(Section):
    """A slice to judge apart: its name in the events' `slices`, and which values."""

    name: str = Field(min_length=1, max_length=255)
    values: tuple[str, ...] | Literal["*"] = "*"
    cap: int = Field(20, gt=0, le=1000)
    against: Literal["own", "intent"] = "own"


class Poison(Section):
    """When too many rejects in a row stop the agent."""

    max_consecutive: int = Field(1_000, gt=0)


class Retention(Section):
    """How long predictions without an outcome are kept. Outcomes and tallies stay."""

    predictions_days: int = Field(90, gt=0)


class Limits(Section):
    """What one producer may at most fill the database with."""

    message_bytes: int = Field(1_000_000, gt=0)
    intents: int = Field(1_000, gt=0)


class Schedule(Section):
    """How often the jobs run."""

    evaluate_seconds: float = Field(60.0, gt=0)
    deliver_seconds: float = Field(5.0, gt=0)
    retention_hours: float = Field(24.0, gt=0)


class TerminalSettings(Section):
    """Pages are written to the agent's own terminal or log."""

    kind: Literal["terminal"]
    name: str = "terminal"


class SlackSettings(Section):
    """A Slack incoming webhook. Its URL is a secret: give it here or in a file."""

    kind: Literal["slack"]
    name: str = "slack"
    url: SecretStr | None = None
    url_file: Path | None = None


class WebhookSettings(Section):
    """Any HTTP endpoint; messages are signed as Standard Webhooks describes. Several secrets rotate."""

    kind: Literal["webhook"]
    name: str = "webhook"
    url: SecretStr | None = None
    url_file: Path | None = None
    secrets: tuple[SecretStr, ...] = ()
    secret_file: Path | None = None


SinkSettings = Annotated[TerminalSettings | SlackSettings | WebhookSettings, Field(discriminator="kind")]


class Intent(Section):
    """What a page about this intent should tell, and how much of the budget it gets."""

    blast_radius: str = ""
    runbook: str = ""
    weight: float = Field(1.0, gt=0)


class Settings(Section):
    """Everything that can be configured. Frozen: a changed setting is a new start."""

    kafka: Kafka = Kafka()
    database: Database = Database()
    watch: Watch = Watch()
    judge: Judge = Judge()
    anchor: AnchorSettings = AnchorSettings()
    sampling: Sampling = Sampling()
    labels: Labels = Labels()
    slices: tuple[Slice, ...] = ()
    poison: Poison = Poison()
    retention: Retention = Retention()
    limits: Limits = Limits()
    schedule: Schedule = Schedule()
    sinks: tuple[SinkSettings, ...] = (TerminalSettings(kind="terminal"),)
    intents: Mapping[str, Intent] = {}
    runbook: str = ""
    blast_radius: str = ""


def contradictions(settings: Settings) -> list[str]:
    """Every rule that spans more than one key, each broken one as "key: what is wrong; what to do"."""
    return [*_kafka_problems(settings.kafka), *_sink_problems(settings), *_other_problems(settings)]


def _kafka_problems(kafka: Kafka) -> list[str]:
    problems = []
    sasl, tls = kafka.security_protocol.startswith("SASL_"), kafka.security_protocol.endswith("SSL")
    if sasl and kafka.sasl_mechanism is None:
        problems.append(f"kafka.sasl_mechanism: {kafka.security_protocol} needs one; name a mechanism")
    if kafka.sasl_mechanism is not None and not sasl:
        problems.append(
            "kafka.security_protocol: kafka.sasl_mechanism is set, so this must be"
            f" SASL_PLAINTEXT or SASL_SSL, not {kafka.security_protocol}"
        )
    if sasl and kafka.sasl_mechanism in ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"):
        problems += [
            f"kafka.{key}: {kafka.sasl_mechanism} needs it; set it"
            for key in ("sasl_plain_username", "sasl_plain_password")
            if getattr(kafka, key) is None
        ]
    if (kafka.ssl_certfile is None) != (kafka.ssl_keyfile is None):
        missing = "ssl_certfile" if kafka.ssl_certfile is None else "ssl_keyfile"
        problems.append(f"kafka.{missing}: a client certificate needs both ssl_certfile and ssl_keyfile")
    if not tls:
        problems += [
            f"kafka.{key}: has no effect with {kafka.security_protocol}; remove it or use SSL"
            for key in ("ssl_cafile", "ssl_certfile", "ssl_ciphers")
            if getattr(kafka, key) is not None
        ]
    if kafka.heartbeat_interval_ms * 3 > kafka.session_timeout_ms:
        problems.append(
            "kafka.heartbeat_interval_ms: must be at most a third of kafka.session_timeout_ms"
            f" ({kafka.session_timeout_ms}), or one lost heartbeat ends the membership"
        )
    return problems


def _sink_problems(settings: Settings) -> list[str]:
    problems = []
    names = [sink.name for sink in settings.sinks]
    problems += [
        f"sinks: {names.count(name)} sinks are called {name!r}; give each its own name"
        for name in sorted({n for n in names if names.count(n) > 1})
    ]
    for sink in settings.sinks:
        if isinstance(sink, TerminalSettings):
            continue
        if sink.url is not None and sink.url_file is not None:
            problems.append(f"sinks.{sink.name}: give url or url_file, not both")
        if sink.url is None and sink.url_file is None:
            problems.append(f"sinks.{sink.name}: needs url or url_file")
        if isinstance(sink, WebhookSettings) and not sink.secrets and sink.secret_file is None:
            problems.append(f"sinks.{sink.name}: needs secrets or secret_file to sign its messages with")
    return problems


def _other_problems(settings: Settings) -> list[str]:
    problems = []
    names = [slice_.name for slice_ in settings.slices]
    problems += [
        f"slices: {name!r} is listed {names.count(name)} times; list it once"
        for name in sorted({n for n in names if names.count(n) > 1})
    ]
    if settings.retention.predictions_days < settings.judge.detect_within_days:
        problems.append(
            f"retention.predictions_days: {settings.retention.predictions_days} is less than"
            f" judge.detect_within_days ({settings.judge.detect_within_days:g}), so predictions"
            " would be dropped before their labels are waited for"
        )
    return problems
