"""Where every connection is in use, whoever waits for one hears that it may pass."""

from pathlib import Path

import pytest
from sqlalchemy import create_engine

from connectors.sql.database import reading, writing
from monitor.errors import UnavailableError


def test_too_many_at_once_is_trouble_that_passes(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'a.db'}", pool_size=1, max_overflow=0, pool_timeout=0.01)
    with reading(engine):
        for begin in (reading, writing):
            with (
                pytest.raises(UnavailableError, match=r"every connection to the database .* is in use"),
                begin(engine),
            ):
                pass
    engine.dispose()
