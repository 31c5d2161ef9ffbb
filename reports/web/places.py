"""What words lead to in, its address in the watch room out: short, stable, to be pasted into a chat."""

from urllib.parse import urlencode, urlsplit

from monitor.domain.events.types import Model
from monitor.domain.text.path_segment import to_segment
from reports.render.blocks import SHORT, AnchorId, Destination, DrawNumber, IncidentNumber, WebAddress


def address(destination: Destination) -> str:
    """Where the page about it is; "" where there is none that is safe to open.

    >>> from monitor.domain.slices.cells import Cell
    >>> address(IncidentNumber(3)), address(Model("tickets", "7"))
    ('/incidents/3', '/models/tickets/prod?version=7')
    >>> address(DrawNumber(2)), address(WebAddress("https://desk.example/7")), address(WebAddress("javascript:x"))
    ('/labels/drawn/2.csv', 'https://desk.example/7', '')
    >>> address(Cell(Model("tickets", "7"), "refund", "channel=email"))
    '/models/tickets/prod/intents/refund?version=7&slice=channel%3Demail'
    >>> address(Cell.of_group(Model("tickets", "7"), "rare"))
    '/models/tickets/prod/groups/rare?version=7'
    """
    if isinstance(destination, IncidentNumber):
        return f"/incidents/{destination.number}"
    if isinstance(destination, DrawNumber):
        return f"/labels/drawn/{destination.number}.csv"
    if isinstance(destination, WebAddress):
        return safe_address(destination.url)
    if isinstance(destination, AnchorId):
        return f"/anchors/{destination.id[:SHORT]}"
    if isinstance(destination, Model):
        return f"{_of_model(destination)}?{urlencode({'version': destination.version})}"
    kind, name = (
        ("intents", destination.intent) if destination.group is None else ("groups", destination.group)
    )
    asked = {"version": destination.model.version}
    asked |= {"slice": destination.slice_text} if destination.slice_text else {}
    return f"{_of_model(destination.model)}/{kind}/{to_segment(name)}?{urlencode(asked)}"


def is_elsewhere(place: str) -> bool:
    """Whether an address is not ours, so that its page must not learn who leads to it."""
    return not place.startswith("/")


def safe_address(url: str) -> str:
    """The same address; "" where it is none of a page on the web."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.netloc else ""


def _of_model(model: Model) -> str:
    return f"/models/{to_segment(model.name)}/{to_segment(model.environment)}"
