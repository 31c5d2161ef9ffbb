"""A model may predict so many names; the rest counts together, a label where its prediction did, also afterwards."""

from collections.abc import Mapping

import msgspec
import pytest
from sqlalchemy import Engine

from connectors.sql.anchors import AnchorStore
from connectors.sql.erasure import ErasureStore
from connectors.sql.ingest.store import IngestStore
from monitor.domain.anchors.promise import Measured, Promise, Provenance, build
from monitor.domain.events.fates import Limit
from monitor.domain.events.joined import Changes
from monitor.domain.events.names import NO_ANSWER
from monitor.domain.events.types import Model, Prediction
from monitor.domain.labelling.labelling import Labelling
from monitor.domain.slices.cells import OTHER
from tests.contract.together import at_once
from tests.stored import NOON, TICKETS, label, prediction, rows, take, take_in
from tests.worlds import World

NEXT_VERSION = Model("tickets", "8", "prod")


def agent(engine: Engine, most: int = 2) -> IngestStore:
    """One that has just been started."""
    return IngestStore(engine, "cluster", "group", most)


def traffic(engine: Engine) -> dict[str, tuple[int, int]]:
    """Predictions and how many are labelled, by the name that they count under."""
    found = rows(engine, "SELECT predicted, sum(predictions), sum(labelled) FROM traffic GROUP BY predicted")
    return {name: (int(predictions), int(labelled)) for name, predictions, labelled in found}


def reached(engine: Engine) -> dict[str, int]:
    """Labelled predictions, by the name that they count under."""
    ((stored,),) = rows(engine, "SELECT labelling FROM model")
    labelling = msgspec.json.decode(stored, type=Labelling)
    return {name: sum(reach.designs.values()) for name, reach in labelling.reached.items()}


def written(at: IngestStore, *predictions: Prediction) -> Mapping[Limit, int]:
    """Write new predictions; what counts together with others."""
    with at.transaction() as transaction:
        made = {each.key: each for each in predictions}
        memory = transaction.load(made, [])
        memory.predictions.update({each.prediction_id: {each.model: each} for each in predictions})
        return transaction.write(Changes(made, {}, [], []), memory)


def test_the_first_names_count_apart_and_the_rest_together(engine: Engine) -> None:
    take(agent(engine), *(prediction(f"p{n}", name) for n, name in enumerate(["a", "b", "c", "a", "d"])))
    assert traffic(engine) == {"a": (2, 0), "b": (1, 0), OTHER: (2, 0)}


def test_a_label_counts_where_its_prediction_did_whoever_reads_it(engine: Engine) -> None:
    take(agent(engine), *(prediction(f"p-{name}", name) for name in "abcd"))
    take(agent(engine), label("p-a"), label("p-c"))
    take(agent(engine), label("p-d"))
    assert traffic(engine) == {"a": (1, 1), "b": (1, 0), OTHER: (2, 2)}
    take(agent(engine), label("p-d", "", revision=2, retracted=True))
    assert traffic(engine)[OTHER] == (2, 1)


def test_a_limit_raised_later_changes_no_name_of_a_version_that_was_beyond_it(engine: Engine) -> None:
    take(agent(engine), *(prediction(f"p-{name}", name) for name in "abc"))
    raised = agent(engine, most=10)
    take(raised, prediction("p-e", "e"), prediction("q-c", "c"), label("p-c"))
    take(raised, prediction("next", "e", model=NEXT_VERSION))
    assert traffic(engine) == {"a": (1, 0), "b": (1, 0), OTHER: (3, 1), "e": (1, 0)}


def test_what_an_anchor_measured_has_its_own_name_although_it_comes_last(engine: Engine) -> None:
    promises = {("rare", ""): Promise(Measured(0.9, 50))}
    AnchorStore(engine).add(build(TICKETS, promises, Provenance("a.csv", "f" * 64, "csv", NOON)), [])
    take(agent(engine), *(prediction(f"p-{name}", name) for name in "abcd"))
    take(agent(engine), prediction("p-rare", "rare"), label("p-rare"))
    assert traffic(engine) == {"a": (1, 0), "b": (1, 0), OTHER: (2, 0), "rare": (1, 1)}


def test_two_agents_admit_no_more_than_one_would(engine: Engine) -> None:
    first, second = agent(engine), agent(engine)
    take(first, prediction("p1", "a"))
    take(second, prediction("p2", "b"))
    take(first, prediction("p3", "c"))
    take(second, prediction("p4", "c"), prediction("p5", "d"))
    assert traffic(engine) == {"a": (1, 0), "b": (1, 0), OTHER: (3, 0)}


def test_two_agents_at_the_same_moment_admit_no_more_either(postgresql_engine: Engine) -> None:
    def take_all(begin: str) -> None:
        writer = agent(postgresql_engine, most=20)
        for number in range(15):
            take(writer, prediction(f"{begin}{number}", f"{begin}{number}"))

    at_once(lambda: take_all("a"), lambda: take_all("b"))
    counted = traffic(postgresql_engine)
    assert len(counted) == 21
    assert counted[OTHER] == (10, 0)
    assert sum(predictions for predictions, _ in counted.values()) == 30


def test_names_of_a_batch_that_was_not_saved_were_never_admitted(engine: Engine) -> None:
    writer = agent(engine)

    def interrupted() -> None:
        with writer.transaction() as transaction:
            take_in(transaction, prediction("p1", "x"), prediction("p2", "y"))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    take(writer, *(prediction(f"p-{name}", name) for name in "abc"))
    assert traffic(engine) == {"a": (1, 0), "b": (1, 0), OTHER: (1, 0)}


def test_it_is_said_how_many_are_beyond(engine: Engine) -> None:
    writer = agent(engine)
    assert written(writer, *(prediction(f"p-{name}", name) for name in "ab")) == {Limit.PREDICTED_NAMES: 0}
    assert written(writer, *(prediction(f"q-{name}", name) for name in "acde")) == {Limit.PREDICTED_NAMES: 3}


def test_how_a_model_is_labelled_is_remembered_under_the_same_names(engine: Engine) -> None:
    world = World(engine)
    names = [f"name-{n}" for n in range(6)]
    writer = agent(engine)
    take(writer, *(prediction(f"p-{name}", name) for name in names))
    take(writer, *(label(f"p-{name}", "refund") for name in names[:5]))
    world.evaluate()
    assert reached(engine) == {"name-0": 1, "name-1": 1, OTHER: 3}
    take(writer, label("p-name-4", "", revision=2, retracted=True))
    world.evaluate()
    assert reached(engine) == {"name-0": 1, "name-1": 1, OTHER: 2}


def test_what_is_erased_leaves_the_name_that_it_counted_under(engine: Engine) -> None:
    world = World(engine)
    writer = agent(engine)
    take(writer, *(prediction(f"p-{name}", name) for name in "abcd"))
    take(writer, *(label(f"p-{name}", "refund") for name in "abcd"))
    world.evaluate()
    ErasureStore(engine).erase(["p-c"], None, NOON)
    assert traffic(engine) == {"a": (1, 1), "b": (1, 1), OTHER: (1, 1)}
    assert reached(engine) == {"a": 1, "b": 1, OTHER: 1}


def test_no_answer_counts_apart_and_takes_no_place(engine: Engine) -> None:
    take(agent(engine), *(prediction(f"p{n}", name) for n, name in enumerate([NO_ANSWER, "a", "b", "c"])))
    take(agent(engine), prediction("later", NO_ANSWER), label("later"), prediction("even-later", "d"))
    assert traffic(engine) == {NO_ANSWER: (2, 1), "a": (1, 0), "b": (1, 0), OTHER: (2, 0)}
