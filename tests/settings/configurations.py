"""Configurations to write into the current folder, which is the test's own, and the problems reported for them."""

from pathlib import Path
from typing import Any

import pytest

from monitor.errors import ConfigError
from monitor.settings.load import load

EXAMPLE = Path(__file__).parents[2] / "config" / "anchorwatch.yaml"
SECRET = "hunter2-very-secret"


def written(text: str) -> Path:
    file = Path("aw.yaml")
    file.write_text(text, encoding="utf-8")
    return file


def problems(text: str | None = None, overrides: dict[str, Any] | None = None) -> list[str]:
    """All problems reported for a configuration."""
    with pytest.raises(ConfigError) as caught:
        load(None if text is None else written(text), overrides)
    assert caught.value.exit_code == 2
    return caught.value.problems
