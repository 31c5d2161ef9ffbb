"""More models than the limit: what they predict counts under one name, a label joins it, and an anchor tells apart."""

import json
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine
from structlog.testing import capture_logs

from connectors.sql.anchors import AnchorStore
from connectors.sql.ingest.store import IngestStore
from monitor.domain.anchors.promise import Measured, Promise, Provenance, build
from monitor.domain.events.types import Kind, Model, Partition
from monitor.domain.slices.cells import OTHER
from monitor.ingest.ingest import Ingest
from tests.contract.together import at_once
from tests.fakes.dead_letters import FakeDeadLetters
from tests.fakes.source import FakeSource
from tests.stored import NOON, rows

PREDICTIONS, LABELS = Partition("predictions", 0), Partition("labels", 0)
AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Agent:
    """One that tells two models apart; `before` is one that read the same topics."""

    def __init__(self, engine: Engine, before: "Agent | None" = None, group: str = "group") -> None:
        self.engine = engine
        self.source = FakeSource(PREDICTIONS, LABELS)
        if before is not None:
            self.source.logs = before.source.logs
        self.letters = FakeDeadLetters()
        self.ingest = Ingest(
            self.source,
            IngestStore(engine, "cluster", group, most_models=2),
            self.letters,
            accept=[Kind.HUMAN],
            max_consecutive_rejects=1_000,
            max_bytes=10_000,
            clock=lambda: AT,
        )
        self.ingest.step(0.0)

    def predict(
        self, prediction_id: str, version: str, name: str = "tickets", intent: str = "refund"
    ) -> None:
        self._take(
            PREDICTIONS,
            prediction_id=prediction_id,
            ts=AT.isoformat(),
            model={"name": name, "version": version, "environment": "prod"},
            predicted={"intent": intent},
        )

    def label(self, prediction_id: str, number: int = 0, **more: object) -> None:
        at = AT.isoformat()
        self._take(
            LABELS,
            label_id=f"of-{prediction_id}-{number}",
            prediction_id=prediction_id,
            intent="refund",
            labeled_at=at,
            **more,
        )

    def _take(self, partition: Partition, **event: object) -> None:
        self.source.put(partition, json.dumps(event).encode(), kind=partition.topic.removesuffix("s"))
        self.ingest.step(0.0)

    def fates(self) -> dict[str, int]:
        """How many events became what."""
        return dict(map(tuple, rows(self.engine, "SELECT became, count FROM event_count")))

    def outcomes(self) -> list[tuple[str, str, str]]:
        """The prediction, and the model under which it counts."""
        asked = "SELECT o.prediction_id, m.name, m.version FROM outcome o JOIN model m ON m.id = o.model_id"
        return [(i, name, version) for i, name, version in rows(self.engine, f"{asked} ORDER BY o.seq")]


@pytest.fixture
def agent(engine: Engine) -> Agent:
    agent = Agent(engine)
    agent.predict("a", "1")
    agent.predict("b", "2")
    return agent


def test_further_versions_count_as_one_and_their_labels_join(agent: Agent) -> None:
    with capture_logs() as lines:
        agent.predict("c", "3")
        agent.predict("d", "4")
    for prediction_id in "abcd":
        agent.label(prediction_id)
    assert agent.outcomes() == [
        ("a", "tickets", "1"),
        ("b", "tickets", "2"),
        ("c", "tickets", OTHER),
        ("d", "tickets", OTHER),
    ]
    assert [line["limit"] for line in lines] == ["models"]
    assert rows(agent.engine, "SELECT became, count FROM event_count WHERE topic = 'limits'") == [
        ("folded:models", 2)
    ]


def test_models_of_unknown_names_count_as_one(agent: Agent) -> None:
    agent.predict("c", "1", name="spam")
    agent.predict("d", "2", name="eggs")
    for prediction_id in "cd":
        agent.label(prediction_id)
    assert agent.outcomes() == [("c", OTHER, OTHER), ("d", OTHER, OTHER)]


def test_a_label_that_names_its_model_joins_too_whichever_came_first(agent: Agent) -> None:
    agent.label("c", model={"name": "tickets", "version": "3"})
    agent.predict("c", "3")
    agent.predict("d", "4")
    agent.label("d", model={"version": "4"})
    agent.predict("e", "5")
    agent.label("e", model={"name": "spam"})  # about no model of this name
    assert agent.outcomes() == [("c", "tickets", OTHER), ("d", "tickets", OTHER)]


def test_of_two_further_versions_that_answer_one_request_the_first_counts(agent: Agent) -> None:
    agent.predict("c", "3")
    agent.predict("c", "4", intent="bug")
    agent.predict("c", "4", intent="bug")
    agent.label("c")
    assert agent.letters.published == []
    assert agent.outcomes() == [("c", "tickets", OTHER)]
    assert rows(agent.engine, "SELECT predicted FROM outcome") == [("refund",)]
    assert agent.fates() == {"prediction": 3, "prediction_folded": 2, "label": 1, "folded:models": 1}


def test_a_label_counts_also_where_the_prediction_that_it_brings_is_of_a_second_further_version(
    agent: Agent,
) -> None:
    agent.predict("c", "3")
    brought = {
        "prediction_id": "c",
        "ts": AT.isoformat(),
        "model": {"name": "tickets", "version": "4"},
        "predicted": {"intent": "bug"},
    }
    agent.label("c", prediction=brought)
    assert (agent.letters.published, agent.outcomes()) == ([], [("c", "tickets", OTHER)])


def test_a_repeat_is_one_after_a_restart_too(agent: Agent) -> None:
    agent.predict("c", "3")
    Agent(agent.engine, before=agent).predict("c", "3")
    counts = agent.fates()
    assert (counts["prediction"], counts["prediction_repeat"]) == (3, 1)
    assert rows(agent.engine, "SELECT sum(predictions) FROM traffic")[0][0] == 3


def anchored(engine: Engine, version: str, name: str = "tickets") -> None:
    released = Model(name, version, "prod")
    promises = {("refund", ""): Promise(Measured(0.9, 50))}
    AnchorStore(engine).add(build(released, promises, Provenance("a.csv", "f" * 64, "csv", NOON)), [])


@pytest.mark.parametrize(("name", "stand_in"), [("tickets", ("tickets", OTHER)), ("spam", (OTHER, OTHER))])
def test_what_counted_with_others_counts_once_also_when_its_version_is_told_apart_later(
    agent: Agent, name: str, stand_in: tuple[str, str]
) -> None:
    agent.predict("c", "3", name)
    agent.label("c")
    anchored(agent.engine, "3", name)
    agent.predict("c", "3", name)
    agent.predict("d", "3", name)
    agent.label("d")
    assert agent.outcomes() == [("c", *stand_in), ("d", name, "3")]
    assert rows(agent.engine, "SELECT sum(predictions), sum(labelled) FROM traffic") == [(4, 2)]
    assert agent.fates() == {"prediction": 4, "prediction_repeat": 1, "label": 2, "folded:models": 1}


def test_what_counted_with_all_others_counts_once_also_among_the_further_versions_of_its_name(
    agent: Agent,
) -> None:
    agent.predict("c", "3", "spam")
    anchored(agent.engine, "4", "spam")
    agent.predict("c", "3", "spam")  # now counted as further versions of spam are
    assert agent.fates()["prediction_repeat"] == 1


def test_what_an_anchor_names_is_told_apart(agent: Agent) -> None:
    anchored(agent.engine, "9")
    agent.predict("c", "9")
    agent.label("c")
    assert agent.outcomes() == [("c", "tickets", "9")]


def test_two_agents_at_the_same_moment_admit_no_more_than_the_limit(postgresql_engine: Engine) -> None:
    def take_all(begin: str) -> None:
        agent = Agent(postgresql_engine, group=begin)
        for number in range(8):
            agent.predict(f"{begin}{number}", f"{begin}{number}")

    at_once(lambda: take_all("a"), lambda: take_all("b"))
    versions = [version for (version,) in rows(postgresql_engine, "SELECT version FROM model")]
    assert len(versions) == 3
    assert OTHER in versions
    assert rows(postgresql_engine, "SELECT sum(predictions) FROM traffic") == [(16,)]


def test_a_prediction_has_so_many_labels(agent: Agent) -> None:
    for number in range(100):
        agent.label("a", number)
    agent.label("a", 100)
    agent.label("a", 7, revision=2)  # one that is there may be corrected
    agent.label("b")
    assert [letter.code for letter in agent.letters.published] == ["too_many_labels"]
    assert rows(agent.engine, "SELECT count(*) FROM label") == [(101,)]
    assert [prediction_id for prediction_id, _, _ in agent.outcomes()] == ["a", "b"]
