"""Use case 4: notifications that were written are sent, at least once each; a sink in trouble is stood in for."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from random import Random

import msgspec
import structlog

from monitor.deliver.ports import Due, Outbox, Sink
from monitor.domain.telling.about import SinkRecovery
from monitor.domain.telling.kinds import NoticeKind
from monitor.domain.telling.notices import Notice
from monitor.domain.telling.pace import Pace
from monitor.domain.telling.page import Page
from monitor.errors import DeliveryError

log = structlog.get_logger(__name__)
FIRST_WAIT_S = 5.0
LONGEST_WAIT_S = 900.0
GIVE_UP_AFTER = 100
STAND_IN_AFTER = 6  # attempts: some three minutes
REST = timedelta(hours=1)  # how long a sink is left alone that refused for good
CLOSED_FOR = timedelta(minutes=5)  # how long the end of an incident is repeated


class Delivered(msgspec.Struct):
    """What one round of delivery did."""

    sent: int = 0
    waiting: int = 0
    failed: int = 0
    repeated: int = 0


class Deliver:
    """Sends what is due, each notification at least once, and says what became of it.

    `addressed` gives a notice the address of its runbook, then `page_of` puts it into words. `paces` limit how often
    a sink is sent to. `repeats` are the sinks that want to hear again, so often, of what is open (Alertmanager
    forgets). A sink that is in trouble for minutes, or refuses for good, is stood in for by the next one in the
    configuration, which is also told of the trouble, and of its end. `clock` dates what the outbox
    keeps; what is spaced in time here goes by `steady`, a clock that nobody sets.
    """

    def __init__(
        self,
        outbox: Outbox,
        sinks: Mapping[str, Sink],
        page_of: Callable[[Notice], Page],
        clock: Callable[[], datetime],
        random: Random,
        *,
        addressed: Callable[[Notice], Notice] = lambda notice: notice,
        paces: Mapping[str, Pace] | None = None,
        repeats: Mapping[str, timedelta] | None = None,
        steady: Callable[[], datetime] | None = None,
    ) -> None:
        self._outbox = outbox
        self._sinks = sinks
        self._page_of = page_of
        self._addressed = addressed
        self._clock = clock
        self._steady = steady or clock
        self._random = random
        self._paces = dict(paces or {})
        self._repeats = dict(repeats or {})
        self._repeated: dict[str, datetime] = {}
        self._resting: dict[str, tuple[datetime, str]] = {}
        self._stopping = False

    def __call__(self, sinks: Collection[str] | None = None) -> Delivered:
        """Send everything that is due now; to these sinks alone, where they are named."""
        done = Delivered()
        others = [] if sinks is None else [name for name in self._sinks if name not in sinks]
        self._send_due(done, others)
        for name in self._repeats:
            if name not in others:
                self._repeat(name, done, others)
        return done

    def stop(self) -> None:
        """Begin no other message; what is being sent goes on."""
        self._stopping = True

    def at_rest(self) -> dict[str, str]:
        """The sinks that refused for good lately, and why; they are left alone for an hour."""
        now = self._steady()
        return {name: reason for name, (until, reason) in [*self._resting.items()] if until > now}

    def wait_s(self, attempts: int) -> float:
        """How long to wait after the `attempts`-th try: doubling, with jitter so that agents spread out."""
        longest: float = min(FIRST_WAIT_S * 2.0 ** (attempts - 1), LONGEST_WAIT_S)
        return longest * self._random.uniform(0.8, 1.2)

    def _send_due(self, done: Delivered, others: Collection[str]) -> int:
        """Send what is due to any but these other sinks; how many notifications were tried."""
        tried = 0
        while not self._stopping:
            due = self._outbox.claim(self._clock(), [*self._too_soon(), *others])
            if due is None:
                break
            tried += 1
            try:
                self._send(due)
            except Exception as failure:  # noqa: BLE001 - one broken sink must not hold up the others
                self._not_taken(due, _as_delivery_error(failure), done)
            else:
                self._outbox.sent(due, self._clock())
                done.sent += 1
                self._taken_by(due.sink, waited=due.attempts > 1)
        return tried

    def _too_soon(self) -> list[str]:
        now = self._steady()
        return [name for name, pace in self._paces.items() if not pace.may_send(now)]

    def _send(self, due: Due) -> None:
        sink = self._sinks.get(due.sink)
        if sink is None:
            raise DeliveryError("this sink is no longer configured", retryable=False)
        if reason := self.at_rest().get(due.sink):
            raise DeliveryError(f"left alone since it refused for good: {reason}", retryable=False)
        if due.sink in self._paces:
            self._paces[due.sink] = self._paces[due.sink].sent(self._steady())
        notice = self._addressed(due.notice)
        sink.send(notice, self._page_of(notice))

    def _not_taken(self, due: Due, err: DeliveryError, done: Delivered) -> None:
        """Try again later, or give up; and in good time let another sink stand in."""
        if err.disables:
            self._resting[due.sink] = (self._steady() + REST, err.reason)
        stand_in = self._stand_in(due.sink)
        hopeless = not err.retryable and not (err.disables and stand_in is None)
        if hopeless or due.attempts >= GIVE_UP_AFTER:
            self._outbox.failed(due, err.reason)
            done.failed += 1
            log.error(
                "notification refused for good",
                sink=due.sink,
                incident=due.notice.incident,
                reason=err.reason,
            )
        else:
            wait = err.retry_after_s or (self.wait_s(due.attempts) if err.retryable else REST.total_seconds())
            self._outbox.again(due, self._clock() + timedelta(seconds=wait), err.reason)
            done.waiting += 1
            log.warning(
                "notification not taken, will try again",
                sink=due.sink,
                in_s=round(wait),
                incident=due.notice.incident,
                reason=err.reason,
            )
        late = due.attempts == STAND_IN_AFTER
        if stand_in and (hopeless or late) and due.notice.kind is not NoticeKind.SINK_FAILED:
            trouble = Notice.of_sink(due.sink, err.reason, due.id, self._clock())
            # A report is worth waking nobody: the trouble is told, and the report can be read elsewhere.
            untaken = [] if due.notice.kind is NoticeKind.REPORT else [due.notice]
            self._outbox.tell_trouble(due.sink, stand_in, [*untaken, trouble], trouble.at)
            log.error("another sink stands in", sink=due.sink, stands_in=stand_in, reason=err.reason)

    def _taken_by(self, sink: str, *, waited: bool) -> None:
        """A sink took something: whoever was told that it is in trouble is told that it works again, once."""
        now = self._clock()
        outage = self._outbox.outage(sink, now)
        if outage is None:
            return
        recovery = SinkRecovery(sink=sink, since=outage.since, waited=outage.waiting + waited)
        hearers = [name for name in outage.hearers if name in self._sinks and name != sink]
        self._outbox.tell_recovery(sink, hearers, Notice.of_sink_again(recovery, now))
        log.info("sink works again", sink=sink, waited=recovery.waited)

    def _stand_in(self, sink: str) -> str | None:
        """The next sink in the configuration's order that is not in trouble itself."""
        names = list(self._sinks)
        behind = names.index(sink) + 1 if sink in names else 0
        resting = self.at_rest()
        for name in [*names[behind:], *names[:behind]]:
            if name != sink and name not in resting:
                return name
        return None

    def _repeat(self, name: str, done: Delivered, others: Collection[str]) -> None:
        """Say again what stands, to a sink that forgets; what is due meanwhile goes first.

        A failure is tried again at the next repeat.
        """
        now, every = self._steady(), self._repeats[name]
        if now - self._repeated.get(name, now - every) < every or name in self.at_rest():
            return
        self._repeated[name] = now
        repeated: set[str] = set()
        standing = self._standing(name)
        while not self._stopping and (left := [notice for notice in standing if notice.id not in repeated]):
            if self._send_due(done, others):
                standing = self._standing(name)
                continue
            notice = self._addressed(left[0])
            repeated.add(notice.id)
            try:
                self._sinks[name].send(notice, self._page_of(notice))
            except Exception as failure:  # noqa: BLE001 - one broken sink must not hold up the others
                reason = _as_delivery_error(failure).reason
                log.warning("repeat not taken", sink=name, incident=notice.incident, reason=reason)
                return
            done.repeated += 1
            self._taken_by(name, waited=False)

    def _standing(self, name: str) -> Sequence[Notice]:
        return self._outbox.standing(name, self._clock() - CLOSED_FOR)


def _as_delivery_error(failure: Exception) -> DeliveryError:
    """A defect in a sink is tried again later, told by its kind alone, since its words may hold a secret."""
    if isinstance(failure, DeliveryError):
        return failure
    return DeliveryError(f"unexpected {type(failure).__name__}", retryable=True)
