"""A folder of its own, with a database and `anchorwatch` in it."""

from pathlib import Path

import pytest

from tests.e2e.bot import Watch


@pytest.fixture
def watch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Watch:
    return Watch(tmp_path, monkeypatch)
