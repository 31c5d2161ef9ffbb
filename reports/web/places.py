"""What words lead to in, its address in the watch room out: short, stable, to be pasted into a chat."""

from urllib.parse import urlencode

from monitor.domain.events.types import Model
from monitor.domain.slices.cells import Cell
from monitor.domain.text.path_segment import to_segment
from reports.render.blocks import Destination, IncidentNumber


def address(destination: Destination) -> str:
    """Where the page about it is.

    >>> address(IncidentNumber(3)), address(Model("tickets", "7"))
    ('/incidents/3', '/models/tickets/prod?version=7')
    """
    if isinstance(destination, IncidentNumber):
        return f"/incidents/{destination.number}"
    if isinstance(destination, Cell):
        asked = {"version": destination.model.version, "intent": destination.display}
        return of_model(
            destination.model,
            asked | ({"slice": destination.slice_text} if destination.slice_text else {}),
        )
    return of_model(destination, {"version": destination.version})


def of_model(model: Model, asked: dict[str, str]) -> str:
    """The page of a model in its environment, narrowed."""
    return f"/models/{to_segment(model.name)}/{to_segment(model.environment)}?{urlencode(asked)}"
