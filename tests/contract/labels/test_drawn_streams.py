"""Random streams with draws in between: the database agrees with the rules written out, however they are cut."""

import random

from sqlalchemy import Engine

from connectors.sql.labels.draws import DrawStore
from monitor.domain.events.joined import Draw
from monitor.domain.events.types import Design, Kind, LabelScope, Model
from tests.contract.ingest.streams import taken
from tests.contract.labels.draws import EVERY, keep
from tests.domain.events.joining import Drawn, Event, State
from tests.domain.events.slow_join import Reference
from tests.stored import ACCEPT, SHADOW, TICKETS, label, prediction, rows, store


def random_event(rng: random.Random, prefix: str) -> Event:
    name = f"{prefix}{rng.randint(1, 3)}"
    if rng.random() < 0.4:
        return prediction(name, model=rng.choice([TICKETS, SHADOW]))
    own = rng.random() < 0.2
    return label(
        name,
        rng.choice(["refund", "bug"]),
        label_id=f"{prefix}l{rng.randint(1, 3)}",
        hours=rng.randint(0, 2),
        revision=rng.randint(1, 3),
        retracted=rng.random() < 0.2,
        kind=rng.choice([Kind.HUMAN, Kind.HUMAN, Kind.ADJUDICATED, Kind.COMPLAINT, Kind.CORRECTION]),
        scope=rng.choice([None, None, LabelScope(version="8")]),
        design=Design.UNIFORM if own else Design.UNKNOWN,
        probability=0.5 if own else None,
    )


def test_however_a_stream_is_cut_outcomes_are_of_the_draws_that_the_rules_say(engine: Engine) -> None:
    writer, number = store(engine), 0
    last: dict[tuple[str, Model], State] = {}
    for seed in range(40):
        rng, prefix = random.Random(seed), f"s{seed}-"
        expected, drawn = Reference(ACCEPT), set()
        for _ in range(8):
            batch = [random_event(rng, prefix) for _ in range(rng.randint(1, 5))]
            taken(writer, batch)
            for event in batch:
                expected.take(event)
            ticket, pi, number = f"{prefix}{rng.randint(1, 3)}", rng.choice([0.02, 0.25]), number + 1
            models = rng.choice([EVERY, frozenset({TICKETS}), frozenset({SHADOW})])
            with DrawStore(engine).drawing() as transaction:
                keep(transaction, number, {ticket: pi}, models)
            for key in expected.predictions:
                if key.prediction_id == ticket and key.model in models and key not in drawn:
                    drawn.add(key)
                    expected.take(Drawn(key, Draw(Design.BY_PREDICTION, pi)))
            if rng.random() < 0.2:
                writer = store(engine)  # another agent goes on
        last |= {(key.prediction_id, key.model): state for key, state in expected.last.items()}
    stored = {
        (row[0], Model(*row[1:4])): row[4:]
        for row in rows(
            engine,
            "SELECT o.prediction_id, m.name, m.version, m.environment, o.intent, o.label_id, o.design, o.probability"
            " FROM outcome o JOIN model m ON m.id = o.model_id",
        )
    }
    assert stored == {key: (*state[:2], state[4].value, state[5]) for key, state in last.items()}
    assert sum(state[2] == "by_prediction" for state in stored.values()) > 20
    labelled = sum(state[0] is not None for state in stored.values())
    assert rows(engine, "SELECT sum(labelled) FROM traffic") == [(labelled,)]
