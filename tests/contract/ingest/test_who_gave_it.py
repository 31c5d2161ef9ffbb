"""Who gave a label is kept with it, on both databases, and goes with it; what the first of two readers said, too."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from connectors.sql.erasure import ErasureStore
from connectors.sql.retention import drop_old_predictions
from tests.stored import NOON, evaluator_sees, label, prediction, rows, store, take


def annotators(engine: Engine) -> list[str | None]:
    return [name for (name,) in rows(engine, "SELECT annotator FROM label ORDER BY label_id")]


def readings(engine: Engine) -> list[tuple[str, str | None, bool]]:
    return [(each.intent, each.first_intent, each.agreed) for each in evaluator_sees(engine)]


def test_a_label_keeps_who_gave_it_and_a_new_revision_who_corrected_it(engine: Engine) -> None:
    take(store(engine), prediction("a"), label("a", annotator="ann"))
    assert annotators(engine) == ["ann"]
    take(store(engine), label("a", "billing", annotator="bob", revision=2))
    assert annotators(engine) == ["bob"]


@pytest.mark.parametrize("together", [True, False])
def test_an_outcome_that_two_people_read_says_so(engine: Engine, together: bool) -> None:
    first = label("a", annotator="ann"), label("b", annotator="ann"), label("c", annotator="ann")
    second = (
        label("a", "billing", annotator="bob", label_id="a2", hours=1),
        label("b", annotator="bob", label_id="b2", hours=1),
    )
    batches = [(*first, *second)] if together else [first, second]
    take(store(engine), prediction("a"), prediction("b"), prediction("c"))
    for batch in batches:
        take(store(engine), *batch)
    assert readings(engine) == [
        ("billing", "refund", False),
        ("refund", "refund", True),
        ("refund", None, False),
    ]


def test_labels_of_before_are_known_again_and_keep_nobody(engine: Engine) -> None:
    take(store(engine), prediction("a"), label("a"))
    take(store(engine), label("a", annotator="ann"))
    assert annotators(engine) == [None]
    assert rows(engine, "SELECT count(*) FROM revision") == [(0,)]


def test_erasure_takes_who_gave_it_along_and_retention_leaves_what_an_outcome_needs(engine: Engine) -> None:
    for name in ("a", "b"):
        take(store(engine), prediction(name), label(name, annotator="ann"))
        take(store(engine), label(name, "billing", annotator="bob", label_id=name + "2", hours=1))
    take(store(engine), label("nobody's", annotator="eve"))
    ErasureStore(engine).erase(["a"], None, NOON)
    drop_old_predictions(engine, NOON + timedelta(days=100), 1)
    assert annotators(engine) == ["bob", "ann"]  # of b; what waited for a prediction in vain went
    assert readings(engine) == [("billing", "refund", False)]
