"""What a person says in the watch room, done as the commands of the same names do it."""

from typing_extensions import override

from connectors.sql.database import atomic
from monitor.anchors import anchoring
from monitor.app import oncall, resolving
from monitor.app.clock import now
from monitor.app.oncall import WEB_PATIENCE_S, left_to_the_agent
from monitor.app.stores import Stores
from monitor.errors import InputError
from monitor.incidents.silencing import silence_cells
from monitor.review.incidents import incident_of
from monitor.review.ports import room


class Desk(room.Desk):
    """The desk of an open database. May be used from several threads."""

    def __init__(self, stores: Stores) -> None:
        self._stores = stores

    @override
    def acknowledge(self, number: int, who: str, why: str) -> None:
        with left_to_the_agent():
            oncall.acknowledge(self._stores, number, who, why, WEB_PATIENCE_S)

    @override
    def note(self, number: int, who: str, words: str) -> None:
        oncall.note(self._stores, number, who, words)

    @override
    def resolve(self, number: int, who: str, why: str) -> None:
        if not why.strip():
            raise InputError({"--reason": "say what was done; it is kept and told"})
        with left_to_the_agent():
            resolving.resolve(self._stores, number, who, why, WEB_PATIENCE_S)

    @override
    def silence(self, number: int, who: str, why: str, until: str) -> None:
        cells = [member.cell for member in incident_of(self._stores.incidents, number).members]
        with atomic(self._stores.engine):
            silence_cells(self._stores.silences, cells, who, why, until, now())

    @override
    def activate(self, anchor: str, who: str, instead_of: str) -> None:
        anchors = self._stores.anchors
        anchoring.activate(anchors, anchoring.find(anchors, anchor).anchor, now(), who, instead_of)
