"""A record that decodes and that the database refuses all the same: it goes aside, and the rest is saved."""

import pytest

from monitor.ingest.ports import Claimed
from monitor.ingest.taken import Taken
from tests.fakes.source import FakeSource
from tests.ingest.agents import MORE, POISON, PREDICTIONS, Agent, filled, prediction


def test_one_record_that_the_database_refuses_goes_aside_and_what_is_around_it_is_saved() -> None:
    agent = Agent(filled(*[prediction(f"p{n}") for n in range(100)])).joined()
    agent.store.refuses = {"p41"}
    assert agent.step() == Taken(records=100, rejected=1)
    assert set(agent.database.predictions) == {f"p{n}" for n in range(100)} - {"p41"}
    assert [(letter.record.offset, letter.code) for letter in agent.letters.published] == [(41, "unstorable")]
    assert agent.database.counts == {
        ("predictions", "prediction"): 99,
        ("predictions", "rejected:unstorable"): 1,
    }
    assert agent.database.positions == {PREDICTIONS: Claimed(100, 0)}
    assert not agent.ingest.waiting


def test_a_letter_of_the_same_batch_is_sent_once() -> None:
    agent = Agent(filled(prediction("p1"), POISON, prediction("p2"), prediction("p3"))).joined()
    agent.store.refuses = {"p3"}
    agent.step()
    assert sorted((le.record.offset, le.code) for le in agent.letters.published) == [
        (1, "not_json"),
        (3, "unstorable"),
    ]


def test_other_partitions_are_saved_and_an_outage_in_between_repeats_nothing() -> None:
    source = FakeSource(PREDICTIONS, MORE)
    source.put(PREDICTIONS, *[prediction(f"p{n}") for n in range(4)])
    source.put(MORE, *[prediction(f"q{n}") for n in range(4)])
    agent = Agent(source).joined()
    agent.store.refuses = {"q3"}
    saves = iter([""] * 2 + ["database: out of reach"] * 2 + [""] * 40)

    def down() -> None:
        agent.store.down_at_the_end = next(saves)

    agent.store.before_end = down
    while agent.step().trouble or agent.ingest.waiting:
        pass
    assert agent.database.counts == {
        ("predictions", "prediction"): 7,
        ("predictions", "rejected:unstorable"): 1,
    }
    assert agent.database.positions == {PREDICTIONS: Claimed(4, 0), MORE: Claimed(4, 1)}


@pytest.mark.parametrize("refused", [{"p0"}, {"p4"}, {"p0", "p1", "p2", "p3", "p4"}])
def test_whichever_records_they_are(refused: set[str]) -> None:
    agent = Agent(filled(*[prediction(f"p{n}") for n in range(5)])).joined()
    agent.store.refuses = refused
    assert agent.step() == Taken(records=5, rejected=len(refused))
    assert set(agent.database.predictions) == {f"p{n}" for n in range(5)} - refused
