"""The names that a database knows, on SQLite and PostgreSQL alike."""

from sqlalchemy import Engine

from connectors.sql.review.names import NameRecords
from monitor.domain.slices.cells import Cell
from monitor.review.ports.names import IncidentHeading
from tests.stored import TICKETS
from tests.worlds import World


def test_an_empty_database_knows_no_name(engine: Engine) -> None:
    names = NameRecords(engine)
    assert (names.cells(), names.incidents()) == ([], [])


def test_judged_cells_and_anchored_intents_are_known_each_once(engine: Engine) -> None:
    world = World(engine)
    world.anchor(erasure=(0.9, 50), erasure__channel__email=(0.9, 50), refund=(0.8, 40))
    world.outcomes("erasure", "m" * 40 + "h" * 10)
    world.outcomes("unmeasured", "h")
    world.evaluate()
    names = NameRecords(engine)
    assert names.cells() == [
        Cell(TICKETS, "erasure"),
        Cell(TICKETS, "erasure", "channel=email"),
        Cell(TICKETS, "refund"),
        Cell(TICKETS, "unmeasured"),
    ]
    assert names.incidents() == [IncidentHeading(1, "tickets", "opened")]
