"""How alike a customer's past outcomes are, over all cells."""

from monitor.domain.backtest.past_bursts import likeness, numbered_bursts


def test_a_burst_is_a_customer_s_day() -> None:
    assert numbered_bursts([(7, 1), (8, 1), (7, 1), (7, 2), None, None]).tolist() == [0, 1, 0, 2, 3, 4]


def test_outcomes_that_miss_together_are_alike_and_others_are_not() -> None:
    alike = [
        ((customer, day), bool(customer % 4)) for day in range(20) for customer in range(4) for _ in range(3)
    ]
    evenly = [(whose, place % 4 > 0) for place, (whose, _) in enumerate(alike)]
    assert likeness([alike]) == 1.0
    assert likeness([evenly]) == 0.0
    assert likeness([[(None, hit) for _, hit in alike]]) == 0.0
