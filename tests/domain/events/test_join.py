"""Late, early, repeated, corrected, retracted: what predictions and labels become, in whatever order."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.domain.events.join import Became, Join, Joined, Memory, Revision, holding
from monitor.domain.events.types import Design, Kind, Label, Model, Prediction
from monitor.errors import DecodeError

MODEL = Model("tickets", "7")
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ACCEPT = frozenset({Kind.HUMAN, Kind.ADJUDICATED})

Event = Prediction | Label | tuple[Prediction, Label]
State = tuple[str | None, str, datetime, Kind, Design, float | None]  # what an outcome reads


def prediction(prediction_id: str = "p1", intent: str = "refund", digest: bytes = b"d") -> Prediction:
    return Prediction(prediction_id, NOON, MODEL, intent, digest)


def label(
    label_id: str = "l1",
    prediction_id: str = "p1",
    intent: str = "refund",
    *,
    hour: int = 1,
    revision: int = 1,
    retracted: bool = False,
    kind: Kind = Kind.HUMAN,
) -> Label:
    return Label(label_id, prediction_id, intent, NOON + timedelta(hours=hour), revision, retracted, kind)


class Store:
    """What a store keeps between batches, whole: every batch is given all of it."""

    def __init__(self, accept: Iterable[Kind] = ACCEPT) -> None:
        self.memory = Memory({}, {}, {}, {})
        self.accept = frozenset(accept)
        self.became: list[str] = []
        self.completed: list[str] = []
        self.first: dict[str, State] = {}
        self.revisions: list[Revision] = []

    def take(self, *batch: Event) -> "Store":
        """One batch: joined, and its outcomes numbered as they became complete."""
        join = Join(self.memory, self.accept)
        for event in batch:
            try:
                self.became.append(join.take(event))
            except DecodeError as err:
                self.became.append(err.code)
        changes = join.changes()
        for outcome in changes.completed:
            self.completed.append(outcome.prediction_id)
            outcome.seq = len(self.completed)
            self.first[outcome.prediction_id] = read(outcome)
        # A store writes rows; later batches must not reach back into them.
        self.revisions += msgspec.convert(
            msgspec.to_builtins(changes.revised, builtin_types=(datetime,)), list[Revision]
        )
        return self

    def intents(self) -> dict[str, str | None]:
        return {pid: outcome.intent for pid, outcome in self.memory.outcomes.items()}


def read(outcome: Joined) -> State:
    return (
        outcome.intent,
        outcome.label_id,
        outcome.labeled_at,
        outcome.kind,
        outcome.design,
        outcome.probability,
    )


def after(*events: Event, accept: Iterable[Kind] = ACCEPT) -> Store:
    """Every event in a batch of its own."""
    store = Store(accept)
    for event in events:
        store.take(event)
    return store


def test_a_prediction_and_its_label_make_an_outcome() -> None:
    store = after(prediction(), label())
    assert store.became == [Became.PREDICTION, Became.LABEL]
    assert store.memory.outcomes == {
        "p1": Joined("p1", "refund", "l1", NOON + timedelta(hours=1), Kind.HUMAN, Design.UNKNOWN, None, 1)
    }


def test_a_prediction_alone_is_no_outcome_and_neither_is_a_label() -> None:
    assert after(prediction("p1"), label("l2", "p2")).intents() == {}


def test_a_label_that_comes_first_waits_for_its_prediction() -> None:
    store = after(label(), prediction())
    assert store.became == [Became.LABEL, Became.PREDICTION]
    assert store.intents() == {"p1": "refund"}


def test_a_label_seen_twice_counts_once() -> None:
    store = after(prediction(), label(), label())
    assert store.became[-1] == Became.LABEL_REPEAT
    assert store.completed == ["p1"]
    assert store.revisions == []


def test_a_prediction_seen_twice_counts_once() -> None:
    store = after(prediction(), label(), prediction())
    assert store.became[-1] == Became.PREDICTION_REPEAT
    assert store.completed == ["p1"]


def test_a_prediction_that_comes_again_with_other_content_is_a_conflict_and_the_first_holds() -> None:
    store = after(prediction(), prediction(intent="cancel", digest=b"other"), label())
    assert store.became == [Became.PREDICTION, "conflict", Became.LABEL]
    assert store.memory.predictions["p1"].intent == "refund"


def test_a_conflict_within_one_batch_is_seen_too() -> None:
    assert Store().take(prediction(), prediction(digest=b"other")).became[-1] == "conflict"


def test_a_conflict_is_told_without_the_id_because_erasure_cannot_reach_every_dead_letter() -> None:
    join = Join(after(prediction()).memory, ACCEPT)
    with pytest.raises(DecodeError) as caught:
        join.take(prediction(digest=b"other"))
    assert str(caught.value) == "conflict: a prediction with this id arrived before with other content"


def test_a_correction_changes_the_outcome_and_keeps_its_place() -> None:
    store = after(prediction(), label(), label(intent="cancel", revision=2))
    assert store.memory.outcomes["p1"].intent == "cancel"
    assert store.memory.outcomes["p1"].seq == 1
    assert store.completed == ["p1"]
    assert [(r.before.intent, r.after.intent, r.because) for r in store.revisions] == [
        ("refund", "cancel", "label l1 corrected")
    ]


def test_a_correction_that_says_the_same_at_another_time_is_a_revision_too() -> None:
    store = after(prediction(), label(hour=1), label(hour=2, revision=2))
    assert [r.after.labeled_at for r in store.revisions] == [NOON + timedelta(hours=2)]


def test_a_correction_in_the_same_batch_is_no_revision_because_nobody_saw_the_first() -> None:
    store = Store().take(prediction(), label(), label(intent="cancel", revision=2))
    assert store.intents() == {"p1": "cancel"}
    assert store.revisions == []


def test_a_correction_that_is_undone_in_the_same_batch_is_no_revision() -> None:
    other = label("l2", hour=3)
    store = after(prediction(), label()).take(other, label("l2", hour=4, revision=2, retracted=True))
    assert store.revisions == []


def test_revisions_out_of_order_leave_the_highest() -> None:
    store = after(prediction(), label(intent="cancel", revision=3), label(intent="other", revision=2))
    assert store.became[-1] == Became.LABEL_OUTDATED
    assert store.intents() == {"p1": "cancel"}


def test_the_revision_goes_before_the_time() -> None:
    store = after(prediction(), label(intent="cancel", revision=2, hour=1), label(intent="other", hour=9))
    assert store.intents() == {"p1": "cancel"}


def test_of_one_revision_the_later_one_holds() -> None:
    store = after(prediction(), label(intent="cancel", hour=1), label(intent="other", hour=2))
    assert store.intents() == {"p1": "other"}
    assert after(prediction(), label(intent="b", hour=2), label(intent="a", hour=1)).intents() == {"p1": "b"}


def test_one_revision_of_one_moment_with_two_contents_is_a_conflict_and_the_first_holds() -> None:
    store = after(prediction(), label(), label(intent="cancel"))
    assert store.became[-1] == "conflict"
    assert store.intents() == {"p1": "refund"}
    with pytest.raises(DecodeError) as caught:
        Join(store.memory, ACCEPT).take(label(intent="cancel"))
    assert str(caught.value) == "conflict: label l1 revision 1 arrived before with other content"


def test_a_retracted_label_takes_the_outcome_out_and_keeps_its_place() -> None:
    store = after(prediction(), label(), label(revision=2, retracted=True, intent=""))
    assert store.intents() == {"p1": None}
    assert [(r.before.intent, r.after.intent, r.because) for r in store.revisions] == [
        ("refund", None, "label l1 retracted")
    ]
    assert store.memory.outcomes["p1"].seq == 1


def test_a_label_after_a_retraction_brings_the_outcome_back_to_its_place() -> None:
    store = after(
        prediction(), label(), label(revision=2, retracted=True), label(revision=3, intent="cancel")
    )
    assert store.intents() == {"p1": "cancel"}
    assert (store.memory.outcomes["p1"].seq, store.completed) == (1, ["p1"])


def test_a_retraction_that_comes_before_its_label_keeps_it_out() -> None:
    store = after(prediction(), label(revision=2, retracted=True, intent=""), label())
    assert store.became == [Became.PREDICTION, Became.LABEL, Became.LABEL_OUTDATED]
    assert store.intents() == {}


def test_a_retraction_before_everything_else_keeps_the_label_out_too() -> None:
    assert after(label(revision=2, retracted=True, intent=""), label(), prediction()).intents() == {}


def test_of_two_labels_the_latest_holds() -> None:
    store = after(prediction(), label("l9", hour=1), label("l1", intent="cancel", hour=2))
    assert store.memory.outcomes["p1"].label_id == "l1"
    assert (
        after(prediction(), label("l1", hour=2), label("l9", hour=1)).memory.outcomes["p1"].label_id == "l1"
    )


def test_of_two_labels_of_one_moment_the_larger_id_holds() -> None:
    for pair in (("l1", "l2"), ("l2", "l1")):
        store = after(prediction(), *(label(label_id, intent=label_id) for label_id in pair))
        assert store.intents() == {"p1": "l2"}


def test_an_adjudicated_label_holds_before_a_later_human_one() -> None:
    judged = label("l1", intent="cancel", hour=1, kind=Kind.ADJUDICATED)
    for events in ([judged, label("l2", hour=9)], [label("l2", hour=9), judged]):
        assert after(prediction(), *events).intents() == {"p1": "cancel"}


def test_of_two_adjudicated_labels_the_latest_holds() -> None:
    one = label("l1", intent="cancel", hour=2, kind=Kind.ADJUDICATED)
    other = label("l2", intent="refund", hour=1, kind=Kind.ADJUDICATED)
    assert after(prediction(), one, other).intents() == {"p1": "cancel"}


def test_retracting_the_label_that_holds_lets_the_next_hold() -> None:
    store = after(
        prediction(),
        label("l1", intent="a", hour=1),
        label("l2", intent="b", hour=2),
        label("l3", intent="c", hour=1, kind=Kind.ADJUDICATED),
    )
    assert store.intents() == {"p1": "c"}
    assert store.take(label("l3", revision=2, retracted=True)).intents() == {"p1": "b"}
    assert store.take(label("l2", revision=2, retracted=True)).intents() == {"p1": "a"}
    assert store.take(label("l1", revision=2, retracted=True)).intents() == {"p1": None}


def test_retracting_a_label_that_does_not_hold_changes_nothing() -> None:
    store = after(prediction(), label("l1", hour=1), label("l2", hour=2))
    before = len(store.revisions)
    store.take(label("l1", revision=2, retracted=True))
    assert store.intents() == {"p1": "refund"}
    assert len(store.revisions) == before


def test_a_label_id_that_moves_to_another_prediction_leaves_the_first_without() -> None:
    store = after(prediction("p1"), prediction("p2"), label("l1", "p1"))
    store.take(label("l1", "p2", "cancel", revision=2))
    assert store.intents() == {"p1": None, "p2": "cancel"}
    assert [r.because for r in store.revisions] == ["label l1 moved to another prediction"]
    assert store.completed == ["p1", "p2"]


def test_a_label_id_that_moves_lets_the_first_predictions_next_label_hold() -> None:
    store = after(prediction("p1"), label("l1", "p1", "a", hour=1), label("l2", "p1", "b", hour=2))
    store.take(label("l2", "p2", "b", revision=2))
    assert store.intents() == {"p1": "a"}
    assert store.take(prediction("p2")).intents() == {"p1": "a", "p2": "b"}


def test_an_outdated_label_never_moves() -> None:
    store = after(prediction("p1"), prediction("p2"), label("l1", "p1", revision=2))
    assert store.take(label("l1", "p2")).intents() == {"p1": "refund"}


@pytest.mark.parametrize("kind", [Kind.WEAK, Kind.COMPLAINT])
def test_a_kind_that_is_not_accepted_never_holds(kind: Kind) -> None:
    store = after(prediction("p1"), label("l1", "p1", hour=1), label("l2", intent="b", hour=9, kind=kind))
    assert store.intents() == {"p1": "refund"}
    assert after(prediction(), label(kind=kind)).intents() == {}


def test_a_weak_label_holds_where_it_is_accepted() -> None:
    assert after(prediction(), label(kind=Kind.WEAK), accept=[Kind.WEAK]).intents() == {"p1": "refund"}


def test_a_complaint_never_holds_even_where_someone_accepts_it() -> None:
    assert after(prediction(), label(kind=Kind.COMPLAINT), accept=list(Kind)).intents() == {}


def test_a_label_corrected_to_a_kind_not_accepted_no_longer_holds() -> None:
    store = after(prediction(), label(), label(revision=2, kind=Kind.WEAK))
    assert store.intents() == {"p1": None}


def test_a_label_with_its_prediction_inside_is_an_outcome_at_once() -> None:
    store = after((prediction(), label()))
    assert store.became == [Became.LABEL]
    assert store.intents() == {"p1": "refund"}


def test_a_prediction_inside_a_label_may_have_come_before() -> None:
    assert after(prediction(), (prediction(), label())).became == [Became.PREDICTION, Became.LABEL]


def test_a_label_whose_inner_prediction_conflicts_is_refused_whole() -> None:
    store = after(prediction(), (prediction(digest=b"other"), label()))
    assert store.became[-1] == "conflict"
    assert store.intents() == {}
    assert store.memory.owner == {}


def test_a_label_that_conflicts_keeps_its_inner_prediction_out() -> None:
    store = after(label("l1", "p2"), (prediction("p1"), label("l1", "p1")))
    assert store.became[-1] == "conflict"
    assert "p1" not in store.memory.predictions


def test_outcomes_are_numbered_in_the_order_in_which_they_became_complete() -> None:
    events: list[Event] = [prediction("p1"), label("l2", "p2"), prediction("p3"), label("l3", "p3")]
    store = Store().take(*events, prediction("p2"), label("l1", "p1"))
    assert store.completed == ["p3", "p2", "p1"]


def test_an_outcome_taken_back_in_its_own_batch_still_has_its_place() -> None:
    store = Store().take(prediction("p1"), label("l1", "p1"), label("l1", "p1", revision=2, retracted=True))
    assert store.completed == ["p1"]
    assert store.intents() == {"p1": None}


def test_a_batch_writes_only_what_is_new() -> None:
    memory = after(prediction(), label()).memory
    join = Join(memory, ACCEPT)
    for event in (prediction(), label(), label(revision=0), prediction("p2")):
        join.take(event)
    changes = join.changes()
    assert (changes.predictions, changes.labels) == ({"p2": prediction("p2")}, {})
    assert (changes.completed, changes.revised) == ([], [])


def test_events_about_an_erased_prediction_are_passed_over() -> None:
    join = Join(Memory({}, {}, {}, {}, erased={"p1"}), ACCEPT)
    became = [join.take(event) for event in (prediction("p1"), label("l1", "p1"), prediction("p2"))]
    assert became == [Became.ERASED, Became.ERASED, Became.PREDICTION]
    assert list(join.changes().predictions) == ["p2"]
    assert join.changes().labels == {}


def test_no_label_holds_where_there_is_none() -> None:
    assert holding([], ACCEPT) is None
    assert holding([label(retracted=True)], ACCEPT) is None


# The rules once more, slowly: no join, only everything that came so far, looked at from the start each time.


class Reference:
    """What DESIGN.md section 5 says of a list of events, with plain dictionaries and sorting."""

    def __init__(self, accept: frozenset[Kind]) -> None:
        self.accept = accept - {Kind.COMPLAINT}
        self.predictions: dict[str, Prediction] = {}
        self.versions: dict[str, list[Label]] = {}
        self.became: list[str] = []
        self.completed: list[str] = []
        self.last: dict[str, State] = {}

    def take(self, event: Event) -> None:
        parts = event if isinstance(event, tuple) else (event,)
        if any(self._conflicts(part) for part in parts):
            self.became.append("conflict")
            return
        for part in parts:
            became = self._prediction(part) if isinstance(part, Prediction) else self._label(part)
        self.became.append(became)
        for pid in sorted(self.predictions):
            state = self._state(pid)
            if state is None and pid in self.last:
                self.last[pid] = (None, *self.last[pid][1:])
            elif state is not None:
                if pid not in self.last:
                    self.completed.append(pid)
                self.last[pid] = state

    def _newest(self, label_id: str) -> Label | None:
        versions = sorted(self.versions.get(label_id, []), key=lambda v: (v.revision, v.labeled_at))
        return versions[-1] if versions else None

    def _conflicts(self, part: Prediction | Label) -> bool:
        if isinstance(part, Prediction):
            first = self.predictions.get(part.prediction_id)
            return first is not None and first.digest != part.digest
        newest = self._newest(part.label_id)
        return (
            newest is not None
            and newest != part
            and (newest.revision, newest.labeled_at) == (part.revision, part.labeled_at)
        )

    def _prediction(self, part: Prediction) -> str:
        if part.prediction_id in self.predictions:
            return "prediction_repeat"
        self.predictions[part.prediction_id] = part
        return "prediction"

    def _label(self, part: Label) -> str:
        newest = self._newest(part.label_id)
        if part == newest:
            return "label_repeat"
        self.versions.setdefault(part.label_id, []).append(part)
        return "label" if self._newest(part.label_id) == part else "label_outdated"

    def _state(self, prediction_id: str) -> State | None:
        newest = [self._newest(label_id) for label_id in self.versions]
        candidates = sorted(
            (label.kind is Kind.ADJUDICATED, label.labeled_at, label.label_id, label.intent)
            for label in newest
            if label is not None
            and label.prediction_id == prediction_id
            and not label.retracted
            and label.kind in self.accept
        )
        if not candidates:
            return None
        held = self._newest(candidates[-1][2])
        assert held is not None
        return (held.intent, held.label_id, held.labeled_at, held.kind, held.design, held.probability)


PREDICTIONS = st.builds(
    prediction, st.sampled_from(["p1", "p2", "p3"]), digest=st.sampled_from([b"d", b"d", b"d", b"e"])
)
LABELS = st.builds(
    label,
    st.sampled_from(["l1", "l2", "l3"]),
    st.sampled_from(["p1", "p1", "p2", "p3"]),
    st.sampled_from(["refund", "cancel"]),
    hour=st.integers(1, 3),
    revision=st.integers(1, 3),
    retracted=st.sampled_from([False, False, True]),
    kind=st.sampled_from(Kind),
)
INLINE = LABELS.map(lambda said: (prediction(said.prediction_id), said))
STREAMS = st.lists(st.one_of(PREDICTIONS, LABELS, LABELS, INLINE), max_size=30)


def joined(events: Sequence[Event], cuts: Iterable[int], accept: frozenset[Kind]) -> Store:
    store, begin = Store(accept), 0
    for end in [*sorted(min(cut, len(events)) for cut in cuts), len(events)]:
        store.take(*events[begin:end])
        begin = end
    return store


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
    assert {pid: read(outcome) for pid, outcome in store.memory.outcomes.items()} == expected.last
    assert {pid: outcome.seq for pid, outcome in store.memory.outcomes.items()} == {
        pid: place for place, pid in enumerate(expected.completed, 1)
    }


@settings(max_examples=300, derandomize=True, deadline=None)
@given(events=STREAMS, cuts=st.lists(st.integers(0, 30), max_size=12))
def test_the_revisions_of_an_outcome_lead_from_its_first_reading_to_its_last(
    events: list[Event], cuts: list[int]
) -> None:
    store = joined(events, cuts, ACCEPT)
    now = dict(store.first)
    for revision in store.revisions:
        pid = revision.before.prediction_id
        assert read(revision.before) == now[pid]
        assert read(revision.after) != now[pid]
        assert revision.before.seq == revision.after.seq == store.completed.index(pid) + 1
        now[pid] = read(revision.after)
    assert now == {pid: read(outcome) for pid, outcome in store.memory.outcomes.items()}
