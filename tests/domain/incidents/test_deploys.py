"""Which deploys are soon enough before a fall to stand beside it."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.domain.incidents.deploys import Deploy, deploys_before, span_before
from tests.notices import data_export_request, gdpr_erasure

ONSET = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FIRST = gdpr_erasure(onset=ONSET, onset_high=ONSET + 2 * HOUR)
LATER = data_export_request(onset=ONSET + 7 * DAY)


def deploy(at: datetime, model: str = "") -> Deploy:
    return Deploy(id=1, at=at, text="new tokenizer", author="ana", model=model)


@pytest.mark.parametrize(
    ("after", "stands"),
    [
        (-DAY - HOUR, False),
        (-DAY, True),
        (0 * DAY, True),
        (2 * HOUR, True),  # the fall may have begun as late
        (3 * HOUR, False),
        (3 * DAY, False),  # between two falls, and soon before neither
        (6 * DAY, True),
        (7 * DAY, True),
        (7 * DAY + HOUR, False),  # this onset has no interval
    ],
)
def test_a_deploy_stands_beside_a_fall_that_began_within_a_day_after_it(
    after: timedelta, stands: bool
) -> None:
    assert bool(deploys_before([deploy(ONSET + after)], "tickets", [FIRST, LATER])) is stands


def test_a_deploy_of_other_models_stands_beside_none() -> None:
    found = deploys_before([deploy(ONSET, each) for each in ("", "tick*", "shop")], "tickets", [FIRST])
    assert [each.model for each in found] == ["", "tick*"]


def test_deploys_are_by_time_and_looked_for_from_a_day_before_the_first_fall_to_the_last() -> None:
    early, late = deploy(ONSET - HOUR), deploy(ONSET)
    assert deploys_before([late, early], "tickets", [FIRST]) == [early, late]
    assert span_before([LATER, FIRST]) == (ONSET - DAY, ONSET + 7 * DAY)
    assert span_before([]) is None
