"""Evidently's part of the weekly report, in a process of its own: it takes seconds and memory, and it may crash."""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from monitor.domain.events.types import Model
from monitor.domain.weekly.calendar import Week
from monitor.domain.weekly.report import Attachment
from monitor.errors import ConfigError
from monitor.review.ports.weeks import Frames
from reports.figures import answer

WORKSPACE = "evidently"
JOB, RESULT = "job.json", "result.json"
# What a Python needs of its surroundings.
ENVIRONMENT = (
    "PATH",
    "HOME",
    "LANG",
    "LC_",
    "TZ",
    "TMP",
    "TEMP",
    "PYTHON",
    "VIRTUAL_ENV",
    "SYSTEMROOT",
    "OPENBLAS",
    "OMP_",
)


class Part(msgspec.Struct, frozen=True):
    """One model's rows (files of the job's folder), and what its reports are to be called."""

    model: str
    slug: str
    rows: str


class RenderJob(msgspec.Struct, frozen=True):
    """What the child is to do: where its HTML goes, and the workspace of its snapshots."""

    week: str
    timestamp: str
    output: str
    workspace: str
    parts: list[Part]


def render(
    frames: Iterable[tuple[Model, Frames]], week: Week, output: Path, limit_s: float
) -> list[Attachment]:
    """Let Evidently render each model's recall and drift into `output`; what came of it.

    Its snapshots go to the workspace `output/evidently`, for `evidently ui`. Whatever happens in there (a crash, or
    more than `limit_s` seconds), what was done by then is kept, and the rest says why it is missing.

    Raises:
        ConfigError: the folder can't be made.
    """
    with tempfile.TemporaryDirectory(prefix="anchorwatch-evidently-") as name:
        folder = Path(name)
        parts = [_part(folder, number, model, rows) for number, (model, rows) in enumerate(frames)]
        if not parts:
            return []
        try:
            output.mkdir(parents=True, exist_ok=True)
        except OSError as err:
            raise ConfigError([f"{output} can't be written: {err.strerror}; name another folder"]) from err
        target, workspace = str(output.absolute()), str((output / WORKSPACE).absolute())
        job = RenderJob(str(week), week.begin.isoformat(), target, workspace, parts)
        (folder / JOB).write_bytes(msgspec.json.encode(job))
        trouble = _run(folder, limit_s)
        result = folder / RESULT
        attachments = (
            msgspec.json.decode(result.read_bytes(), type=list[Attachment]) if result.exists() else []
        )
    done = {attachment.title for attachment in attachments}
    missing = [title for part in parts for title in titles(part.model) if title not in done]
    return [
        *attachments,
        *(Attachment(title, trouble=trouble or "it said nothing of it") for title in missing),
    ]


def titles(model: str) -> tuple[str, str]:
    """What is rendered of a model."""
    return f"recall of {model}", f"drift of {model}"


def _run(folder: Path, limit_s: float) -> str:
    """Run the child; why it did not finish, or nothing."""
    # None of anybody's secrets, and none of Evidently's telemetry.
    kept = {name: value for name, value in os.environ.items() if name.startswith(ENVIRONMENT)}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "reports.documents.evidently_job", str(folder)],
            env={**kept, "DO_NOT_TRACK": "1"},
            capture_output=True,
            text=True,
            timeout=limit_s,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"Evidently took longer than {limit_s:g} s (reports.evidently_seconds)"
    if done.returncode == 0:
        return ""
    last = done.stderr.strip().splitlines()[-1:] or ["it said nothing"]
    return f"Evidently ended with code {done.returncode}: {last[0][:200]}"


def _part(folder: Path, number: int, model: Model, frames: Frames) -> Part:
    import pandas as pd  # 60 MB, which a report without this part does not take

    for kind, rows in frames._asdict().items():
        harmless = [
            {_harmless(name): _harmless(_named(name, value)) for name, value in row.items()} for row in rows
        ]
        pd.DataFrame(harmless).to_parquet(folder / f"{number}-{kind}.parquet")
    slug = re.sub(r"[^A-Za-z0-9]+", "-", f"{model.name}-{model.version}-{model.environment}").strip("-")
    return Part(str(model), f"{number}-{slug[:80]}" if number else slug[:80], str(number))


def _named(column: str, value: object) -> object:
    """Evidently shows names as they are, so no answer needs one."""
    return answer(value) if column == "prediction" and isinstance(value, str) else value


def _harmless(value: object) -> Any:  # noqa: ANN401 - whatever a row holds
    """Evidently writes names into a script as they are: one from an event must not end it and begin another."""
    return value.replace("<", "‹") if isinstance(value, str) else value
