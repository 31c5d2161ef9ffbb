"""Frozen settings. The rules between them are in `monitor.settings.rules`.

Where a value comes from, strongest first: the command line, the environment (`ANCHORWATCH_A__B`), the
configuration file, the defaults here (`monitor.settings.load` reads them in that order).
`config/anchorwatch.yaml` shows every key with a comment.
"""

from collections.abc import Mapping
from datetime import time
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, field_validator

from monitor.domain.events.names import normal
from monitor.domain.events.types import Kind
from monitor.domain.telling.routing import Severity
from monitor.settings.section import Section, at_least
from monitor.settings.sinks import SinkSettings, TerminalSettings

CENTURY_DAYS = 36_500  # no setting reaches further: dates end with the year 9999


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
    stalled_after_seconds: float = Field(120.0, gt=0)

    def client_options(self) -> dict[str, Any]:
        """The options every kafka-python client takes, secrets in plain; never log this.

        What lies in files, and the token provider, is added by `connectors.kafka.options`.
        """
        own = {"topics", "group_id", "session_timeout_ms", "heartbeat_interval_ms", "max_poll_records"}
        own |= {"stalled_after_seconds", "ssl_password_file", "sasl_plain_password_file"}
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


class Database(Section):
    """Where events, outcomes and positions are kept: SQLite, or PostgreSQL when agents share the work."""

    url: SecretStr = SecretStr("sqlite:///anchorwatch.db")


class Watch(Section):
    """Which intents may page: the listed ones ("*" for all), and the rare ones by either limit."""

    intents: tuple[str, ...] = ()
    rare_share: float = Field(0.03, ge=0, le=1)
    rare_support: int = Field(60, ge=0)

    @field_validator("intents")
    @classmethod
    def _as_events_are_read(cls, intents: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(map(normal, intents))


class Judge(Section):
    """When a cell is called degraded, blind or stale."""

    drop: float = Field(0.10, gt=0, lt=1)
    false_pages_per_year: Annotated[float, at_least(1e-4)] = Field(1.0, gt=0, le=1e5)
    labels_per_day: Annotated[float, at_least(1e-4)] = Field(10.0, gt=0, le=1e9)
    detect_within_days: float = Field(14.0, gt=0, le=CENTURY_DAYS)
    stale_after_days: float = Field(3.0, gt=0, le=CENTURY_DAYS)


class AnchorSettings(Section):
    """Which offline number is held up, and whether its own uncertainty counts."""

    basis: Literal["shipped", "real"] = "shipped"
    treat_as: Literal["estimate", "promise"] = "estimate"


class Sampling(Section):
    """The smallest chance of being labelled that any prediction can have: it bounds every weight."""

    min_probability: Annotated[float, at_least(1e-6)] = Field(0.01, gt=0, le=1)


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


class SliceSettings(Section):
    """A slice to judge apart: its name in the events' `slices`, and which values."""

    name: str = Field(min_length=1, max_length=255)
    values: tuple[str, ...] | Literal["*"] = "*"
    cap: int = Field(20, gt=0, le=1000)
    against: Literal["own", "intent"] = "own"

    @field_validator("name", "values")
    @classmethod
    def _as_events_are_read(cls, given: str | tuple[str, ...]) -> str | tuple[str, ...]:
        return normal(given) if isinstance(given, str) else tuple(map(normal, given))


class Poison(Section):
    """When too many rejects in a row stop the agent."""

    max_consecutive: int = Field(1_000, gt=0)


class Retention(Section):
    """How long predictions without an outcome are kept. Outcomes and tallies stay."""

    predictions_days: int = Field(90, gt=0, le=CENTURY_DAYS)


class Privacy(Section):
    """What is kept of people: the key under which their ids are stored so that they can be erased, and their words.

    Without a key no id is stored. A ticket's text is described in numbers and dropped, unless `keep_text`.
    """

    keep_text: bool = False
    subject_key: SecretStr | None = None
    subject_key_file: Path | None = None


class Limits(Section):
    """What one producer may at most fill the database with."""

    message_bytes: int = Field(1_000_000, gt=0, lt=64 * 1024**2)
    intents: int = Field(1_000, gt=0)
    future_hours: float = Field(24.0, gt=0, le=24 * CENTURY_DAYS)


class MetricsSettings(Section):
    """Where /metrics, /healthz and /readyz are served; nowhere without a port."""

    port: int | None = Field(None, ge=0, le=65535)
    host: str = Field("127.0.0.1", min_length=1)


class Heartbeat(Section):
    """An address that hears of every complete cycle, and calls somebody when it no longer does."""

    url: SecretStr | None = None
    url_file: Path | None = None


class Schedule(Section):
    """How often the jobs run."""

    evaluate_seconds: float = Field(60.0, gt=0, le=86_400)
    deliver_seconds: float = Field(5.0, gt=0, le=86_400)
    retention_hours: float = Field(24.0, gt=0, le=24 * CENTURY_DAYS)
    weekly: str = Field("mon 07:00", pattern=r"^(mon|tue|wed|thu|fri|sat|sun) ([01]\d|2[0-3]):[0-5]\d$")


class Incidents(Section):
    """How soon after its end an incident is reopened, rather than a new one opened, when a member breaks.

    From its `escalate_at`-th opening on, it is critical, whatever its intents are otherwise.
    """

    reopen_within_hours: float = Field(72.0, ge=0, le=24 * CENTURY_DAYS)
    escalate_at: int = Field(3, ge=2)


class ReportSettings(Section):
    """Where the weekly reliability report, and the analysis of every new incident, are written. Without a folder the
    report is made only when asked for, and an analysis is kept in the database alone. A digest goes to the sinks in
    `send_to`, with a link where `url` says how people reach the folder. `evidently` adds Evidently's part, which may
    take `evidently_seconds`.
    """

    folder: Path | None = None
    url: str = ""
    send_to: tuple[str, ...] = ()
    evidently: bool = True
    evidently_seconds: float = Field(300.0, gt=0, le=86_400)


class RouteSettings(Section):
    """Which notices go to which sinks: the first rule that fits decides. Patterns may hold * and ?."""

    sinks: tuple[str, ...] = Field(min_length=1)
    severities: tuple[Severity, ...] = ()
    teams: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    environments: tuple[str, ...] = ()
    intents: tuple[str, ...] = ()
    slices: tuple[str, ...] = ()
    go_on: bool = False


class QuietHoursSettings(Section):
    """From when to when, by the clock of a time zone, warnings and notes wait until morning."""

    begin: time
    end: time
    zone: str = "UTC"

    @field_validator("begin", "end", mode="before")
    @classmethod
    def _of_the_clock(cls, words: object) -> object:
        if not isinstance(words, str | time) or (isinstance(words, str) and ":" not in words):
            raise ValueError("write a time of day, such as 22:00")  # a number could be minutes or seconds
        return words

    @field_validator("begin", "end")
    @classmethod
    def _of_no_zone_of_its_own(cls, at: time) -> time:
        if at.tzinfo is not None:
            raise ValueError("has a zone of its own; write the time alone, and its zone in quiet_hours.zone")
        return at

    @field_validator("zone")
    @classmethod
    def _known(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (ValueError, OSError, ZoneInfoNotFoundError) as err:
            raise ValueError(f"{zone!r} is no time zone; write it like Europe/Berlin") from err
        return zone


class HttpSettings(Section):
    """How sinks are reached over HTTP. With `allowed_hosts`, nothing is sent to any other host."""

    timeout_seconds: float = Field(15.0, gt=0, le=60)
    allowed_hosts: tuple[str, ...] = ()


class Intent(Section):
    """What a page about this intent should tell, and how much of the budget it gets."""

    blast_radius: str = ""
    runbook: str = ""
    weight: Annotated[float, at_least(1e-6)] = Field(1.0, gt=0, le=1e6)
    severity: Severity | None = None
    team: str = ""


class Settings(Section):
    """Everything that can be configured. Frozen: a changed setting is a new start."""

    kafka: Kafka = Kafka()
    database: Database = Database()
    watch: Watch = Watch()
    judge: Judge = Judge()
    anchor: AnchorSettings = AnchorSettings()
    sampling: Sampling = Sampling()
    labels: Labels = Labels()
    slices: tuple[SliceSettings, ...] = ()
    poison: Poison = Poison()
    retention: Retention = Retention()
    privacy: Privacy = Privacy()
    limits: Limits = Limits()
    schedule: Schedule = Schedule()
    sinks: tuple[SinkSettings, ...] = (TerminalSettings(kind="terminal"),)
    routes: tuple[RouteSettings, ...] = ()
    quiet_hours: QuietHoursSettings | None = None
    incidents: Incidents = Incidents()
    http: HttpSettings = HttpSettings()
    metrics: MetricsSettings = MetricsSettings()
    heartbeat: Heartbeat = Heartbeat()
    reports: ReportSettings = ReportSettings()
    intents: Mapping[str, Intent] = {}
    runbook: str = ""
    runbooks_url: str = ""
    dashboard: str = ""
    blast_radius: str = ""
    severity: Severity = Severity.CRITICAL
    worksheets: tuple[Path, ...] = ()

    @field_validator("intents")
    @classmethod
    def _as_events_are_read(cls, intents: Mapping[str, Intent]) -> Mapping[str, Intent]:
        return {normal(name): intent for name, intent in intents.items()}
