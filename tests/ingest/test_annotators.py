"""Who gave a label is stored as a keyed hash, or not at all without a key; as it was sent only where that is asked."""

import json
from typing import Any

import pytest

from monitor.domain.events.subjects import annotator_hash
from tests.fakes.source import FakeSource
from tests.ingest.agents import LABELS, PREDICTIONS, Agent, label, prediction


def stored(inline: bool = False, **settings: Any) -> str | None:  # noqa: ANN401
    """What a database keeps of ann, who labelled p1."""
    sent = json.loads(label()) | {"source": {"annotator": "ann"}}
    if inline:
        sent["prediction"] = json.loads(prediction())
    source = FakeSource(PREDICTIONS, LABELS)
    source.put(PREDICTIONS, *([] if inline else [prediction()]))
    source.put(LABELS, json.dumps(sent).encode(), kind="label")
    agent = Agent(source, **settings).joined()
    while agent.step().records:
        pass
    (kept,) = agent.database.labels.values()
    return kept.annotator


@pytest.mark.parametrize("inline", [False, True])
def test_an_annotator_is_hashed_with_the_key_and_dropped_without_one(inline: bool) -> None:
    assert stored(inline, subject_key="pepper") == annotator_hash("ann", "pepper") != "ann"
    assert stored(inline) is None


@pytest.mark.parametrize("key", ["", "pepper"])
def test_plain_keeps_it_as_it_was_sent(key: str) -> None:
    assert stored(subject_key=key, plain_annotators=True) == "ann"
