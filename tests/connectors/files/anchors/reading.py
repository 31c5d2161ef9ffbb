"""Anchor files to read, and the problems reported for them."""

from pathlib import Path

import pandas as pd
import pytest

from connectors.files.anchors.reader import AnchorFile, read_anchor_file
from monitor.errors import ConfigError


def read(folder: Path, data: str | bytes, name: str = "f", intents: list[str] | None = None) -> AnchorFile:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return read_anchor_file(path, intents)


def problems(folder: Path, data: str | bytes, intents: list[str] | None = None) -> list[str]:
    with pytest.raises(ConfigError) as refused:
        read(folder, data, intents=intents)
    assert refused.value.exit_code == 2
    return [problem.replace(str(folder / "f"), "FILE") for problem in refused.value.problems]


def warnings(folder: Path, file: AnchorFile) -> list[str]:
    return [warning.replace(str(folder / "f"), "FILE") for warning in file.warnings]


RECALLS = "intent,recall,support\ngdpr,0.5,4\ncancel,1,2\n"
EXAMPLES = "y_true,y_pred\ngdpr,gdpr\ngdpr,cancel\n"
REPORT = '{"gdpr": {"recall": 0.5, "support": 4.0}, "accuracy": 0.5}'


def parquet(folder: Path, frame: pd.DataFrame) -> bytes:
    frame.to_parquet(folder / "made.parquet")
    return (folder / "made.parquet").read_bytes()
