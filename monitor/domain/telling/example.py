"""The notice that tries a sink: a page as it would look, marked as a test, with figures that are made up."""

from datetime import datetime, timedelta

from monitor.domain.events.types import Model
from monitor.domain.recall.estimate import Estimate
from monitor.domain.slices.cells import Cell
from monitor.domain.telling.about import SinkTest
from monitor.domain.telling.members import MemberFacts
from monitor.domain.telling.notices import Notice


def example_notice(at: datetime, false_pages_per_year: float) -> Notice:
    """A test sent now, under the configured budget."""
    recall = Estimate(0.39, 0.27, 0.52)
    member = MemberFacts(
        cell=Cell(Model("example", "1", "test"), "example_intent"),
        live=recall,
        live_support=61,
        recent=recall,
        recent_support=61,
        offline=Estimate(0.88, 0.8, 0.93),
        offline_support=120,
        floor=0.78,
        onset=at - timedelta(days=3, hours=5),
        noticed=at,
        touched=Estimate(74.0, 58.0, 89.0),
        misses_to={"another_intent": 24, "a_third": 13},
        evidence=1.4,
    )
    return Notice.of_test(SinkTest(member=member, false_pages_per_year=false_pages_per_year), at)
