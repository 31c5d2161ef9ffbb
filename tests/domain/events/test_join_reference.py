"""However a stream is cut into batches, the join agrees with the rules written out."""

from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.domain.events.types import Kind, PredictionKey
from tests.domain.events.joining import ACCEPT, Event, Store, read
from tests.domain.events.random_streams import STREAMS
from tests.domain.events.slow_join import Reference


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
