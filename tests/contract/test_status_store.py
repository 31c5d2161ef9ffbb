"""What people ask about, on SQLite and PostgreSQL alike."""

from datetime import timedelta

from sqlalchemy import Engine, text

from connectors.sql.anchors import AnchorStore
from connectors.sql.archiving import ArchivingStore
from connectors.sql.evaluate.store import EvaluationStore
from connectors.sql.review.status import StatusStore
from monitor.domain.anchors.promise import Measured, Promise, Provenance, build
from monitor.domain.detection.money import Purse
from monitor.domain.events.fates import UNSENT, EventFate
from monitor.domain.events.tolerance import Mend
from monitor.domain.events.types import Kind, Model
from monitor.domain.judging.state import CellLabels, CellState
from monitor.domain.recall.tally import Tally
from monitor.domain.slices.cells import Cell
from monitor.review.ports.status import Complaints, EventCount
from reports.tables.complaints import as_object, notes
from tests.stored import NOON, TICKETS, label, prediction, store, take

PROMISES = {
    ("refund", ""): Promise(Measured(0.88, 120), None, {}),
    ("refund", "channel=email"): Promise(Measured(0.5, 40), None, {}),
}


def test_an_empty_database_has_nothing_to_tell(engine: Engine) -> None:
    status = StatusStore(engine)
    assert (status.cells(), status.event_counts()) == ([], [])
    assert status.labels_waiting() == 0
    assert status.purse() is None


def test_the_purse_is_the_one_that_the_last_release_left(engine: Engine) -> None:
    for left in (Purse(0.0, NOON), Purse(-0.125, NOON + timedelta(days=3, microseconds=1))):
        with EvaluationStore(engine).evaluation() as transaction:
            transaction.keep_purse(left)
        assert StatusStore(engine).purse() == left


def test_cells_come_by_model_intent_and_slice_with_what_was_promised(engine: Engine) -> None:
    eight = Model("tickets", "8")
    take(store(engine), prediction("p1"), prediction("p2", model=eight))
    anchor = build(TICKETS, PROMISES, Provenance("r.json", "f" * 64, "sklearn", NOON))
    AnchorStore(engine).add(anchor, [])
    AnchorStore(engine).activate(anchor, NOON)
    cells = [
        Cell(eight, "refund"),
        Cell(TICKETS, "refund", "channel=web"),
        Cell(TICKETS, "refund", "channel=email"),
        Cell(TICKETS, "refund"),
        Cell(TICKETS, "cancel"),
    ]
    with EvaluationStore(engine).evaluation() as transaction:
        transaction.save([CellState(cell, CellLabels(Tally(3, {"other": 1}))) for cell in cells], {})

    listed = StatusStore(engine).cells()

    assert [cell.state.cell for cell in listed] == cells[::-1]
    assert listed[1].state.labels.tally == Tally(3, {"other": 1})
    assert [cell.promise and cell.promise.shipped.recall for cell in listed] == [None, 0.88, 0.5, 0.88, None]


def test_event_counts_come_by_topic_and_fate(engine: Engine) -> None:
    with store(engine).transaction() as transaction:
        transaction.count(
            {
                ("b", EventFate.parse("label")): 2,
                ("a", EventFate.parse("rejected:not_json")): 1,
                ("a", EventFate.parse("prediction")): 7,
            }
        )
    assert StatusStore(engine).event_counts() == [
        EventCount("a", EventFate.parse("prediction"), 7),
        EventCount("a", EventFate.parse("rejected:not_json"), 1),
        EventCount("b", EventFate.parse("label"), 2),
    ]


def test_counts_that_an_earlier_release_wrote_are_read_as_they_were_meant(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO event_count (topic, became, count) VALUES (:topic, :became, :count)"),
            [
                {"topic": "dead letters", "became": "unsent", "count": 1},
                {"topic": "labels", "became": "rejected:not_json", "count": 2},
                {"topic": "predictions", "became": "mended:score_clipped", "count": 3},
            ],
        )
    assert StatusStore(engine).event_counts() == [
        EventCount("dead letters", UNSENT, 1),
        EventCount("labels", EventFate.rejected("not_json"), 2),
        EventCount("predictions", EventFate.mended(Mend.SCORE_CLIPPED), 3),
    ]


def test_labels_wait_for_predictions_that_have_not_come(engine: Engine) -> None:
    take(
        store(engine), label("p1"), label("p1", label_id="second"), label("p2"), prediction("p3"), label("p3")
    )
    assert StatusStore(engine).labels_waiting() == 2
    take(store(engine), prediction("p1"))
    assert StatusStore(engine).labels_waiting() == 1


def test_complaints_count_each_missed_ticket_once_and_say_how_high_recall_can_be(engine: Engine) -> None:
    predictions = [prediction(f"p{i}", "erasure" if i < 4 else "billing") for i in range(20)]
    complaint = {"kind": Kind.COMPLAINT}
    take(
        store(engine),
        *predictions,
        *(label(f"p{i}", "erasure", **complaint) for i in range(4, 10)),
        label("p4", "erasure", label_id="again", **complaint),
        label("p0", "erasure", **complaint),  # it was found: no miss
        label("p11", "erasure", retracted=True, **complaint),
        label("p12", "erasure"),
    )
    complaints = StatusStore(engine).complaints()
    assert complaints == {Cell(TICKETS, "erasure"): Complaints(confirmed=6, predicted=4)}
    assert as_object(complaints[Cell(TICKETS, "erasure")]) == {"confirmed": 6, "recall_at_most": 0.4}
    assert notes(complaints) == [
        "erasure: 6 tickets complained of as missed; complaints never enter recall, which is at most 0.40"
    ]
    once = {Cell(TICKETS, "erasure"): Complaints(confirmed=1, predicted=1)}
    assert notes(once) == [
        "erasure: 1 ticket complained of as missed; complaints never enter recall, which is at most 0.50"
    ]


def test_the_schema_registry_is_away_from_the_first_note_on_until_it_is_back(engine: Engine) -> None:
    ingest, status = store(engine), StatusStore(engine)
    assert status.registry_away() is None
    for hours in (0, 1):
        ingest.note_registry(NOON + timedelta(hours=hours))
        assert status.registry_away() == NOON
    ingest.note_registry(None)
    assert status.registry_away() is None


def test_the_archive_is_in_trouble_from_the_first_failure_on_until_it_is_written(engine: Engine) -> None:
    archive, status = ArchivingStore(engine), StatusStore(engine)
    assert status.archive_trouble() is None
    for hours in (0, 1):
        archive.note_trouble(NOON + timedelta(hours=hours))
        assert status.archive_trouble() == NOON
    archive.note_trouble(None)
    assert status.archive_trouble() is None
