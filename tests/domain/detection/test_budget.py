"""The false pages a year are shared out, and what is shared is never more than there is."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.domain.detection.budget import Allowance, BudgetClaim, plan


def test_equal_cells_share_the_budget_equally() -> None:
    plans = plan([BudgetClaim("gdpr_erasure", 1, 3650), BudgetClaim("data_export", 1, 3650)], 1)

    assert plans == {"gdpr_erasure": Allowance(7300, 0.5), "data_export": Allowance(7300, 0.5)}


def test_a_heavier_cell_pages_on_less() -> None:
    plans = plan([BudgetClaim("gdpr_erasure", 3, 3650), BudgetClaim("other", 1, 3650)], 1)

    assert plans["gdpr_erasure"].threshold == pytest.approx(3650 / 0.75)
    assert plans["other"].threshold == pytest.approx(14600)


def test_only_the_proportion_of_the_weights_counts() -> None:
    assert plan([BudgetClaim("a", 30, 100), BudgetClaim("b", 10, 900)], 2) == plan(
        [BudgetClaim("a", 3, 100), BudgetClaim("b", 1, 900)], 2
    )


def test_twice_the_budget_halves_the_threshold() -> None:
    assert plan([BudgetClaim("a", 1, 3650)], 2)["a"].threshold == 1825


def test_busier_cells_page_on_more_and_use_the_same_share() -> None:
    plans = plan([BudgetClaim("quiet", 1, 1000), BudgetClaim("busy", 1, 50_000)], 1)

    assert plans["quiet"] == Allowance(2000, 0.5)
    assert plans["busy"] == Allowance(100_000, 0.5)


def test_no_cell_pages_on_less_than_20_to_1() -> None:
    # 10 outcomes a year would need A = 10; at 20 it pages falsely at most every second year.
    assert plan([BudgetClaim("a", 1, 10)], 1)["a"] == Allowance(20, 0.5)


def test_a_cell_without_traffic_uses_nothing_of_the_budget() -> None:
    assert plan([BudgetClaim("a", 1, 0)], 1)["a"] == Allowance(20, 0)


def test_a_threshold_never_goes_down() -> None:
    assert plan([BudgetClaim("a", 1, 3650, threshold=9125)], 1)["a"] == Allowance(9125, 0.4)


def test_a_new_cell_raises_the_thresholds_of_the_others() -> None:
    plans = plan([BudgetClaim("old", 1, 3650, threshold=3650), BudgetClaim("new", 1, 3650)], 1)

    assert plans["old"] == Allowance(7300, 0.5)


def test_nothing_watched_needs_no_plan() -> None:
    assert plan([], 1) == {}


cells = st.lists(
    st.tuples(st.floats(0.01, 100), st.floats(0, 1e7), st.one_of(st.none(), st.floats(20, 1e6))),
    min_size=1,
    max_size=30,
)


@settings(max_examples=100, derandomize=True, deadline=None)
@given(stated=cells, budget=st.floats(0.01, 100))
def test_the_shares_of_all_that_is_watched_never_sum_to_more_than_one(
    stated: list[tuple[float, float, float | None]], budget: float
) -> None:
    plans = plan([BudgetClaim(number, *cell) for number, cell in enumerate(stated)], budget)

    assert sum(allowance.share for allowance in plans.values()) <= 1 + 1e-12
    for number, (_, rate, frozen) in enumerate(stated):
        assert plans[number].threshold >= max(20, frozen or 0)
        # At most once in A outcomes: so often a year this cell may page falsely, as a part of the budget.
        assert plans[number].share == pytest.approx(rate / plans[number].threshold / budget)


@settings(max_examples=30, derandomize=True, deadline=None)
@given(stated=cells)
def test_planning_again_with_nothing_new_changes_nothing(
    stated: list[tuple[float, float, float | None]],
) -> None:
    watched = [BudgetClaim(number, *cell) for number, cell in enumerate(stated)]
    first = plan(watched, 1)
    frozen = [BudgetClaim(c.key, c.weight, c.outcomes_per_year, first[c.key].threshold) for c in watched]

    assert plan(frozen, 1) == first


@pytest.mark.parametrize("budget", [0, -1, float("nan"), float("inf")])
def test_a_budget_of_nothing_is_refused(budget: float) -> None:
    with pytest.raises(ValueError, match="false_pages_per_year"):
        plan([BudgetClaim("a", 1, 100)], budget)


@pytest.mark.parametrize(("weight", "rate"), [(0, 9), (-1, 9), (float("nan"), 9), (1, -5), (1, float("nan"))])
def test_a_cell_without_weight_or_with_an_impossible_rate_is_refused(weight: float, rate: float) -> None:
    with pytest.raises(ValueError, match="weight above 0"):
        plan([BudgetClaim("a", weight, rate)], 1)


def test_a_cell_named_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        plan([BudgetClaim("a", 1, 100), BudgetClaim("a", 1, 200)], 1)
