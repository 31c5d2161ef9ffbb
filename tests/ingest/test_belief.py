"""By topic it can be said which labels are believed: the rest is passed over, counted, and poisons nothing."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from monitor.domain.events.belief import Belief
from monitor.domain.events.fates import Became
from monitor.domain.events.types import Design, Kind, Label, Partition, Prediction, Record
from monitor.ingest.decoded import decoded
from monitor.settings.judging import BelievedLabels, Labels
from tests.domain.events import records
from tests.ingest.agents import Agent, filled

MAY, JUNE, JULY = (datetime(2026, month, 1, tzinfo=UTC) for month in (5, 6, 7))
PREDICTION = records.PREDICTION | {"event": "prediction", "ts": "2026-05-01T00:00:00Z"}
LABEL = records.LABEL | {
    "event": "label",
    "labeled_at": "2026-06-01T00:00:00Z",
    "source": {"kind": "human"},
    "sampling": {"design": "uniform", "probability": 0.5},
}


def event(content: dict[str, Any], *beliefs: Belief, topic: str = "crowd.votes") -> object:
    record = Record(Partition(topic, 0), 0, json.dumps(content).encode(), "label")
    ((_, read, *_),) = decoded([record], 10_000, JULY, beliefs)
    return read


@pytest.mark.parametrize(
    "belief",
    [
        Belief(topic="crowd.*"),
        Belief(topic="crowd.votes", kinds={Kind.HUMAN, Kind.WEAK}),
        Belief(topic="*", designs={Design.UNIFORM}),
        Belief(topic="*", since=JUNE),
        Belief(topic="*", until=JULY),
        Belief(topic="other", kinds={Kind.WEAK}),
    ],
)
def test_a_label_that_is_believed_is_read(belief: Belief) -> None:
    assert isinstance(event(LABEL, belief), Label)


@pytest.mark.parametrize(
    "belief",
    [
        Belief(topic="crowd.*", kinds={Kind.WEAK}),
        Belief(topic="*", designs={Design.UNKNOWN}),
        Belief(topic="*", since=JULY),
        Belief(topic="*", until=JUNE),
    ],
)
def test_another_is_passed_over_whatever_else_is_believed(belief: Belief) -> None:
    assert event(LABEL, Belief(topic="*"), belief) is Became.LABEL_NOT_BELIEVED
    assert isinstance(event(PREDICTION, belief), Prediction)


def test_the_prediction_inside_a_label_that_is_not_believed_still_counts() -> None:
    inline = LABEL | {"prediction": PREDICTION}
    assert isinstance(event(inline), tuple)
    assert isinstance(event(inline, Belief(topic="*", until=MAY)), Prediction)


def test_it_is_counted_and_neither_adds_to_the_rejects_nor_ends_them() -> None:
    values = [json.dumps(PREDICTION).encode(), *[json.dumps(LABEL).encode()] * 3]
    agent = Agent(filled(*values), beliefs=[Belief(topic="*", kinds={Kind.WEAK})]).joined()
    agent.step()
    assert agent.outcomes() == {}
    assert {fate: n for (_, fate), n in agent.database.counts.items()} == {
        "prediction": 1,
        "label_not_believed": 3,
    }


def test_a_label_with_its_prediction_counts_as_the_label_that_is_not_believed() -> None:
    inline = json.dumps(LABEL | {"prediction": PREDICTION}).encode()
    agent = Agent(filled(inline), beliefs=[Belief(topic="*", kinds={Kind.WEAK})]).joined()
    taken = agent.step()
    assert (taken.new, taken.passed_over) == (0, 1)
    assert {fate: n for (_, fate), n in agent.database.counts.items()} == {"label_not_believed": 1}


def test_rules_are_read_from_the_configuration_and_those_that_believe_nothing_are_refused() -> None:
    labels = Labels.model_validate(
        {"believe": [{"topic": "crowd.*", "kinds": ["weak"], "since": "2026-06-01T00:00:00Z"}]}
    )
    assert [rule.belief() for rule in labels.believe] == [
        Belief(topic="crowd.*", kinds=frozenset({Kind.WEAK}), since=JUNE)
    ]
    wrongs: list[dict[str, object]] = [
        {"kinds": []},
        {"since": JUNE, "until": JUNE},
        {"since": "2026-06-01T00:00:00"},
    ]
    for wrong in wrongs:
        with pytest.raises(ValidationError):
            BelievedLabels.model_validate({"topic": "crowd.*", **wrong})
