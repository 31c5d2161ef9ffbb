"""The release gate: broken if any cell is, healthy only if all are, and otherwise undecided."""

from datetime import UTC, datetime

import pytest

from monitor.domain.judging.gate import CellAnswer, Gate, WatchedCell, ask
from monitor.domain.judging.judge import Coverage, Verdict
from monitor.domain.judging.state import Retirement
from reports.tables.gate import reason, why


def cell(name: str = "gdpr_erasure", verdict: Verdict = Verdict.OK, **more: object) -> WatchedCell:
    return WatchedCell(name=name, verdict=verdict, **{"floor": 0.78, "low": 0.80, "high": 0.95, **more})  # type: ignore[arg-type]


def test_every_lower_limit_at_or_above_its_floor_is_healthy() -> None:
    answer = ask([cell(), cell("data_export", low=0.78)])

    assert answer.gate is Gate.HEALTHY
    assert reason(answer) == "2 of 2 watched at or above the floor"
    assert answer.cells[0] == CellAnswer(Gate.HEALTHY, cell("data_export", low=0.78))
    assert why(answer.cells[0]) == "healthy: recall lies between 0.780 and 0.950, the floor is 0.780"


def test_one_degraded_cell_breaks_the_release_whatever_the_others_say() -> None:
    unknown = cell("a", coverage=Coverage.BLIND, low=0.1, identified=False)
    answer = ask([cell(), cell("data_export", Verdict.DEGRADED, low=0.2, high=0.5), unknown])

    assert answer.gate is Gate.BROKEN
    assert reason(answer) == "1 of 3 watched broken"
    assert [each.cell.name for each in answer.cells] == ["data_export", "a", "gdpr_erasure"]
    assert why(answer.cells[0]) == ("degraded: recall lies between 0.200 and 0.500, the floor is 0.780")


def test_a_lower_limit_below_the_floor_is_undecided() -> None:
    answer = ask([cell(), cell("data_export", low=0.7799)])

    assert answer.gate is Gate.CANNOT_TELL
    assert reason(answer) == "1 of 2 watched cannot be told yet"


def test_a_recall_that_the_labels_cannot_tell_is_never_healthy() -> None:
    # Labels only where it was predicted: naive recall is 1, and its interval lies above any floor.
    answer = ask([cell(coverage=Coverage.BLIND, low=0.99, high=1.0, identified=False)])

    assert answer.gate is Gate.CANNOT_TELL
    assert why(answer.cells[0]) == "the labels it has cannot tell its recall"


@pytest.mark.parametrize("verdict", [Verdict.OK, Verdict.SUSPECT])
@pytest.mark.parametrize("coverage", [Coverage.SEEN, Coverage.STALE, Coverage.BLIND])
def test_apart_from_degraded_only_the_limit_decides(verdict: Verdict, coverage: Coverage) -> None:
    assert ask([cell(verdict=verdict, coverage=coverage)]).gate is Gate.HEALTHY
    assert ask([cell(verdict=verdict, coverage=coverage, low=0.5)]).gate is Gate.CANNOT_TELL


def test_a_degraded_cell_is_broken_although_its_lower_limit_says_otherwise() -> None:
    # A late fall after a long good past: the interval over everything has not seen it yet.
    answer = ask([cell(verdict=Verdict.DEGRADED, low=0.85)])
    assert answer.gate is Gate.BROKEN
    assert why(answer.cells[0]) == "degraded: it paged, and recall has not been won back"
    at_the_floor = cell(verdict=Verdict.DEGRADED, low=0.7, high=0.78)
    assert why(ask([at_the_floor]).cells[0]) == "degraded: it paged, and recall has not been won back"


@pytest.mark.parametrize("verdict", [Verdict.OK, Verdict.SUSPECT])
def test_a_recall_surely_below_its_floor_breaks_the_release_before_it_has_paged(verdict: Verdict) -> None:
    answer = ask([cell(verdict=verdict, low=0.5, high=0.7799), cell("export")])

    assert answer.gate is Gate.BROKEN
    assert reason(answer) == "1 of 2 watched broken"
    assert why(answer.cells[0]) == (
        "broken: recall lies between 0.500 and 0.780, the floor is 0.780; no page stands"
    )
    ended = ask([cell(verdict=verdict, low=0.5, high=0.7799, page_ended=True)]).cells[0]
    assert why(ended).endswith("the floor is 0.780; its page was ended, and it is judged anew since")
    assert (
        ask([cell(verdict=verdict, low=0.5, high=0.78)]).gate is Gate.CANNOT_TELL
    )  # at the floor it may be kept


def test_a_recall_that_only_looks_low_breaks_nothing() -> None:
    hasty = cell(low=0.5, high=0.7, misses_first=True)
    assert ask([hasty]).gate is Gate.CANNOT_TELL
    assert why(ask([hasty]).cells[0]).endswith("misses are labelled sooner than hits, so it may be higher")
    assert ask([cell(misses_first=True)]).gate is Gate.HEALTHY
    # Labels that cannot tell recall tell no fall either.
    assert ask([cell(low=0.5, high=0.7, identified=False)]).gate is Gate.CANNOT_TELL


def test_without_an_anchor_or_without_anything_watched_the_gate_is_undecided() -> None:
    assert ask([]).gate is Gate.CANNOT_TELL
    assert reason(ask([])) == "nothing is watched: no cell has an active anchor"
    assert ask([cell(), cell("a", Verdict.UNANCHORED, floor=None)]).gate is Gate.CANNOT_TELL


def test_what_is_suspected_and_what_could_not_be_seen_stand_beside_a_limit_that_tells_nothing() -> None:
    doubtful = cell(verdict=Verdict.SUSPECT, coverage=Coverage.BLIND, low=0.5)
    assert why(ask([doubtful]).cells[0]).startswith("can't tell yet (suspect, blind): recall lies between")
    assert why(ask([cell(coverage=Coverage.STALE, low=0.5)]).cells[0]).startswith("can't tell yet (stale): ")


def test_the_answers_are_the_exit_codes() -> None:
    assert [int(gate) for gate in Gate] == [0, 1, 3]


def test_a_lower_limit_below_the_floor_says_by_how_much_recall_may_be_too_low() -> None:
    answer = ask([WatchedCell(name="erasure", verdict=Verdict.OK, floor=0.78, low=0.64, high=0.98)])
    assert why(answer.cells[0]) == (
        "can't tell yet: recall lies between 0.640 and 0.980, the floor is 0.780, so it may be up to 0.140 too low"
    )


def test_of_a_retired_version_it_says_since_when_and_where_to_see_which_answers() -> None:
    retired = ask([], retirement=Retirement(datetime(2026, 11, 20, 10, tzinfo=UTC), "ana", "rolled back"))
    assert retired.gate is Gate.CANNOT_TELL
    assert reason(retired) == (
        "it is retired since 2026-11-20 10:00 UTC, so nothing of it is watched;"
        " `anchorwatch version list` shows which version answers"
    )


def test_what_second_readings_explain_breaks_no_release_and_is_said() -> None:
    (told,) = ask([cell(low=0.5, high=0.66, floor_as_read=0.6)]).cells
    assert told.gate is Gate.CANNOT_TELL
    assert why(told) == (
        "can't tell yet: recall lies between 0.500 and 0.660, the floor is 0.780, but second readings say that labels"
        " may be wrong: at the floor they would read 0.600; have more of its misses read again"
    )
    assert ask([cell(low=0.5, high=0.66, floor_as_read=0.7)]).gate is Gate.BROKEN
    assert ask([cell(verdict=Verdict.DEGRADED, high=0.66, floor_as_read=0.6)]).gate is Gate.BROKEN
    assert ask([cell(low=0.79, floor_as_read=0.6)]).gate is Gate.HEALTHY
