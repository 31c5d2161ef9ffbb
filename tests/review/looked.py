"""A cell looked at as its page does, and a world in which one fell."""

from datetime import timedelta

from sqlalchemy import Engine

from connectors.sql.review.analyses import AnalysisStore
from monitor.app.stores import Stores
from monitor.domain.slices.cells import Cell
from monitor.review.cell import look_at
from monitor.review.ports.cell import CellLook
from monitor.review.ports.status import Overview
from monitor.review.status import overview
from tests.stored import NOON, TICKETS
from tests.worlds import World


def seen(world: World) -> Overview:
    stores = Stores(world.settings, world.engine)
    return overview(stores.status, stores.incidents, stores.settings, stores.address)


def looked(world: World, everything: Overview | None = None) -> CellLook:
    stores = Stores(world.settings, world.engine)
    return look_at(
        AnalysisStore(world.engine), stores.incidents, everything or seen(world), Cell(TICKETS, "erasure")
    )


def watching(engine: Engine) -> World:
    """A world that watches one intent with a promise."""
    world = World(engine, watch={"intents": ["erasure"]})
    world.anchor(erasure=(0.9, 80))
    return world


def fallen(engine: Engine) -> World:
    """A hundred labels of an intent that fell after sixty, a few each hour, all of them given the day after."""
    world = watching(engine)
    for hour in range(20):
        world.outcomes("erasure", "hhhhh" if hour < 12 else "mmhmm", at=hour, hours=hour)
        world.evaluate(at=NOON + timedelta(days=2, hours=hour))
    return world
