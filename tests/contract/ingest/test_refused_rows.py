"""A row that a database refuses is told apart from a database that is away; nothing of its batch is saved."""

import random

import pytest
from sqlalchemy import Engine

from monitor.domain.events.types import Prediction
from monitor.errors import ContentError
from tests.stored import counts, label, prediction, store, take


def refused(engine: Engine, event: Prediction) -> None:
    writer = store(engine)
    with pytest.raises(ContentError, match="the database refuses it"):
        take(writer, prediction("p1"), event, label(event.prediction_id))
    assert counts(engine, "prediction", "outcome") == {"prediction": 0, "outcome": 0}
    take(writer, prediction("p1"))
    assert counts(engine, "prediction") == {"prediction": 1}


def test_half_a_character_is_refused_by_both(engine: Engine) -> None:
    refused(engine, prediction("p2", intent="refund \ud83d"))


def test_a_nul_is_refused_by_postgresql(postgresql_engine: Engine) -> None:
    refused(postgresql_engine, prediction("p2", intent="refund\0"))


def test_a_name_that_no_index_takes_is_refused_by_postgresql(postgresql_engine: Engine) -> None:
    noise = random.Random(1)
    name = "".join(chr(noise.randrange(0x4E00, 0x9FFF)) for _ in range(3_000))
    refused(postgresql_engine, prediction("p2", intent=name))
