"""Where ingest keeps its work, on SQLite and PostgreSQL alike: everything counts once, or not at all."""

import string
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from connectors.sql.evaluate.store import EvaluationStore
from connectors.sql.ingest import counts as ingest_counts
from connectors.sql.ingest.store import IngestStore
from monitor.domain.events.join import Became, Join
from monitor.domain.events.types import (
    DeadLetter,
    Design,
    Kind,
    Label,
    Model,
    Outcome,
    Partition,
    Prediction,
    Record,
)
from monitor.errors import FencedError
from monitor.ingest.ports import Claimed
from tests.stored import (
    ACCEPT,
    NOON,
    TICKETS,
    counts,
    label,
    outcomes,
    prediction,
    rows,
    store,
    take,
    take_in,
)

P0, P1 = Partition("predictions", 0), Partition("labels", 1)


class Crash(Exception):  # noqa: N818 - whatever ends a transaction half-way
    """The agent died."""


def crash_after(at: IngestStore, *events: Prediction | Label) -> None:
    def crash() -> None:
        with at.transaction() as transaction:
            take_in(transaction, *events)
            transaction.count({("t", "prediction"): 1})
            raise Crash

    with pytest.raises(Crash):
        crash()


def evaluator_sees(engine: Engine) -> list[Outcome]:
    with EvaluationStore(engine).evaluation() as transaction:
        return list(transaction.outcomes(0, 1_000))


# --- positions ---------------------------------------------------------------------------------------


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
            transaction.count({("predictions", "prediction"): 1})
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
    one = store(engine)
    one.claim([P0])
    with one.transaction() as transaction:
        transaction.advance({P0: Claimed(10, 0)})
    with one.transaction() as transaction:
        transaction.advance({P0: Claimed(10, 4)})
    with pytest.raises(FencedError), one.transaction() as transaction:
        transaction.advance({P0: Claimed(9, 0)})

    assert store(engine).claim([P0]) == {P0: Claimed(10, 4)}


def test_one_lost_partition_holds_back_the_whole_batch(engine: Engine) -> None:
    one = store(engine)
    one.claim([P0, P1])
    store(engine).claim([P1])

    with pytest.raises(FencedError), one.transaction() as transaction:
        transaction.advance({P0: Claimed(5, 0), P1: Claimed(5, 0)})

    assert store(engine).claim([P0]) == {P0: Claimed(None, 0)}


def test_clusters_and_groups_have_positions_of_their_own(engine: Engine) -> None:
    one = store(engine)
    one.claim([P0])
    with one.transaction() as transaction:
        transaction.advance({P0: Claimed(5, 0)})

    assert store(engine, cluster_id="other").claim([P0]) == {P0: Claimed(None, 0)}
    assert store(engine, group="other").claim([P0]) == {P0: Claimed(None, 0)}
    with one.transaction() as transaction:
        transaction.advance({P0: Claimed(6, 0)})


def test_positions_are_told_by_topic_without_those_never_read(engine: Engine) -> None:
    one = store(engine)
    one.claim([P0, P1])
    with one.transaction() as transaction:
        transaction.advance({P0: Claimed(5, 0)})

    assert one.positions([P0.topic, P1.topic]) == {P0: Claimed(5, 0)}
    assert one.positions([P1.topic]) == {}
    assert store(engine, group="other").positions([P0.topic]) == {}


def test_resetting_a_partition_fences_whoever_reads_it_and_begins_again(engine: Engine) -> None:
    one = store(engine)
    one.claim([P0, P1])
    with one.transaction() as transaction:
        transaction.advance({P0: Claimed(5, 2), P1: Claimed(7, 0)})

    store(engine).reset_positions([P0])

    with pytest.raises(FencedError), one.transaction() as transaction:
        transaction.advance({P0: Claimed(6, 0)})
    assert store(engine).claim([P0, P1]) == {P0: Claimed(None, 0), P1: Claimed(7, 0)}


# --- all or nothing ----------------------------------------------------------------------------------


def test_a_rollback_leaves_nothing_and_the_same_store_tries_again(engine: Engine) -> None:
    one = store(engine)
    crash_after(one, prediction("p1"), label("p1"))

    nothing = {"prediction": 0, "label": 0, "outcome": 0, "counter": 0, "traffic": 0, "event_count": 0}
    assert counts(engine, *nothing) == nothing

    take(one, prediction("p1"), label("p1"))
    assert outcomes(engine) == [(1, "p1", "refund", "refund", "label-p1")]


def test_a_model_named_in_a_rolled_back_batch_keeps_its_name(engine: Engine) -> None:
    """Its id may by then be another model's."""
    one, eight = store(engine), Model("tickets", "8", "prod")
    crash_after(one, prediction("p1", model=eight))

    take(one, prediction("p2", model=TICKETS))
    take(one, prediction("p1", model=eight))
    take(store(engine), label("p1"), label("p2"))

    assert {(o.prediction_id, o.model) for o in evaluator_sees(engine)} == {("p1", eight), ("p2", TICKETS)}


# --- what the join needs, across transactions --------------------------------------------------------


def test_everything_of_an_outcome_comes_back_as_it_went_in(engine: Engine) -> None:
    made = prediction("p1", "cancel", score=0.25, slices={"channel": "email", "lang": "de"})
    told = label("p1", "refund", kind=Kind.ADJUDICATED, design=Design.BY_PREDICTION, probability=0.02)
    take(store(engine), made)
    take(store(engine), told)

    assert evaluator_sees(engine) == [
        Outcome(
            1,
            "p1",
            TICKETS,
            NOON,
            NOON + timedelta(days=1),
            "cancel",
            "refund",
            Kind.ADJUDICATED,
            Design.BY_PREDICTION,
            0.02,
            {"channel": "email", "lang": "de"},
        )
    ]


@pytest.mark.parametrize("together", [True, False])
def test_a_label_before_its_prediction_waits_for_it(engine: Engine, together: bool) -> None:
    one = store(engine)
    if together:
        take(one, label("p1"), prediction("p1"))
    else:
        take(one, label("p1"))
        assert rows(engine, "SELECT prediction_id, model_id FROM prediction") == [("p1", None)]
        assert outcomes(engine) == []
        take(one, prediction("p1", slices={"channel": "web"}))

    assert outcomes(engine) == [(1, "p1", "refund", "refund", "label-p1")]
    assert rows(engine, "SELECT count(*) FROM prediction WHERE model_id IS NOT NULL") == [(1,)]


def test_a_label_whose_prediction_never_came_can_be_corrected_meanwhile(engine: Engine) -> None:
    one = store(engine)
    take(one, label("p1", "refund"))
    take(one, label("p1", "cancel", revision=2))
    take(one, prediction("p1"))

    assert outcomes(engine) == [(1, "p1", "refund", "cancel", "label-p1")]
    assert counts(engine, "revision") == {"revision": 0}


def test_an_equal_prediction_and_an_equal_label_are_repeats(engine: Engine) -> None:
    one = store(engine)
    take(one, prediction("p1", slices={"channel": "web"}), label("p1", probability=0.1))
    before = rows(engine, "SELECT * FROM prediction"), rows(engine, "SELECT * FROM label"), outcomes(engine)

    with one.transaction() as transaction:
        events = prediction("p1", slices={"channel": "web"}), label("p1", probability=0.1)
        memory = transaction.load({"p1": events[0]}, [events[1]])
        join = Join(memory, ACCEPT)
        assert [join.take(event) for event in events] == [Became.PREDICTION_REPEAT, Became.LABEL_REPEAT]
        transaction.write(join.changes(), memory)

    assert before == (
        rows(engine, "SELECT * FROM prediction"),
        rows(engine, "SELECT * FROM label"),
        outcomes(engine),
    )
    assert rows(engine, "SELECT predictions, labelled FROM traffic") == [(1, 1)]


def test_a_correction_keeps_the_place_and_leaves_what_was(engine: Engine) -> None:
    one = store(engine)
    take(one, prediction("p1"), label("p1", "refund"), prediction("p2"), label("p2"))
    take(one, label("p1", "cancel", revision=2))

    assert outcomes(engine) == [
        (1, "p1", "refund", "cancel", "label-p1"),
        (2, "p2", "refund", "refund", "label-p2"),
    ]
    ((number, seq, was, now, because),) = rows(engine, "SELECT id, seq, was, now, because FROM revision")
    assert (number, seq, because) == (1, 1, "label label-p1 corrected")
    assert '"intent":"refund"' in was
    assert '"intent":"cancel"' in now


def test_a_retraction_empties_the_outcome_and_a_second_label_fills_it_again(engine: Engine) -> None:
    one = store(engine)
    take(one, prediction("p1"), label("p1"))
    take(one, label("p1", "", revision=2, retracted=True))
    assert outcomes(engine) == [(1, "p1", "refund", None, "label-p1")]
    assert evaluator_sees(engine) == []
    assert rows(engine, "SELECT predictions, labelled FROM traffic") == [(1, 0)]

    take(one, label("p1", "cancel", label_id="second"))
    assert outcomes(engine) == [(1, "p1", "refund", "cancel", "second")]
    assert rows(engine, "SELECT predictions, labelled FROM traffic") == [(1, 1)]
    assert rows(engine, "SELECT id, because FROM revision ORDER BY id") == [
        (1, "label label-p1 retracted"),
        (2, "label second arrived"),
    ]


def test_retracting_the_label_that_holds_lets_the_other_hold(engine: Engine) -> None:
    one = store(engine)
    take(one, prediction("p1"), label("p1", "refund"))
    take(one, label("p1", "cancel", label_id="judge", kind=Kind.ADJUDICATED, hours=-5))
    assert outcomes(engine)[0][3:] == ("cancel", "judge")

    take(one, label("p1", "", label_id="judge", kind=Kind.ADJUDICATED, revision=2, retracted=True))
    assert outcomes(engine)[0][3:] == ("refund", "label-p1")


def test_a_label_that_moves_to_another_prediction_leaves_the_first(engine: Engine) -> None:
    one = store(engine)
    take(one, prediction("p1"), prediction("p2"), label("p1", label_id="x"))
    take(one, label("p2", "cancel", label_id="x", revision=2))

    assert outcomes(engine) == [(1, "p1", "refund", None, "x"), (2, "p2", "refund", "cancel", "x")]
    assert rows(engine, "SELECT label_id, prediction_id FROM label") == [("x", "p2")]


def test_an_outdated_label_changes_nothing(engine: Engine) -> None:
    one = store(engine)
    take(one, prediction("p1"), label("p1", "cancel", revision=3))
    take(one, label("p1", "refund", revision=2))

    assert outcomes(engine)[0][3] == "cancel"
    assert rows(engine, "SELECT revision, intent FROM label") == [(3, "cancel")]


@pytest.mark.parametrize("accepted", [Kind.COMPLAINT, Kind.WEAK])
def test_a_label_of_a_kind_that_does_not_count_is_kept_but_completes_nothing(
    engine: Engine, accepted: Kind
) -> None:
    take(store(engine), prediction("p1"), label("p1", kind=accepted))
    assert counts(engine, "label", "outcome") == {"label": 1, "outcome": 0}


def test_what_was_loaded_but_not_taken_leaves_no_trace(engine: Engine) -> None:
    """As when poison cuts a batch short: nothing behind the cut may count as having arrived."""
    one = store(engine)
    take(one, label("waits"))
    behind = {name: prediction(name) for name in ("p1", "p2", "waits")}
    with one.transaction() as transaction:
        memory = transaction.load(behind, [label("p1"), label("p3")])
        join = Join(memory, ACCEPT)
        join.take(label("p1"))
        transaction.write(join.changes(), memory)

    assert rows(engine, "SELECT prediction_id, model_id, digest FROM prediction ORDER BY 1") == [
        ("p1", None, None),
        ("waits", None, None),
    ]
    take(one, *behind.values())
    assert [row[1] for row in outcomes(engine)] == ["p1", "waits"]
    assert rows(engine, "SELECT predictions, labelled FROM traffic") == [(3, 2)]


def test_the_prediction_that_was_taken_is_kept_and_not_the_first_that_was_tried(engine: Engine) -> None:
    """An inline prediction goes down with its refused label; the next of its id is then the first."""
    one = store(engine)
    refused, taken = prediction("p1", "refund"), prediction("p1", "cancel")
    with one.transaction() as transaction:
        memory = transaction.load({"p1": refused}, [])
        join = Join(memory, ACCEPT)
        join.take(taken)
        transaction.write(join.changes(), memory)

    assert rows(engine, "SELECT intent FROM prediction") == [("cancel",)]


# --- counts and dead letters -------------------------------------------------------------------------


def test_traffic_counts_predictions_and_labelled_ones_by_hour_and_intent(engine: Engine) -> None:
    one = store(engine)
    take(one, prediction("a"), prediction("b"), prediction("c", "cancel"), prediction("d", hours=1))
    take(one, label("a", "cancel"), label("c"), prediction("e"), label("e"))

    noon = 498_660  # whole hours from 1970 to 2026-11-20 12:00
    assert rows(engine, "SELECT hour, predicted, predictions, labelled FROM traffic ORDER BY 1, 2") == [
        (noon, "cancel", 1, 1),
        (noon, "refund", 3, 2),
        (noon + 1, "refund", 1, 0),
    ]


def test_event_counts_add_up_and_a_zero_leaves_no_row(engine: Engine) -> None:
    one = store(engine)
    for _ in range(2):
        with one.transaction() as transaction:
            transaction.count({("t", "prediction"): 3, ("t", "rejected:not_json"): 1, ("t", "label"): 0})

    assert rows(engine, "SELECT topic, became, count FROM event_count ORDER BY became") == [
        ("t", "prediction", 6),
        ("t", "rejected:not_json", 2),
    ]


def test_the_latest_event_time_only_rises(engine: Engine) -> None:
    one, evaluations = store(engine), EvaluationStore(engine)
    with evaluations.evaluation() as transaction:
        assert transaction.latest_event() is None
    take(one, prediction("p1", hours=2), label("p1", hours=-30))
    with evaluations.evaluation() as transaction:
        assert transaction.latest_event() == NOON + timedelta(hours=2)
    take(one, prediction("p2", hours=1))
    with evaluations.evaluation() as transaction:
        assert transaction.latest_event() == NOON + timedelta(hours=2)


def letter(offset: int, minute: int = 0) -> DeadLetter:
    record = Record(P0, offset, b"{", headers=(("trace", b"\xff"),))
    return DeadLetter(record, "not_json", "it ends early", NOON + timedelta(minutes=minute))


def test_a_dead_letter_is_noted_once_with_its_hash_and_header_names_but_not_its_bytes(engine: Engine) -> None:
    one = store(engine)
    for _ in range(2):
        with one.transaction() as transaction:
            transaction.bury([letter(7)])

    sha256_of_a_brace = "021fb596db81e6d02bf3d2586ee3981fe519f275c0ac9ca76bbcf2ebb4097d96"
    assert rows(engine, 'SELECT topic, "partition", "offset", code, headers, sha256 FROM dead_letter') == [
        ("predictions", 0, 7, "not_json", "['trace']", sha256_of_a_brace)
    ]


def test_only_the_newest_dead_letters_are_kept(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest_counts, "DEAD_LETTERS_KEPT", 3)
    one = store(engine)
    for offset in range(6):
        with one.transaction() as transaction:
            transaction.bury([letter(offset, minute=offset)])

    # The table is cut behind the row after the last one kept, so that equal times never go half-way.
    assert rows(engine, 'SELECT "offset" FROM dead_letter ORDER BY 1') == [(2,), (3,), (4,), (5,)]


# --- what ids may look like --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "odd",
    [
        "ü" * 255,
        "a" * 255,
        "🦜🪝",
        "tab\tline\nback\\slash",
        r"\N",
        r"\.",
        "'; DROP TABLE",
        "%s ? {ids}",
        " ",
    ],
)
def test_any_id_comes_back_as_it_was(engine: Engine, odd: str) -> None:
    one = store(engine)
    model = Model(odd, odd, odd)
    take(one, prediction(odd, odd, model=model, slices={odd: odd}))
    take(one, label(odd, odd, label_id=odd))
    take(one, label(odd, odd, label_id=odd, revision=2), prediction(odd, odd, model=model, slices={odd: odd}))

    (outcome,) = evaluator_sees(engine)
    assert (outcome.prediction_id, outcome.intent, outcome.predicted) == (odd, odd, odd)
    assert outcome.model == model
    assert outcome.slices == {odd: odd}


def test_a_batch_of_thousands_is_as_exact_as_one_by_one(engine: Engine) -> None:
    names = [f"{a}{b}{c}" for a in string.ascii_letters for b in string.ascii_letters[:10] for c in "xyz"]
    one = store(engine)
    take(one, *map(prediction, names[::2]), *map(label, names[::3]))
    take(one, *map(prediction, names), *map(label, names))

    assert len(names) == 1_560
    assert [row[0] for row in outcomes(engine)] == list(range(1, 1_561))
    assert sorted(row[1] for row in outcomes(engine)) == sorted(names)
    assert rows(engine, "SELECT sum(predictions), sum(labelled) FROM traffic") == [(1_560, 1_560)]


def test_the_incarnation_that_was_read_is_kept_until_the_position_is_reset(engine: Engine) -> None:
    one = store(engine)
    assert one.claim([P0], incarnations={P0.topic: "first"})[P0] == Claimed(None, 0, "first")
    assert one.claim([P0], incarnations={P0.topic: "second"})[P0].incarnation == "second"  # never read
    with one.transaction() as transaction:
        transaction.advance({P0: Claimed(5, 0)})
    assert one.claim([P0], incarnations={P0.topic: "third"})[P0] == Claimed(5, 0, "second")
    one.reset_positions([P0])
    assert one.claim([P0], incarnations={P0.topic: "third"})[P0] == Claimed(None, 0, "third")
