"""Where deploys are kept."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from monitor.domain.incidents.deploys import Deploy


class DeployStore(Protocol):
    """Where deploys are kept that people noted."""

    def add(self, text: str, author: str, at: datetime, model: str, version: str) -> Deploy:
        """Keep one."""
        ...

    def all(self) -> Sequence[Deploy]:
        """Every deploy, the latest first."""
        ...
