"""What a program has written in the watch room, done as the commands of the same names do it, each request once."""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial

import structlog
from msgspec.structs import replace
from typing_extensions import override

from connectors.sql.evaluate.store import EvaluationStore
from connectors.sql.incidents.oncall import OnCallStore
from monitor.app.annotations import take_annotations
from monitor.app.clock import now
from monitor.app.label_doors import label_doors
from monitor.app.oncall import act_then_send
from monitor.app.posted_labels import take_posted
from monitor.app.requests import once
from monitor.app.silencing import silence_members
from monitor.app.stores import Stores
from monitor.domain.access.requests import RequestAnswer
from monitor.domain.labelling.heard import HeardAnnotations, HeardLabels
from monitor.domain.labelling.posted import PostedLabels
from monitor.errors import ChangedMeanwhileError, NotFoundError, UnavailableError
from monitor.incidents.oncall import OnCall
from monitor.incidents.resolving import resolve
from monitor.incidents.silencing import add_silence
from monitor.review.incidents import incident_of
from monitor.review.ports import writing
from monitor.review.ports.writing import AskedWrite, Done
from reports.tables.incidents import as_object as incident_object
from reports.tables.silences import as_object as silence_object

log = structlog.get_logger(__name__)
PATIENCE_S = 3.0  # as long as a browser waits for what it sent to be told, too
PAUSES_S = (0.2, 0.4)  # PostgreSQL ends one of two transactions that collide, and tells it to try again


class Writer(writing.Writer):
    """Writes into an open database. May be used from several threads."""

    def __init__(self, stores: Stores) -> None:
        self._stores = stores
        self._oncall = OnCall(OnCallStore(stores.engine), stores.settings)
        self._doors = label_doors(stores.settings)

    @override
    def acknowledge(self, asked: AskedWrite[object], number: int, who: str, why: str) -> RequestAnswer:
        return self._told(asked, number, lambda: self._oncall.acknowledge(number, who, why, now()))

    @override
    def note(self, asked: AskedWrite[object], number: int, who: str, words: str) -> RequestAnswer:
        return self._of_incident(asked, number, lambda: self._oncall.note(number, who, words, now()))

    @override
    def resolve(self, asked: AskedWrite[object], number: int, who: str, why: str) -> RequestAnswer:
        stores = self._stores
        store = EvaluationStore(stores.engine)
        return self._told(asked, number, lambda: resolve(store, stores.settings, number, who, why, now()))

    @override
    def silence_members(
        self, asked: AskedWrite[object], number: int, who: str, why: str, until: str
    ) -> RequestAnswer:
        def silence() -> None:
            silence_members(self._stores, number, who, why, until, now())

        return self._of_incident(asked, number, silence, evaluation=False)

    @override
    def silence(
        self, asked: AskedWrite[object], matchers: Mapping[str, str], who: str, why: str, until: str
    ) -> RequestAnswer:
        def silence() -> object:
            words = [f"{field}={pattern}" for field, pattern in matchers.items()]
            made = add_silence(self._stores.silences, words, who, why, until, at := now())
            return silence_object(made, at)

        return once(self._stores, asked, silence)

    @override
    def expire(self, asked: AskedWrite[object], number: int) -> RequestAnswer:
        def expire() -> object:
            ended = self._stores.silences.expire(number, at := now())
            if ended is None:
                raise NotFoundError([f"there is no silence {number} that holds"])
            return silence_object(replace(ended, ends=at), at)

        return once(self._stores, asked, expire)

    @override
    def labels(
        self, asked: AskedWrite[PostedLabels], events: Sequence[bytes], sender: str = ""
    ) -> RequestAnswer:
        door = self._doors[sender]
        return self._patiently(asked, lambda: take_posted(self._stores, events, door))

    @override
    def annotations(
        self, asked: AskedWrite[HeardLabels], heard: HeardAnnotations, sender: str
    ) -> RequestAnswer:
        door = self._doors[sender]
        return self._patiently(asked, lambda: take_annotations(self._stores, heard, door))

    def _patiently(self, asked: AskedWrite[Done], take: Callable[[], Done]) -> RequestAnswer:
        """Again where PostgreSQL says that two came in each other's way."""
        whole = partial(once, self._stores, asked, take)
        for pause_s in PAUSES_S:
            with suppress(UnavailableError):
                return whole()
            time.sleep(pause_s)
        return whole()

    def _told(self, asked: AskedWrite[object], number: int, act: Callable[[], object]) -> RequestAnswer:
        """Do what writes notices, and send them. The agent sends what can't be sent now."""
        told = act_then_send(self._stores, lambda: self._of_incident(asked, number, act), PATIENCE_S)
        if told.unsent is not None:
            log.warning("what was said is kept, and could not be sent yet", why=str(told.unsent))
        return told.done

    def _of_incident(
        self, asked: AskedWrite[object], number: int, act: Callable[[], object], *, evaluation: bool = True
    ) -> RequestAnswer:
        def done() -> object:
            if not asked.expects(self._incident(number)):
                raise ChangedMeanwhileError(
                    f"incident {number} is no longer as you saw it; read it again, and decide anew"
                )
            act()
            return self._incident(number)

        return once(self._stores, asked, done, evaluation=evaluation)

    def _incident(self, number: int) -> object:
        return incident_object(incident_of(self._stores.incidents, number))
