"""A world to report on."""

import pytest
from sqlalchemy import Engine

from tests.worlds import World


@pytest.fixture
def world(engine: Engine) -> World:
    return World(engine)
