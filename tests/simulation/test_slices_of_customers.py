"""Where one customer's tickets miss together, the search for slices finds none that is not there."""

import numpy as np
import pytest
from scipy.stats import binom

from monitor.domain.slices.causes import explain
from monitor.domain.slices.conjunctions import Tickets
from monitor.domain.slices.customers import by_customer
from monitor.domain.slices.joint_tables import Ints
from tests.simulation.planted import NAMES, VALUES, attributes

INCIDENTS = 60
RECALL = 0.6  # since the onset


def healthy(customers: int, at_a_time: int, icc: float, rng: np.random.Generator) -> tuple[Tickets, Ints]:
    """Tickets whose attributes are their customer's, as are their chances to be missed; no slice is worse."""
    whose = np.repeat(np.arange(customers), at_a_time)
    codes = attributes(customers, rng)[whose]
    more = (1 - icc) / icc
    chances = rng.beta((1 - RECALL) * more, RECALL * more, customers)[whose]
    return Tickets(NAMES, VALUES, codes, rng.random(len(whose)) < chances), whose


@pytest.mark.parametrize(
    ("customers", "at_a_time", "icc", "before"), [(50, 3, 0.3, 0.25), (16, 10, 0.2, 0.6)]
)
def test_a_finding_where_nothing_is_wrong_is_rare(
    customers: int, at_a_time: int, icc: float, before: float
) -> None:
    rng = np.random.default_rng(customers)
    by_ticket = by_customers = 0
    for _ in range(INCIDENTS):
        alone, whose = healthy(customers, at_a_time, icc, rng)
        together = Tickets(NAMES, VALUES, alone.codes, alone.missed, by_customer(whose.tolist()))
        by_ticket += any(cause.significant for cause in explain(alone, rng=rng, at_most=1))
        by_customers += any(cause.significant for cause in explain(together, rng=rng, at_most=1))
    assert by_ticket >= before * INCIDENTS
    assert by_customers <= binom.ppf(0.95, INCIDENTS, 0.07)
