"""The worlds that tests of the evaluation begin with."""

import shutil
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from connectors.sql.database import open_engine
from tests.evaluate.labelled import LabelledWorld
from tests.worlds import NewWorld, World


@pytest.fixture
def world(sqlite_engine: Engine) -> World:
    return World(sqlite_engine)


@pytest.fixture
def new_world(_sqlite_with_tables: Path, tmp_path: Path, request: pytest.FixtureRequest) -> NewWorld:
    """Makes as many as a test wants to compare."""
    numbers = count()

    def make(**settings: Any) -> World:  # noqa: ANN401
        engine = open_engine(
            f"sqlite:///{shutil.copy(_sqlite_with_tables, tmp_path / f'{next(numbers)}.db')}"
        )
        request.addfinalizer(engine.dispose)
        return World(engine, **settings)

    return make


@pytest.fixture
def labelled(sqlite_engine: Engine) -> LabelledWorld:
    return LabelledWorld(sqlite_engine)
