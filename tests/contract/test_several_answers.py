"""Several predicted intents of one ticket, on both databases: a hit where the true one is among them."""

from itertools import permutations

import pytest
from sqlalchemy import Engine

from connectors.sql.erasure import ErasureStore
from connectors.sql.review.status import StatusStore
from monitor.domain.events.names import NO_INTENT
from monitor.domain.events.types import Kind, Label, Prediction
from tests.stored import NOON, label, outcomes, prediction, rows, take
from tests.worlds import World


def several(prediction_id: str, *answers: str) -> Prediction:
    """A prediction of these intents."""
    return prediction(prediction_id, answers[0], answers=answers)


def cells(world: World) -> dict[str, tuple[int, dict[str, int]]]:
    """Hits of every cell, and where its misses went."""
    states = [status.state for status in StatusStore(world.engine).cells()]
    return {s.cell.intent: (s.labels.tally.hits, s.labels.tally.misses_to) for s in states}


def traffic(engine: Engine) -> dict[str, tuple[int, int]]:
    """Predictions and how many are labelled, by the name that they count under."""
    found = rows(engine, "SELECT predicted, sum(predictions), sum(labelled) FROM traffic GROUP BY predicted")
    return {name: (int(made), int(labelled)) for name, made, labelled in found}


def test_a_true_intent_among_them_is_a_hit_and_a_miss_goes_to_the_first(engine: Engine) -> None:
    world = World(engine)
    take(world.store, *(several(f"p{n}", "refund", "bug") for n in range(3)), prediction("p3", "bug"))
    take(
        world.store, *(label(f"p{n}", intent) for n, intent in enumerate(["bug", "refund", "cancel", "bug"]))
    )
    world.evaluate()
    assert cells(world) == {"bug": (2, {}), "refund": (1, {}), "cancel": (0, {"refund": 1})}
    assert traffic(engine) == {"refund": (3, 3), "bug": (1, 1)}


@pytest.mark.parametrize("at_once", [True, False])
def test_every_order_of_corrections_ends_alike(engine: Engine, at_once: bool) -> None:
    world = World(engine)
    for number, order in enumerate(permutations(range(4))):
        name = f"p{number}"
        events: list[Prediction | Label] = [
            several(name, "refund", "bug"),
            label(name, "refund"),
            label(name, "cancel", revision=2),
            label(name, "bug", revision=3),
        ]
        arrived = [events[at] for at in order]
        if at_once:
            take(world.store, *arrived)
            continue
        for event in arrived:
            take(world.store, event)
            if number % 8 == 0:
                world.evaluate()
    world.evaluate()
    assert {row[2:4] for row in outcomes(engine)} == {("bug", "bug")}
    assert {name: each for name, each in cells(world).items() if each != (0, {})} == {"bug": (24, {})}
    assert traffic(engine) == {"refund": (24, 24)}


def test_a_correction_after_an_evaluation_counts_what_was_predicted_against_the_new_truth(
    engine: Engine,
) -> None:
    world = World(engine)
    take(world.store, several("p0", "refund", "bug"), label("p0", "bug"))
    world.evaluate()
    assert cells(world) == {"bug": (1, {})}
    for revision, truth in enumerate(("cancel", "refund", NO_INTENT, "bug"), 2):
        world.correct(["p0"], truth, revision=revision)
        world.evaluate()
        hit = {"cancel": (0, {"refund": 1}), "refund": (1, {}), NO_INTENT: None, "bug": (1, {})}[truth]
        left = {name: each for name, each in cells(world).items() if each != (0, {})}
        assert left == ({} if hit is None else {truth: hit})
    world.retract(["p0"])
    take(world.store, label("p0", "bug", revision=6, retracted=True))
    world.evaluate()
    assert all(each == (0, {}) for each in cells(world).values())
    assert traffic(engine) == {"refund": (1, 0)}


def test_what_comes_after_retention_dropped_the_prediction_knows_them_all(engine: Engine) -> None:
    world = World(engine)
    take(world.store, several("p0", "refund", "bug"), label("p0", "cancel"))
    world.evaluate()
    with engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM prediction")
    world.correct(["p0"], "bug")
    world.evaluate()
    assert cells(world)["bug"] == (1, {})
    assert traffic(engine) == {"refund": (1, 1)}


def test_erasure_takes_out_what_was_counted(engine: Engine) -> None:
    world = World(engine)
    take(world.store, several("p0", "refund", "bug"), label("p0", "bug"), several("p1", "refund", "bug"))
    world.evaluate()
    world.correct(["p0"], "cancel")  # which no evaluation has counted
    ErasureStore(engine).erase(["p0"], None, NOON)
    world.evaluate()
    assert cells(world) == {"bug": (0, {})}
    assert traffic(engine) == {"refund": (1, 0)}


def test_a_complaint_of_an_intent_that_was_among_them_confirms_no_miss(engine: Engine) -> None:
    world = World(engine)
    take(world.store, *(several(f"p{n}", "refund", "bug") for n in range(2)))
    take(world.store, label("p0", "bug", kind=Kind.COMPLAINT), label("p1", "ref", kind=Kind.COMPLAINT))
    complaints = StatusStore(engine).complaints()
    assert {cell.intent: each.confirmed for cell, each in complaints.items()} == {"ref": 1}
