"""The settings of each kind of sink. The rules between them are in `monitor.settings.rules`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import Field, SecretStr

from monitor.settings.section import Section


class SinkBase(Section):
    """What the kinds of sink have in common.

    `keeps_members`: it has an alert a member, rather than a message an incident. `hears_of_versions`: it shows
    changes beside incidents, so it is told of new versions of a model. `takes_reports`: people read there, so the
    weekly digest may go to it. `per_minute`, `burst`: it is sent to no faster.
    """

    keeps_members: ClassVar[bool] = False
    hears_of_versions: ClassVar[bool] = False
    takes_reports: ClassVar[bool] = True
    per_minute: ClassVar[float | None] = None
    burst: ClassVar[int] = 1


class TerminalSettings(SinkBase):
    """Pages are written to the agent's own terminal or log."""

    kind: Literal["terminal"]
    name: str = Field("terminal", max_length=255)


class SlackSettings(SinkBase):
    """A Slack incoming webhook. Its URL is a secret: give it here or in a file.

    `buttons` under a page acknowledge and resolve it, and take a note; they come back by `web.hooks.slack`.
    """

    per_minute: ClassVar[float | None] = 60.0
    burst: ClassVar[int] = 3
    kind: Literal["slack"]
    name: str = Field("slack", max_length=255)
    url: SecretStr | None = None
    url_file: Path | None = None
    buttons: bool = False


class WebhookSettings(SinkBase):
    """Any HTTP endpoint; messages are signed as Standard Webhooks describes. Several secrets rotate."""

    kind: Literal["webhook"]
    name: str = Field("webhook", max_length=255)
    url: SecretStr | None = None
    url_file: Path | None = None
    secrets: tuple[SecretStr, ...] = ()
    secret_file: Path | None = None


class AlertmanagerSettings(SinkBase):
    """Every instance of Alertmanager, each by its own address, never one behind a balancer.

    `hold_hours` is how long an alert outlives an agent that died; `labels` are added to every alert.
    """

    keeps_members: ClassVar[bool] = True
    takes_reports: ClassVar[bool] = False
    kind: Literal["alertmanager"]
    name: str = Field("alertmanager", max_length=255)
    urls: tuple[SecretStr, ...] = Field(min_length=1)
    labels: Mapping[str, str] = {}
    repeat_seconds: float = Field(60.0, gt=0, le=86_400)
    hold_hours: float = Field(72.0, gt=0, le=24 * 3_650)


class PagerDutySettings(SinkBase):
    """A PagerDuty service, by the routing key of its Events API v2 integration."""

    hears_of_versions: ClassVar[bool] = True
    takes_reports: ClassVar[bool] = False
    per_minute: ClassVar[float | None] = 100.0
    burst: ClassVar[int] = 20
    kind: Literal["pagerduty"]
    name: str = Field("pagerduty", max_length=255)
    routing_key: SecretStr | None = None
    routing_key_file: Path | None = None
    url: str = "https://events.pagerduty.com"


class EmailSettings(SinkBase):
    """A mail server. Without encryption only on this machine. An address may have a name: `Name <a@host>`."""

    per_minute: ClassVar[float | None] = 10.0
    burst: ClassVar[int] = 10
    kind: Literal["email"]
    name: str = Field("email", max_length=255)
    host: str = Field(min_length=1)
    port: int = Field(587, gt=0, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    cafile: str | None = None
    username: str | None = None
    password: SecretStr | None = None
    password_file: Path | None = None
    sender: str = Field(min_length=3)
    to: tuple[Annotated[str, Field(min_length=3)], ...] = Field(min_length=1)


class AppriseSettings(SinkBase):
    """Anything that the optional package apprise can reach, by its URLs; they hold secrets."""

    per_minute: ClassVar[float | None] = 30.0
    burst: ClassVar[int] = 5
    kind: Literal["apprise"]
    name: str = Field("apprise", max_length=255)
    urls: tuple[SecretStr, ...] = Field(min_length=1)


SinkSettings = Annotated[
    TerminalSettings
    | SlackSettings
    | WebhookSettings
    | AlertmanagerSettings
    | PagerDutySettings
    | EmailSettings
    | AppriseSettings,
    Field(discriminator="kind"),
]
