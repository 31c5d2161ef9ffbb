"""What a cell's bet won, label by label: made again from its labels, it ends where the stored bet stands."""

from datetime import timedelta

import pytest
from msgspec.structs import replace
from sqlalchemy import Engine

from tests.review.looked import fallen, looked, seen, watching
from tests.stored import NOON
from tests.worlds import World


@pytest.fixture
def world(sqlite_engine: Engine) -> World:
    return fallen(sqlite_engine)


def test_it_ends_where_the_stored_bet_stands_and_says_from_when_on_a_page_stood(world: World) -> None:
    look = looked(world)
    assert look.course[-1].labels == 100
    assert look.course[-1].evidence == pytest.approx(world.cell("erasure").evidence, rel=1e-9)
    assert look.course[-1].paged
    (healthy,) = [each for each in look.course if each.labels == 60]
    assert not healthy.paged
    assert healthy.evidence < 0.05
    assert look.newest == look.course[-1].at


def test_nothing_is_told_where_the_bet_cannot_be_made_again_as_it_was(world: World) -> None:
    everything = seen(world)
    (status,) = everything.cells
    detector = status.state.bet.detector
    assert detector is not None
    assert detector.paged is not None
    other = replace(status.state.bet, recovery_labels=None, detector=None)
    unknown = status._replace(state=replace(status.state, bet=other))
    assert looked(world, everything._replace(cells=[unknown])).course == []
    richer = replace(status.state.held, floor=0.75)
    changed = status._replace(state=replace(status.state, held=richer))
    assert looked(world, everything._replace(cells=[changed])).course == []


def test_labels_that_came_at_once_make_no_cliff_of_the_curve(sqlite_engine: Engine) -> None:
    world = watching(sqlite_engine)
    for hour in range(0, 240, 24):
        world.outcomes("erasure", "hhhhh", at=hour, hours=300)
    world.evaluate(at=NOON + timedelta(days=20))
    steps = looked(world).steps
    assert steps[-1].known - steps[0].known >= timedelta(days=8)
    assert [each.labels for each in looked(world).label_days] == [50]
