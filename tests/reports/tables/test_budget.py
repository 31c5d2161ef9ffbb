"""What `status --budget` shows: shares of the money and how soon a fall pages, worked out by hand."""

from datetime import timedelta
from math import exp, log

import pytest
from msgspec.structs import replace

from monitor.domain.detection.detectability import kl, labels_a_day_needed
from monitor.domain.detection.money import Income, Purse, Rate
from monitor.domain.events.types import Design
from monitor.domain.judging.state import Bet, CellLabels, CellState, HeldTo
from monitor.domain.recall.tally import Tally
from monitor.domain.slices.cells import Cell
from reports.render.blocks import as_cell
from reports.tables.budget import as_object, budget_view
from tests.notices import TICKETS
from tests.reports.tables.overviews import JUDGED_AT, overview_of


def state(intent: str, hits: int = 100) -> CellState:
    return CellState(
        Cell(TICKETS, intent),
        CellLabels(Tally(hits)),
        HeldTo("listed", floor=0.78, income=Income((Rate(0, 0.25 / 365),))),
    )


def test_a_share_is_that_of_the_half_of_a_years_money_that_comes_by_the_day() -> None:
    part = as_object(state("gdpr_erasure"), 1.0, 14.0, 20.0)

    assert (part["share"], part["labels_per_day"]) == (pytest.approx(0.5), 5.0)
    growth = kl(0.48, 0.78)
    outcomes = log(1 + 5 / (0.25 / 365) * (1 - exp(-growth))) / growth
    assert part["days_to_page"] == pytest.approx(outcomes / 5)
    assert part["labels_per_day_needed"] == pytest.approx(labels_a_day_needed(0.25 / 365, 0.78, 14.0))
    assert as_object(state("gdpr_erasure"), 2.0, 14.0, 20.0)["share"] == pytest.approx(0.25)


def test_a_cell_without_labels_would_never_page() -> None:
    part = as_object(state("gdpr_erasure", 0), 1.0, 14.0, 0.0)
    assert (part["labels_per_day"], part["days_to_page"]) == (0.0, None)


def test_falls_and_what_a_label_more_a_day_saves_are_worked_out_for_the_labels_that_come() -> None:
    part = as_object(state("gdpr_erasure"), 1.0, 14.0, 20.0)  # five a day

    def days(fall: float, per_day: float) -> float:
        growth = kl(fall, 0.78)
        return log(1 + per_day * 365 / 0.25 * (1 - exp(-growth))) / growth / per_day

    for fall in (0.39, 0.60, 0.75):
        assert part["days_to_page_at"][f"{fall:.2f}"] == pytest.approx(days(fall, 5))
    for fall in (0.39, 0.60):
        assert part["days_sooner"][f"{fall:.2f}"] == pytest.approx(days(fall, 5) - days(fall, 6))
    assert set(part["days_sooner"]) == {"0.39", "0.60"}


def test_what_lies_above_the_floor_is_no_fall_and_without_labels_a_first_one_is_what_shows_it() -> None:
    low = as_object(replace(state("a"), held=replace(state("a").held, floor=0.58)), 1.0, 14.0, 20.0)
    assert (low["days_to_page_at"]["0.60"], low["days_sooner"]["0.60"]) == (None, None)
    assert low["days_to_page_at"]["0.39"] is not None
    rows = budget_view(overview_of([state("gdpr_erasure", 0)])).blocks[2].table
    shown = [cell.lines[0] if cell.lines else "" for cell in rows[0]]
    assert shown[-5:] == ["never", "never", "never", "seen", "seen"]
    released = {TICKETS: JUDGED_AT - timedelta(days=20)}
    many = budget_view(overview_of([state("gdpr_erasure", 5_000)], released)).blocks[2].table
    assert [cell.lines[0] for cell in many[0]][-2:] == ["0.0 d", "0.0 d"]


def test_with_weighted_labels_a_label_more_a_day_is_one_of_the_same_kind() -> None:
    labels = CellLabels(min_probability=0.02)
    for predicted, count, chance in (("gdpr_erasure", 40, 0.4), ("other", 6, 0.02)):
        labels.tally.count(predicted, "gdpr_erasure", count, Design.BY_PREDICTION, chance, 0.02)
    cell = replace(state("gdpr_erasure"), labels=labels, bet=Bet(weighted=True))
    unseen, twice = cell.unseen_days(46.0, 0.39), cell.unseen_days(23.0, 0.39)  # 1 a day, 2 a day
    assert unseen is not None
    assert twice is not None
    assert twice < unseen
    assert cell.unseen_days(46.0, 0.39, more=1.0) == pytest.approx(twice)


def test_the_purse_is_told_with_what_it_holds_and_since_when_it_fills() -> None:
    filled = Purse(0.1, JUDGED_AT - timedelta(days=146))  # 146 days fill .2 of the .5 that a year brings
    for purse, words in [
        (None, "purse: no version was released yet; the first takes 0.25 of a page"),
        (
            filled,
            "purse: 0.3 of a page (60 % full) for the next release; it fills since 2026-06-29 12:00 UTC,"
            " 0.5 of a page in a year",
        ),
        (
            Purse(-0.4, JUDGED_AT - timedelta(days=73)),
            "purse: 0.3 of a page was lent to the last release; it fills since 2026-09-10 12:00 UTC,"
            " 0.5 of a page in a year",
        ),
    ]:
        view = budget_view(overview_of([state("gdpr_erasure")], purse=purse))
        assert view.blocks[1].lines == [words]
    view = budget_view(overview_of([state("gdpr_erasure")], purse=filled))
    assert view.content["purse"] == {  # type: ignore[index]
        "holds": pytest.approx(0.3),
        "full": 0.5,
        "per_day": pytest.approx(0.5 / 365),
        "fills_since": "2026-06-29T12:00:00+00:00",
    }


def test_the_largest_share_comes_first_and_has_the_longest_bar_which_no_pipe_shows() -> None:
    larger = Income((Rate(0, 0.1875 / 365),))
    states = [state("gdpr_erasure"), replace(state("export"), held=replace(state("a").held, income=larger))]
    block = budget_view(overview_of(states)).blocks[2]
    assert [[cell.lines[0] for cell in row[:3]] for row in block.table] == [
        ["gdpr_erasure", "50.0%", "■" * 16],
        ["export", "37.5%", "■" * 12],
    ]
    assert "of what comes by the day" not in [head.name for head in block.written.heads]
    assert [[cell.lines[0] for cell in row[:3]] for row in block.written.table] == [
        ["gdpr_erasure", "50.0%", "none"],
        ["export", "37.5%", "none"],
    ]


def test_the_table_and_what_it_adds_up_to() -> None:
    states = [state(intent) for intent in ("gdpr_erasure", "export")]
    overview = overview_of(states, {TICKETS: JUDGED_AT - timedelta(days=20)})
    as_of, _, block, total = budget_view(overview).blocks

    assert [list(column) for column in zip(*block.rows, strict=True)][:2] == [
        ["export", "gdpr_erasure"],
        ["50.0%", "50.0%"],
    ]
    # ln(1 + 7300 (1 - exp(-K))) / K / 5, K = .3518 and .0817
    assert [as_cell(row[5]).lines for row in block.rows] == [["4.4 d"], ["4.4 d"]]
    assert [(as_cell(row[6]).lines, as_cell(row[6]).mood) for row in block.rows] == [(["15.5 d"], "warn")] * 2
    assert as_of.lines == ["judged as of 2026-11-22 12:00 UTC"]
    assert block.heading == "tickets v7 (prod)"
    assert total.notes[0] == (
        "100% of what comes by the day, half of 1 false page a year, is given out over 2 watched cells; the other"
        " half is for releases"
    )
