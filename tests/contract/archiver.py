"""An archiving in a process of its own that is killed at one of its steps, as `kill -9` does it."""

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

from connectors.lake.store import ArchiveFiles
from connectors.sql import retention
from connectors.sql.archiving import ArchivingStore
from connectors.sql.database import open_engine
from monitor.archive import archive as use_case
from tests.lakes import Archiving

HELD = 2_000  # bytes of rows a step, so that there are several
_STEPS: tuple[tuple[Any, str], ...] = (
    (os, "fsync"),
    (Path, "replace"),
    (ArchiveFiles, "write"),
    (ArchiveFiles, "commit"),
    (ArchiveFiles, "sweep"),
    (ArchivingStore, "mark"),
    (ArchivingStore, "note_settled"),
    (ArchivingStore, "generation"),
    (retention, "_drop_made"),
    (retention, "_drop_waiting"),
)


def archive_until_killed(url: str, folder: str, kill_at: int) -> None:
    """Archive and drop what is older than ten days; before or after its step of that number it is gone."""
    steps = 0

    def counted(function: Callable[..., Any]) -> Callable[..., Any]:
        def stepping(*args: Any, **more: Any) -> Any:  # noqa: ANN401
            _step()
            result = function(*args, **more)
            _step()
            return result

        return stepping

    def _step() -> None:
        nonlocal steps
        if steps == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
        steps += 1

    for owner, name in _STEPS:
        patch.object(owner, name, counted(getattr(owner, name))).start()
    patch.object(use_case, "HELD", HELD).start()
    patch.object(retention, "CHUNK", 7).start()
    at = Archiving(open_engine(url), Path(folder))
    at.run()
    at.drop()
