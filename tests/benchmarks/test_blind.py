"""What the benchmark of blind intents says of two labels a day, held to the product's own arithmetic."""

from benchmarks.blind import FLOOR, alone, days, shares, together
from monitor.domain.detection.detectability import days_to_page


def test_an_intent_alone_has_its_part_of_the_money_and_the_group_half_of_all() -> None:
    """A year's half by the day, of which half goes to groups: .25 of a page a year."""
    year = 0.25 / 365
    assert alone(20, [2.0])[0] == days_to_page(year / 20, FLOOR, 2.0)
    assert together(20, [2.0])[0] == days_to_page(year, FLOOR, 40.0)


def test_at_two_labels_a_day_every_intent_is_blind_alone_and_twenty_together_are_not() -> None:
    at_two = {(row["watched"], row["fallen"]): row["2 a day"] for row in days().rows}
    assert all(float(until or 0) > 14 for (_, fallen), until in at_two.items() if fallen == "one")
    assert at_two[20, "all"] == 1.1
    assert next(row for row in shares().rows if row["watched"] == 12)["blind alone"] == 0.5
