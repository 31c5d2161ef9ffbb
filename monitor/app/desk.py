"""What a person says in the watch room, done as what programs write there is: by the same use cases, without a key."""

from typing import NoReturn

from typing_extensions import override

from monitor.anchors import anchoring
from monitor.app.clock import now
from monitor.app.stores import Stores
from monitor.app.writing import Writer
from monitor.domain.access.requests import RequestAnswer
from monitor.errors import AnchorwatchError
from monitor.incidents.resolving import check_reason
from monitor.incidents.silencing import add_silence
from monitor.review.ports import room
from monitor.review.ports.writing import AskedWrite


class Desk(room.Desk):
    """The desk of an open database. May be used from several threads."""

    def __init__(self, stores: Stores) -> None:
        self._stores = stores
        self._writer = Writer(stores)

    @override
    def acknowledge(self, number: int, who: str, why: str) -> None:
        self._writer.acknowledge(_PLAINLY, number, who, why)

    @override
    def note(self, number: int, who: str, words: str) -> None:
        self._writer.note(_PLAINLY, number, who, words)

    @override
    def resolve(self, number: int, who: str, why: str) -> None:
        check_reason(why)
        self._writer.resolve(_PLAINLY, number, who, why)

    @override
    def silence(self, number: int, who: str, why: str, until: str) -> None:
        self._writer.silence_members(_PLAINLY, number, who, why, until)

    @override
    def add_silence(self, what: str, who: str, why: str, until: str) -> None:
        add_silence(self._stores.silences, what.split(), who, why, until, now())

    @override
    def end_silence(self, number: int) -> None:
        self._writer.expire(_PLAINLY, number)

    @override
    def activate(self, anchor: str, who: str, instead_of: str) -> None:
        anchors = self._stores.anchors
        anchoring.activate(anchors, anchoring.find(anchors, anchor).anchor, now(), who, instead_of)


def _raised(refusal: AnchorwatchError) -> NoReturn:
    raise refusal


# The page is read anew, so nothing need be answered.
_PLAINLY = AskedWrite[object](None, lambda _: RequestAnswer(204, ""), _raised)
