"""What was drawn for labelling: an outcome reads the same whether its label came before the draw or after it."""

from collections.abc import Sequence
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.domain.events.joined import Draw, RevisionKind
from monitor.domain.events.types import Design, Kind, PredictionKey
from tests.domain.events.joining import (
    ACCEPT,
    MODEL,
    SHADOW,
    Drawn,
    Happening,
    Store,
    after,
    label,
    prediction,
    read,
)
from tests.domain.events.random_streams import DRAWN_STREAMS
from tests.domain.events.slow_join import Reference

DRAW = Draw(Design.BY_PREDICTION, 0.02)
OURS = Drawn(PredictionKey("p1", MODEL), DRAW)


@settings(max_examples=400, derandomize=True, deadline=None)
@given(
    events=DRAWN_STREAMS,
    cuts=st.lists(st.integers(0, 25), max_size=8),
    accept=st.sampled_from([ACCEPT, frozenset(Kind)]),
)
def test_however_a_stream_is_cut_draws_agree_with_the_rules_written_out(
    events: list[Happening], cuts: list[int], accept: frozenset[Kind]
) -> None:
    expected, store, begin = Reference(accept), Store(accept), 0
    for event in events:
        expected.take(event)
    for end in [*sorted(min(cut, len(events)) for cut in cuts), len(events)]:
        store.take(*events[begin:end])
        begin = end

    assert store.became == expected.became
    assert {key: read(outcome) for key, outcome in store.outcomes.items()} == expected.last
    now = dict(store.first)
    for revision in store.revisions:
        key = PredictionKey(revision.before.prediction_id, revision.model)
        assert read(revision.before) == now[key]
        now[key] = read(revision.after)
    assert now == expected.last


@pytest.mark.parametrize("order", list(permutations([prediction(), label(), OURS])))
def test_a_label_follows_the_draw_of_its_prediction_whichever_came_first(order: Sequence[Happening]) -> None:
    """A draw comes after its prediction, always: what is drawn is there."""
    store = after(*order)
    expected: tuple[Design, float | None] = (Design.UNKNOWN, None)
    if order.index(OURS) > order.index(prediction()):
        expected = (Design.BY_PREDICTION, 0.02)
    (outcome,) = store.outcomes.values()
    assert (outcome.design, outcome.probability) == expected


def test_a_draw_after_the_label_is_a_revision_of_the_outcome() -> None:
    (revision,) = after(prediction(), label(), OURS).revisions
    assert (revision.before.design, revision.after.design) == (Design.UNKNOWN, Design.BY_PREDICTION)
    assert (revision.before.intent, revision.before.seq) == (revision.after.intent, revision.after.seq)
    assert (revision.because.kind, revision.because.label_id) == (RevisionKind.DRAWN, "l1")


def test_a_label_that_says_how_its_ticket_was_chosen_keeps_that() -> None:
    own = label(design=Design.UNIFORM, probability=0.1)
    orders: list[list[Happening]] = [[prediction(), OURS, own], [prediction(), own, OURS]]
    for order in orders:
        store = after(*order)
        (outcome,) = store.outcomes.values()
        assert (outcome.design, outcome.probability, store.revisions) == (Design.UNIFORM, 0.1, [])


def test_a_weak_label_is_there_for_other_reasons_than_a_draw() -> None:
    store = after(prediction(), OURS, label(kind=Kind.WEAK), accept=Kind)
    assert [(o.design, o.probability) for o in store.outcomes.values()] == [(Design.UNKNOWN, None)]


@pytest.mark.parametrize("order", [[OURS, label()], [label(), OURS]])
def test_a_ticket_drawn_for_another_model_counts_for_nothing_until_it_is_drawn_for_this_one(
    order: list[Happening],
) -> None:
    store = after(prediction(), prediction(model=SHADOW), *order)
    read_now = {key.model: (outcome.intent, outcome.design) for key, outcome in store.outcomes.items()}
    assert read_now == {MODEL: ("refund", Design.BY_PREDICTION), SHADOW: (None, Design.UNKNOWN)}
    store.take(Drawn(PredictionKey("p1", SHADOW), Draw(Design.BY_SCORE, 0.5)))
    theirs = store.outcomes[PredictionKey("p1", SHADOW)]
    assert (theirs.intent, theirs.design, theirs.probability) == ("refund", Design.BY_SCORE, 0.5)


def test_a_label_that_says_its_sampling_counts_for_a_model_without_a_draw_too() -> None:
    own = label(design=Design.UNIFORM, probability=0.1)
    store = after(prediction(), prediction(model=SHADOW), OURS, own)
    assert {(o.intent, o.design) for o in store.outcomes.values()} == {("refund", Design.UNIFORM)}


def test_a_corrected_label_stays_of_the_draw() -> None:
    store = after(prediction(), OURS, label(), label(intent="cancel", revision=2))
    assert [(o.intent, o.design) for o in store.outcomes.values()] == [("cancel", Design.BY_PREDICTION)]
