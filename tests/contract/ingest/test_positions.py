"""Where each partition stands, and that only the agent that claimed it last can move it."""

import pytest
from sqlalchemy import Engine

from monitor.domain.events.fates import EventFate
from monitor.errors import FencedError
from monitor.ingest.ports import Claimed
from tests.stored import (
    P0,
    P1,
    counts,
    label,
    prediction,
    store,
    take_in,
)


def test_a_partition_claimed_first_begins_at_the_oldest_record(engine: Engine) -> None:
    assert store(engine).claim([P0, P1]) == {P0: Claimed(None, 0), P1: Claimed(None, 0)}


def test_a_claim_gives_what_was_saved_last_with_its_rejects_in_a_row(engine: Engine) -> None:
    first = store(engine)
    first.claim([P0, P1])
    with first.transaction() as transaction:
        transaction.advance({P0: Claimed(17, 3)})

    assert store(engine).claim([P0, P1]) == {P0: Claimed(17, 3), P1: Claimed(None, 0)}


def test_a_claim_afresh_forgets_how_far_it_was(engine: Engine) -> None:
    first = store(engine)
    first.claim([P0])
    with first.transaction() as transaction:
        transaction.advance({P0: Claimed(17, 3)})

    assert first.claim([P0], afresh=True) == {P0: Claimed(None, 0)}
    with first.transaction() as transaction:
        transaction.advance({P0: Claimed(2, 0)})
    assert store(engine).claim([P0]) == {P0: Claimed(2, 0)}


def test_an_old_epoch_writes_nothing_at_all(engine: Engine) -> None:
    paused, successor = store(engine), store(engine)
    paused.claim([P0])
    successor.claim([P0])

    def late() -> None:
        with paused.transaction() as transaction:
            take_in(transaction, prediction("p1"), label("p1"))
            transaction.count({("predictions", EventFate.parse("prediction")): 1})
            transaction.advance({P0: Claimed(2, 0)})

    with pytest.raises(FencedError) as fenced:
        late()

    assert fenced.value.partition == P0
    nothing = {"prediction": 0, "label": 0, "outcome": 0, "event_count": 0, "traffic": 0, "model": 0}
    assert counts(engine, *nothing) == nothing
    with successor.transaction() as transaction:
        transaction.advance({P0: Claimed(2, 0)})


def test_whoever_never_claimed_cannot_write(engine: Engine) -> None:
    store(engine).claim([P0])
    with pytest.raises(FencedError), store(engine).transaction() as transaction:
        transaction.advance({P0: Claimed(1, 0)})


def test_a_position_never_goes_back_but_may_stand_still(engine: Engine) -> None:
    writer = store(engine)
    writer.claim([P0])
    with writer.transaction() as transaction:
        transaction.advance({P0: Claimed(10, 0)})
    with writer.transaction() as transaction:
        transaction.advance({P0: Claimed(10, 4)})
    with pytest.raises(FencedError), writer.transaction() as transaction:
        transaction.advance({P0: Claimed(9, 0)})

    assert store(engine).claim([P0]) == {P0: Claimed(10, 4)}


def test_one_lost_partition_holds_back_the_whole_batch(engine: Engine) -> None:
    writer = store(engine)
    writer.claim([P0, P1])
    store(engine).claim([P1])

    with pytest.raises(FencedError), writer.transaction() as transaction:
        transaction.advance({P0: Claimed(5, 0), P1: Claimed(5, 0)})

    assert store(engine).claim([P0]) == {P0: Claimed(None, 0)}


def test_clusters_and_groups_have_positions_of_their_own(engine: Engine) -> None:
    writer = store(engine)
    writer.claim([P0])
    with writer.transaction() as transaction:
        transaction.advance({P0: Claimed(5, 0)})

    assert store(engine, cluster_id="other").claim([P0]) == {P0: Claimed(None, 0)}
    assert store(engine, group="other").claim([P0]) == {P0: Claimed(None, 0)}
    with writer.transaction() as transaction:
        transaction.advance({P0: Claimed(6, 0)})


def test_positions_are_given_by_topic_without_those_never_read(engine: Engine) -> None:
    writer = store(engine)
    writer.claim([P0, P1])
    with writer.transaction() as transaction:
        transaction.advance({P0: Claimed(5, 0)})

    assert writer.positions([P0.topic, P1.topic]) == {P0: Claimed(5, 0)}
    assert writer.positions([P1.topic]) == {}
    assert store(engine, group="other").positions([P0.topic]) == {}


def test_resetting_a_partition_fences_whoever_reads_it_and_begins_again(engine: Engine) -> None:
    writer = store(engine)
    writer.claim([P0, P1])
    with writer.transaction() as transaction:
        transaction.advance({P0: Claimed(5, 2), P1: Claimed(7, 0)})

    store(engine).reset_positions([P0])

    with pytest.raises(FencedError), writer.transaction() as transaction:
        transaction.advance({P0: Claimed(6, 0)})
    assert store(engine).claim([P0, P1]) == {P0: Claimed(None, 0), P1: Claimed(7, 0)}


def test_the_incarnation_that_was_read_is_kept_until_the_position_is_reset(engine: Engine) -> None:
    writer = store(engine)
    assert writer.claim([P0], incarnations={P0.topic: "first"})[P0] == Claimed(None, 0, "first")
    assert writer.claim([P0], incarnations={P0.topic: "second"})[P0].incarnation == "second"  # never read
    with writer.transaction() as transaction:
        transaction.advance({P0: Claimed(5, 0)})
    assert writer.claim([P0], incarnations={P0.topic: "third"})[P0] == Claimed(5, 0, "second")
    writer.reset_positions([P0])
    assert writer.claim([P0], incarnations={P0.topic: "third"})[P0] == Claimed(None, 0, "third")
