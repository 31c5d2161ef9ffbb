"""Where the demo leaves its files: a directory the user named, or a temporary one, with its configuration."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import pandas as pd
import yaml

from monitor.demo.records import DemoRecord
from monitor.errors import ConfigError
from monitor.settings.settings import Settings

_HEADER: Final = """\
# Written by `anchorwatch demo`. It says where things are; every rule about paging is left at its default.
"""


@dataclass(frozen=True, slots=True)
class Place:
    """The directory of one telling of the story."""

    folder: Path
    kept: bool

    @property
    def config(self) -> Path:
        """The configuration that a user goes on with."""
        return self.folder / "anchorwatch.yaml"

    @property
    def examples(self) -> Path:
        """The evaluated examples the anchor is made from."""
        return self.folder / "offline-evaluation.csv"

    @property
    def events(self) -> Path:
        """Every message that was sent, one a line."""
        return self.folder / "events.jsonl"

    def write_examples(self, examples: pd.DataFrame) -> None:
        """The held-out split with what the model said of it."""
        examples.to_csv(self.examples, index=False)

    def write_events(self, records: Sequence[DemoRecord]) -> None:
        """The messages in their order of arrival, the broken ones as broken as they were."""
        self.events.write_bytes(b"".join(record.value + b"\n" for record in records))

    def write_config(self, bootstrap: str, name: str = "") -> Settings:
        """Write the configuration and return it: places and names only. The environment has no say in it.

        Args:
            name: on somebody's own broker, the consumer group and what the names of the topics begin with.
        """
        # A small group on one machine: who joins is noticed sooner, nothing else.
        broker: dict[str, Any] = {
            "bootstrap_servers": bootstrap,
            "session_timeout_ms": 6_000,
            "heartbeat_interval_ms": 500,
        }
        if name:
            broker["group_id"] = name
            broker["topics"] = {"predictions": f"{name}.predictions", "labels": f"{name}.labels"}
        content = {"database": {"url": f"sqlite:///{self.folder / 'anchorwatch.db'}"}, "kafka": broker}
        self.config.write_text(_HEADER + yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
        return Settings.model_validate(content)


@contextmanager
def place(keep: Path | None) -> Iterator[Place]:
    """The directory to keep, or one that is gone afterwards.

    Raises:
        ConfigError: the directory to keep cannot be made, or something is in it already.
    """
    if keep is None:
        with TemporaryDirectory(prefix="anchorwatch-demo-") as folder:
            yield Place(Path(folder), kept=False)
        return
    try:
        keep.mkdir(parents=True, exist_ok=True)
        taken = any(keep.iterdir())
    except OSError as error:
        raise ConfigError([f"--keep {keep}: cannot be used: {error.strerror}"]) from error
    if taken:
        raise ConfigError([f"--keep {keep}: there are files in it already; name a new directory"])
    yield Place(keep.resolve(), kept=True)
