"""What `anchorwatch status` says beside its table."""

from monitor.domain.detection.money import Income, Rate
from monitor.domain.events.fates import EventFate, Limit
from monitor.domain.events.tolerance import Mend
from monitor.domain.events.types import Design, Model
from monitor.domain.judging.judge import Judgement, Verdict
from monitor.domain.judging.reasons import BelowFloor, Suspicion
from monitor.domain.judging.state import CellLabels, CellState, HeldTo
from monitor.domain.judging.watching import Listed
from monitor.domain.recall.tally import Tally
from monitor.domain.slices.cells import OTHER, Cell
from monitor.review.ports.status import EventCount
from reports.tables import intake
from reports.tables.notes import notes
from reports.tables.status import as_object, status_view
from tests.reports.tables.overviews import JUDGED_AT, overview_of

TICKETS = Model("tickets", "7")


def test_what_is_beyond_the_limits_is_reported_with_its_count() -> None:
    cells = [
        CellState(Cell(TICKETS, OTHER), CellLabels(Tally(hits=3, misses_to={"billing": 2}))),
        CellState(Cell(TICKETS, "billing", f"locale={OTHER}"), CellLabels(Tally(hits=1))),
    ]

    lines = notes(cells, [], 0)

    assert f"5 outcomes are counted together as {OTHER}: there are more intents than limits.intents" in lines
    assert f"slice locale has more values than its cap; the rest is counted as {OTHER}" in lines


def test_an_intent_or_a_value_that_is_called_other_is_not_taken_for_too_many() -> None:
    cells = [
        CellState(Cell(TICKETS, OTHER), CellLabels(Tally(hits=3))),
        CellState(Cell(TICKETS, "billing"), CellLabels(Tally(hits=3))),
        CellState(Cell(TICKETS, "billing", f"locale={OTHER}"), CellLabels(Tally(hits=1))),
    ]

    assert not [line for line in notes(cells, [], 0, 1_000, {"locale": 20}) if OTHER in line]
    assert len([line for line in notes(cells, [], 0, 1, {"locale": 0}) if OTHER in line]) == 2


def test_what_became_of_the_events_is_reported_kind_by_kind() -> None:
    counts = [
        EventCount("p", EventFate.parse("prediction"), 7),
        EventCount("p", EventFate.parse("rejected:not_json"), 1),
        EventCount("l", EventFate.parse("rejected:not_json"), 2),
        EventCount("p", EventFate.parse("mended:score_clipped"), 180),
        EventCount("p", EventFate.parse("tombstone"), 1_200),
    ]
    assert notes([CellState(Cell(TICKETS, "billing"), CellLabels(Tally()))], counts, 0)[-3:] == [
        "dead letters: 3 not_json",
        "180 events: scores just beyond 0 or 1 were taken as that bound",
        "1,200 tombstones were passed over",
    ]


def test_everything_that_is_put_right_has_its_words() -> None:
    for mend in Mend:
        assert intake.lines([EventCount("p", EventFate.parse(f"mended:{mend}"), 1)]) != []


def test_further_models_that_answered_the_same_request_are_counted() -> None:
    assert intake.lines([EventCount("p", EventFate.parse("prediction_folded"), 1_200)]) == [
        "1,200 predictions are of models beyond limits.models, and another of these had answered the request; of each"
        " request the first counts"
    ]


def test_labels_of_a_model_that_answered_nothing_are_counted_with_what_to_look_at() -> None:
    assert intake.lines([EventCount("l", EventFate.parse("label_fits_none"), 3)]) == [
        "3 labels came whose `model` fits no prediction of their id: if it goes on, compare its name, version and"
        " environment with those of the predictions"
    ]


def test_what_is_beyond_a_limit_is_said_with_what_to_do() -> None:
    assert intake.lines([EventCount("limits", EventFate.parse("folded:predicted_names"), 5_000)]) == [
        "5,000 predictions of names beyond the first limits.intents of their model count together as __other__:"
        " mend the producer, or raise the limit before the next version"
    ]
    for limit in Limit:
        assert intake.lines([EventCount("limits", EventFate.parse(f"folded:{limit}"), 1)]) != []


def test_a_cell_without_outcomes_has_no_recall_rather_than_0_or_1() -> None:
    row = as_object(CellState(Cell(TICKETS, "billing")), None, days=1.0)

    assert row["live"] == {"recall": None, "low": None, "high": None, "hits": 0, "misses": 0} | {
        "interval": "confidence_sequence",
        "effective_n": 0.0,
    }
    assert (row["offline"], row["floor"], row["onset"]) == (None, None, None)


def counted(intent: str, hits: int, misses: int, design: Design = Design.UNIFORM) -> CellLabels:
    labels = CellLabels(min_probability=0.02)
    for predicted, by in ((intent, hits), ("other", misses)):
        labels.tally.count(predicted, intent, by, design, 0.5, 0.02)
    return labels


def test_each_table_names_its_model_and_the_time_and_each_figure_what_it_is() -> None:
    staging = Model("tickets", "8", "staging")
    states = [
        CellState(Cell(staging, "refund"), counted("refund", 33, 5)),
        CellState(
            Cell(TICKETS, "erasure"),
            counted("erasure", 33, 5),
            HeldTo("listed", floor=0.74, income=Income((Rate(0, 0.001),))),
        ),
        CellState(
            Cell(TICKETS, "refund"),
            counted("refund", 33, 5, Design.BY_SCORE),
            HeldTo(floor=0.74, income=Income((Rate(0, 0.001),))),
        ),
    ]
    as_of, _, seven, eight, _ = status_view(overview_of(states)).blocks

    assert as_of.lines == ["judged as of 2026-11-22 12:00 UTC"]
    assert (seven.heading, eight.heading) == ("tickets v7 (prod)", "tickets v8 (staging)")
    heads = [head.name for head in seven.heads]
    watched, not_watched = (
        dict(zip(heads, [cell.lines[0] for cell in row], strict=True)) for row in seven.table
    )
    # 33 of 38: the confidence sequence of docs/statistics-reference.md, section 3.
    assert (watched["since release"], watched["95 % at all times"]) == ("0.87", "0.64 to 0.98")
    assert (watched["pages"], not_watched["pages"]) == ("yes", "no")
    assert not_watched["95 % at all times"].endswith(" (at one look)")  # weighed labels have no such sequence


def test_before_the_first_evaluation_no_time_is_named() -> None:
    blocks = status_view(overview_of([])._replace(judged_at=None)).blocks
    assert [line for block in blocks for line in block.lines] == []
    assert blocks[-1].notes[0] == "database: sqlite:///here.db"


def test_of_several_models_each_reason_names_its_own() -> None:
    held, labels = HeldTo(watched=Listed()), CellLabels(Tally())
    two = [
        CellState(Cell(Model("tickets", version), "billing"), labels, held, judgement=judgement)
        for version, judgement in [
            ("7", Judgement(Verdict.DEGRADED, (BelowFloor(0.8, 1.2),))),
            ("8", Judgement(Verdict.SUSPECT, (Suspicion(0.2),))),
        ]
    ]
    below = "recall is below the floor 0.8: the bet against the promise won 1.2 times what pages"
    assert notes(two, [], 0)[:2] == [
        f"billing of tickets v7 (prod): {below}",
        "billing of tickets v8 (prod): the bet against the promise stands at 20 % of what pages",
    ]
    assert notes(two[:1], [], 0)[0] == f"billing: {below}"


def test_an_archive_that_can_not_be_written_is_said_with_what_that_stops() -> None:
    first, *_ = status_view(overview_of([])._replace(archive_trouble=JUDGED_AT)).blocks
    assert first.lines[-1].startswith(
        "the archive could not be written since 2026-11-22 12:00 UTC: no prediction is dropped until it can"
    )


def test_a_schema_registry_that_is_away_is_said_before_all_else_judged_or_not() -> None:
    away = overview_of([])._replace(registry_away=JUDGED_AT)
    words = "the schema registry has been away since 2026-11-22 12:00 UTC: the records that need it wait"
    for overview in (away, away._replace(judged_at=None)):
        first, *_ = status_view(overview).blocks
        assert first.lines[-1].startswith(words)
