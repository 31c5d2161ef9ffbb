"""Erasure where two models answered one request: the id goes with all that was said under it."""

from datetime import timedelta

from sqlalchemy import Engine

from connectors.sql.erasure import ErasureStore
from tests.stored import NOON, SHADOW, counts, label, outcomes, prediction, rows, store, take

CHAMPION, OTHER = prediction("p1", "refund"), prediction("p1", "bug", model=SHADOW)
TABLES = ("prediction", "label", "outcome", "revision", "subject", "description")


def taken_in(engine: Engine) -> None:
    """Two answers to a request of Ann's, whose name came with one of them; and another request."""
    writer = store(engine)
    take(writer, CHAMPION, OTHER, label("p1"), prediction("p2"), label("p2"))
    take(writer, label("p1", "bug", revision=2))
    with writer.transaction() as transaction:
        transaction.note_subjects({OTHER.key: "ann"})


def test_both_answers_go_though_one_alone_named_the_person(engine: Engine) -> None:
    taken_in(engine)
    removed = ErasureStore(engine).erase([], "ann", NOON + timedelta(days=3)).rows
    assert removed == {
        "outcomes": 2,
        "revisions": 2,
        "labels": 1,
        "predictions": 2,
        "subjects": 1,
        "descriptions": 0,
        "draws": 0,
        "draw candidates": 0,
        "kept answers": 0,
    }
    assert [row[1] for row in outcomes(engine)] == ["p2"]
    assert rows(
        engine,
        "SELECT m.version, sum(t.predictions), sum(t.labelled) FROM traffic t JOIN model m ON m.id = t.model_id"
        " GROUP BY m.version ORDER BY 1",
    ) == [("7", 1, 1), ("8", 0, 0)]


def test_neither_answer_nor_the_label_comes_back(engine: Engine) -> None:
    taken_in(engine)
    ErasureStore(engine).erase(["p1"], None, NOON + timedelta(days=3))
    before = counts(engine, *TABLES)
    take(store(engine), CHAMPION, OTHER, label("p1"))
    assert counts(engine, *TABLES) == before


def test_a_request_that_two_persons_are_named_with_goes_with_either(engine: Engine) -> None:
    writer = store(engine)
    take(writer, CHAMPION, OTHER)
    with writer.transaction() as transaction:
        transaction.note_subjects({CHAMPION.key: "ann", OTHER.key: "bob"})
    assert ErasureStore(engine).erase([], "bob", NOON).rows["predictions"] == 2
    assert counts(engine, "prediction", "subject") == {"prediction": 0, "subject": 0}
