"""How the agent runs: how often its jobs do, when it stops, and how others see that it lives."""

from pathlib import Path

from pydantic import Field, SecretStr, field_validator

from monitor.domain.weekly.calendar import WeeklyTime
from monitor.settings.section import CENTURY_DAYS, Section


class Schedule(Section):
    """How often the jobs run."""

    evaluate_seconds: float = Field(60.0, gt=0, le=86_400)
    deliver_seconds: float = Field(5.0, gt=0, le=86_400)
    retention_hours: float = Field(24.0, gt=0, le=24 * CENTURY_DAYS)
    weekly: str = "mon 07:00"

    @field_validator("weekly")
    @classmethod
    def _a_day_and_a_time(cls, words: str) -> str:
        return str(WeeklyTime.parse(words))


class Poison(Section):
    """When too many rejects in a row stop the agent."""

    max_consecutive: int = Field(1_000, gt=0)


class MetricsSettings(Section):
    """Where /metrics, /healthz and /readyz are served; nowhere without a port."""

    port: int | None = Field(None, ge=0, le=65535)
    host: str = Field("127.0.0.1", min_length=1)


class Heartbeat(Section):
    """An address that hears of every complete cycle, and calls somebody when it no longer does."""

    url: SecretStr | None = None
    url_file: Path | None = None
