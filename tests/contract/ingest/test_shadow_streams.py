"""Random streams of several models' predictions and their labels: the database agrees with the rules written out."""

import random

from sqlalchemy import Engine

from monitor.domain.events.types import Model, Prediction, PredictionKey
from tests.contract.ingest.streams import random_event, taken
from tests.domain.events.joining import State
from tests.domain.events.slow_join import Reference
from tests.stored import ACCEPT, rows, store


def test_however_a_stream_is_cut_the_database_agrees_with_the_rules_written_out(engine: Engine) -> None:
    writer = store(engine)
    last: dict[PredictionKey, State] = {}
    names: dict[tuple[str, Model], Prediction] = {}
    for seed in range(60):
        rng = random.Random(seed)
        events = [random_event(rng, f"s{seed}-") for _ in range(25)]
        if rng.random() < 0.2:
            writer = store(engine)  # another agent goes on
        expected = Reference(ACCEPT)
        became: list[str] = []
        while len(became) < len(events):
            became += taken(writer, events[len(became) : len(became) + rng.randint(1, 8)])
        for event in events:
            expected.take(event)
        assert became == expected.became, seed
        last.update(expected.last)
        names |= {(key.prediction_id, key.model): each for key, each in expected.predictions.items()}
    stored = {
        (row[0], Model(*row[1:4])): row[4:]
        for row in rows(
            engine,
            "SELECT o.prediction_id, m.name, m.version, m.environment, o.intent, o.label_id FROM outcome o"
            " JOIN model m ON m.id = o.model_id",
        )
    }
    assert stored == {tuple(key): state[:2] for key, state in last.items()}
    assert len(stored) > 100
    assert {
        (row[0], Model(*row[1:4])): row[4]
        for row in rows(
            engine,
            "SELECT p.prediction_id, m.name, m.version, m.environment, p.intent FROM prediction p"
            " JOIN model m ON m.id = p.model_id",
        )
    } == {key: each.intent for key, each in names.items()}
    labelled = sum(state[0] is not None for state in last.values())
    assert rows(engine, "SELECT sum(predictions), sum(labelled) FROM traffic") == [(len(names), labelled)]
