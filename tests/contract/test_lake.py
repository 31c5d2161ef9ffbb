"""An engine over an archive makes of every stream what ingest makes of it, row by row: on DuckDB and on Spark."""

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.lake.outcomes import Lake
from connectors.lake.rules import JoinRules
from monitor.domain.events.holding import about, holding
from monitor.domain.events.types import Design, Kind, LabelScope, PredictionKey
from tests.contract.ingest.streams import random_event
from tests.domain.events.joining import ACCEPT, SHADOW, Drawn, Happening, Store, label, prediction, read
from tests.domain.events.random_streams import DRAWN_STREAMS, STREAMS
from tests.raw_events import Opened, fetched, outcomes_of, raw_rows, stream_of, streams_apart, written


def drawn_from(strategy: st.SearchStrategy[Any], many: int) -> list[list[Happening]]:
    """The same streams every time."""
    streams: list[list[Happening]] = []

    @settings(max_examples=many, derandomize=True, deadline=None, database=None)
    @given(strategy)
    def keep(stream: list[Happening]) -> None:
        streams.append(stream)

    keep()
    return streams


def every_stream() -> list[list[Happening]]:
    """Those that the join itself is held to, each with ids of its own."""
    rng = random.Random(7)
    shadows: list[list[Happening]] = [[random_event(rng, "s") for _ in range(25)] for _ in range(60)]
    return streams_apart(
        [
            *drawn_from(STREAMS, 300),
            *drawn_from(DRAWN_STREAMS, 200),
            *shadows,
            *by_hand(),
        ]
    )


def by_hand() -> list[list[Happening]]:
    """Some that chance seldom finds."""
    seen, again = (label(f"l{n}", annotator=who, hour=n) for n, who in ((1, "ann"), (2, "bob")))
    uniform = label("l1", annotator="ann", design=Design.UNIFORM, probability=0.1)
    judge = label("l3", intent="cancel", kind=Kind.ADJUDICATED, hour=1)
    named = [label(scope=LabelScope(version=v), hour=h) for v, h in (("7", 2), ("8", 3), ("7", 4))]
    both = [prediction(), prediction(model=SHADOW)]
    return [
        [*both, seen, again],
        [*both, uniform, label("l2", annotator="bob", hour=3)],
        [*both, seen, again, judge, label("l3", retracted=True, kind=Kind.ADJUDICATED, revision=2)],
        [*both, label(hour=1), *named],  # it names a model later, and then another
        [label(revision=3), *both, label(revision=2, hour=9), label(revision=4, retracted=True)],
        [
            prediction(),
            label(),
            label("l1", "p2", revision=2),
            prediction("p2"),
        ],  # moved before it was complete
        [label(), label(revision=2, retracted=True), prediction(), label(revision=3)],
        [prediction(), prediction(digest=b"e"), prediction(), label()],
    ]


@pytest.fixture(scope="module")
def streams() -> list[list[Happening]]:
    return every_stream()


class Live(NamedTuple):
    """What ingest makes of a stream: what each outcome reads, in order; whether it refused a record of two halves."""

    outcomes: dict[PredictionKey, tuple[object, ...]]
    refused: bool


def live(stream: Sequence[Happening]) -> Live:
    store, refused = Store(ACCEPT), False
    for event in stream:
        store.take(event)
        refused |= (
            isinstance(event, tuple) and not isinstance(event, Drawn) and store.became[-1] == "conflict"
        )
    return Live({key: reads_now(store, key) for key in store.completed}, refused)


def reads_now(store: Store, key: PredictionKey) -> tuple[object, ...]:
    """What an outcome reads; of one that no label holds for, that, and that nobody read it again."""
    labels = store.memory.labels.get(key.prediction_id, {}).values()
    holds = holding(about(labels, key.model, frozenset()), ACCEPT)
    outcome = store.outcomes[key]
    return (None, outcome.first_intent, outcome.agreed) if holds is None else read(outcome)


def test_every_stream_comes_to_the_same_outcomes_in_the_same_order(
    streams: Sequence[Sequence[Happening]], opened: Opened, tmp_path: Path
) -> None:
    made = [live(stream) for stream in streams]
    refused = {number for number, each in enumerate(made) if each.refused}
    expected = {key: reads for each in made if not each.refused for key, reads in each.outcomes.items()}
    files = written(tmp_path / "raw", *raw_rows(event for stream in streams for event in stream))
    with opened(files) as engine:
        lake = Lake(engine, JoinRules.of(ACCEPT, frozenset()))
        found = outcomes_of(engine, lake)
        unsure = {stream_of(row["prediction_id"]) for row in fetched(engine, lake.unsure)}
    assert unsure == refused  # nothing more, and nothing less
    sure = {key: reads for key, reads in found.items() if stream_of(key.prediction_id) not in unsure}
    assert sure == expected
    assert list(sure) == list(expected)
    assert len(sure) > 250
