"""An open database in; the tickets that a second person should read, and what second readings come to, out."""

from collections.abc import Sequence

from connectors.sql.labels.disputed import DisputedTickets
from connectors.sql.labels.pairs import ReadingPairs
from monitor.app.stores import Stores
from monitor.domain.events.types import Model
from monitor.domain.labelling.agreement import ModelReadings
from monitor.domain.telling.patterns import fits_pattern
from monitor.errors import NotFoundError
from monitor.labels.agreeing import readings_of
from monitor.labels.disputed import disputed
from monitor.labels.ports.disputed import Disputed
from monitor.review.ports.status import CellStatus


def disputed_tickets(stores: Stores, model: str = "", limit: int = 50) -> Sequence[Disputed]:
    """Those of the models whose name fits the pattern, the most telling first.

    Raises:
        NotFoundError: the pattern fits no model.
    """
    states = [status.state for status in stores.status.cells()]
    asked = [state for state in states if not model or fits_pattern(state.cell.model.name, model)]
    if model and not asked:
        known = ", ".join(sorted({state.cell.model.name for state in states})) or "none yet"
        raise NotFoundError(
            [f"--model {model}: fits no model that has labels or an anchor; known is {known}"]
        )
    return disputed(DisputedTickets(stores.engine, stores.settings.labels.out_of_scope), asked, limit)


def second_readings(stores: Stores, cells: Sequence[CellStatus]) -> dict[Model, ModelReadings]:
    """What they come to, of every model of which two people read a ticket."""
    held = stores.engine, stores.settings.labels.out_of_scope
    return readings_of(ReadingPairs(*held), DisputedTickets(*held), [status.state for status in cells])
