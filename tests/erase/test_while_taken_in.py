"""Erasure on PostgreSQL while an agent is taking in events of the same person: none of them stays."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import Engine

from connectors.sql.erasure import ErasureStore
from monitor.domain.events.types import Label, Prediction
from monitor.erase.ports import Erased
from tests.contract.together import PATIENCE_S, wait_until_somebody_waits
from tests.stored import NOON, SHADOW, counts, label, prediction, store, take, take_in

CHAMPION, OTHER = prediction("p1", "refund"), prediction("p1", "bug", model=SHADOW)
TABLES = ("prediction", "label", "outcome", "subject")


def erased_meanwhile(
    engine: Engine, *events: Prediction | Label, ids: tuple[str, ...] = (), subject: str | None = None
) -> Erased:
    """Erase while these events are written and not committed yet."""
    with ThreadPoolExecutor(1) as pool:
        with store(engine).transaction() as transaction:
            take_in(transaction, *events)
            transaction.note_subjects({OTHER.key: "ann"})
            erasing = pool.submit(ErasureStore(engine).erase, ids, subject, NOON)
            wait_until_somebody_waits(engine)
        return erasing.result(PATIENCE_S)


def test_the_answer_of_another_model_that_is_on_its_way_goes_too(postgresql_engine: Engine) -> None:
    take(store(postgresql_engine), CHAMPION, label("p1"))
    removed = erased_meanwhile(postgresql_engine, OTHER, ids=("p1",)).rows
    assert (removed["predictions"], removed["outcomes"], removed["subjects"]) == (2, 2, 1)
    assert counts(postgresql_engine, *TABLES) == dict.fromkeys(TABLES, 0)


def test_what_nobody_had_seen_before_goes_by_its_id(postgresql_engine: Engine) -> None:
    erased_meanwhile(postgresql_engine, CHAMPION, OTHER, label("p1"), ids=("p1",))
    assert counts(postgresql_engine, *TABLES) == dict.fromkeys(TABLES, 0)


def test_what_nobody_had_seen_before_goes_by_its_subject(postgresql_engine: Engine) -> None:
    erased = erased_meanwhile(postgresql_engine, OTHER, label("p1"), subject="ann")
    assert counts(postgresql_engine, *TABLES) == dict.fromkeys(TABLES, 0)
    take(store(postgresql_engine), CHAMPION)
    assert counts(postgresql_engine, "prediction") == {"prediction": 0}
    assert len(erased.fingerprints) == 1
