"""No test of the settings sees this machine's."""

import os
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A directory without a configuration, and none in the environment."""
    for name in list(os.environ):
        if name.upper().startswith("ANCHORWATCH"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
