"""However a stream is cut into batches, the join agrees with the rules written out."""

from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.domain.events.names import NO_INTENT
from monitor.domain.events.types import Design, Kind, LabelScope, Model, PredictionKey
from tests.domain.events.joining import ACCEPT, MODEL, SHADOW, Event, Store, label, prediction, read
from tests.domain.events.slow_join import Reference

FURTHER, THE_REST = Model("tickets", "__other__"), Model("__other__", "__other__", "__other__")
MODELS = st.sampled_from(
    [MODEL, MODEL, SHADOW, Model("tickets", "7", "staging"), Model("triage", "7"), FURTHER, THE_REST]
)
SCOPES = st.one_of(
    st.none(),
    st.builds(
        LabelScope,
        st.sampled_from([None, "tickets"]),
        st.sampled_from([None, "7", "8"]),
        st.sampled_from([None, "prod"]),
    ),
)
PREDICTIONS = st.builds(
    prediction,
    st.sampled_from(["p1", "p2", "p3"]),
    digest=st.sampled_from([b"d", b"d", b"d", b"e"]),
    model=MODELS,
)
LABELS = st.builds(
    label,
    st.sampled_from(["l1", "l2", "l3"]),
    st.sampled_from(["p1", "p1", "p2", "p3"]),
    st.sampled_from(["refund", "cancel", NO_INTENT]),
    hour=st.integers(1, 3),
    revision=st.integers(1, 3),
    retracted=st.sampled_from([False, False, True]),
    kind=st.sampled_from(Kind),
    scope=SCOPES,
    annotator=st.sampled_from([None, "ann", "bob"]),
    design=st.sampled_from([Design.UNKNOWN, Design.UNKNOWN, Design.UNIFORM]),
)
INLINE = st.builds(lambda label, model: (prediction(label.prediction_id, model=model), label), LABELS, MODELS)
STREAMS = st.lists(st.one_of(PREDICTIONS, LABELS, LABELS, INLINE), max_size=30)


def joined(events: Sequence[Event], cuts: Iterable[int], accept: frozenset[Kind]) -> Store:
    store, begin = Store(accept), 0
    for end in [*sorted(min(cut, len(events)) for cut in cuts), len(events)]:
        store.take(*events[begin:end])
        begin = end
    return store


@pytest.mark.slow
@settings(max_examples=300, derandomize=True, deadline=None)
@given(
    events=STREAMS,
    cuts=st.lists(st.integers(0, 30), max_size=8),
    accept=st.sampled_from([ACCEPT, frozenset(Kind), frozenset({Kind.WEAK})]),
)
def test_however_a_stream_is_cut_the_join_agrees_with_the_rules_written_out(
    events: list[Event], cuts: list[int], accept: frozenset[Kind]
) -> None:
    expected = Reference(accept)
    for event in events:
        expected.take(event)
    store = joined(events, cuts, accept)

    assert store.became == expected.became
    assert store.completed == expected.completed
    assert {key: read(outcome) for key, outcome in store.outcomes.items()} == expected.last
    assert {key: outcome.seq for key, outcome in store.outcomes.items()} == {
        key: place for place, key in enumerate(expected.completed, 1)
    }


@settings(max_examples=300, derandomize=True, deadline=None)
@given(events=STREAMS, cuts=st.lists(st.integers(0, 30), max_size=12))
def test_the_revisions_of_an_outcome_lead_from_its_first_reading_to_its_last(
    events: list[Event], cuts: list[int]
) -> None:
    store = joined(events, cuts, ACCEPT)
    now = dict(store.first)
    for revision in store.revisions:
        key = PredictionKey(revision.before.prediction_id, revision.model)
        assert read(revision.before) == now[key]
        assert read(revision.after) != now[key]
        assert revision.before.seq == revision.after.seq == store.completed.index(key) + 1
        now[key] = read(revision.after)
    assert now == {key: read(outcome) for key, outcome in store.outcomes.items()}
