"""A name that a model gives for no answer counts as none; who sent it before is not told apart by it."""

import json

from monitor.domain.events.fates import Became, EventFate
from monitor.domain.events.names import NO_ANSWER
from monitor.domain.events.types import Model
from tests.fakes.source import FakeSource
from tests.ingest.agents import LABELS, PREDICTIONS, Agent, label, prediction

TICKETS = Model("tickets", "7")
FALLBACKS = {TICKETS: {"fallback"}}


def answers(agent: Agent) -> dict[str, str]:
    """What is kept of each prediction's answer."""
    known = agent.database.predictions.items()
    return {name: each.intent for name, of in known for each in of.values()}


def test_the_configured_name_of_this_model_is_no_answer_and_others_are_intents() -> None:
    shadow = json.loads(prediction("p4", "fallback")) | {"model": {"name": "shadow", "version": "1"}}
    source = FakeSource(PREDICTIONS, LABELS)
    source.put(
        PREDICTIONS,
        prediction("p1", " fallback "),
        prediction("p2", "None"),
        prediction("p3", "null"),
        json.dumps(shadow).encode(),
    )
    inside = json.loads(label("p5")) | {"prediction": json.loads(prediction("p5", "fallback"))}
    source.put(LABELS, json.dumps(inside).encode(), kind="label")
    agent = Agent(source, no_answers=FALLBACKS).joined()
    while agent.step().records:
        pass
    assert answers(agent) == {"p1": NO_ANSWER, "p2": "None", "p3": "null", "p4": "fallback", "p5": NO_ANSWER}


def test_a_prediction_from_before_it_was_configured_is_a_repeat_when_it_comes_again() -> None:
    source = FakeSource(PREDICTIONS)
    source.put(PREDICTIONS, prediction("p1", "fallback"))
    before = Agent(source).joined()
    before.step()
    again = FakeSource(PREDICTIONS)
    again.put(PREDICTIONS, b"read before", prediction("p1", "fallback"))
    after = Agent(again, before.database, no_answers=FALLBACKS).joined()
    after.step()
    repeats = after.database.counts["predictions", str(EventFate.taken(Became.PREDICTION_REPEAT))]
    assert (repeats, after.database.buried, answers(after)) == (1, {}, {"p1": "fallback"})


def test_among_several_answers_the_name_is_left_out() -> None:
    source = FakeSource(PREDICTIONS)
    for number, intents in enumerate([["fallback", "a", "b"], ["a", "fallback"], ["fallback"], ["a", "b"]]):
        sent = json.loads(prediction(f"p{number}")) | {"predicted": {"intents": intents}}
        source.put(PREDICTIONS, json.dumps(sent).encode())
    agent = Agent(source, no_answers=FALLBACKS).joined()
    while agent.step().records:
        pass
    known = [each for of in agent.database.predictions.values() for each in of.values()]
    assert [(each.intent, each.answers) for each in known] == [
        ("a", ("a", "b")),
        ("a", ()),
        (NO_ANSWER, ()),
        ("a", ("a", "b")),
    ]
