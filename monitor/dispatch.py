"""Use case 3: what broke -> incident -> notice -> sink. Written first, sent afterwards, at least once."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from datetime import datetime, timedelta
from hashlib import sha256
from random import Random

import msgspec
import structlog

from monitor.domain.anchors import Anchor
from monitor.domain.cells import Cell
from monitor.domain.cellstate import CellState, ModelState
from monitor.domain.detector import Signal, SignalKind
from monitor.domain.events import Model, Outcome
from monitor.domain.facts import member_facts
from monitor.domain.incidents import Change, why_notify
from monitor.domain.judge import Verdict, lasting_blindness
from monitor.domain.notices import MemberFacts, Notice, NoticeKind
from monitor.domain.parents import explained_by
from monitor.errors import DeliveryError
from monitor.ports import EvaluationTransaction, OpenIncident, Outbox, Sink
from monitor.settings import Settings

log = structlog.get_logger(__name__)
FIRST_WAIT_S = 5.0
LONGEST_WAIT_S = 900.0
GIVE_UP_AFTER = 100
BLIND_FOR = timedelta(days=1)


class Dispatch:
    """Turns broken cells into incidents and notices, within the evaluation's transaction."""

    def __init__(self, transaction: EvaluationTransaction, settings: Settings, now: datetime) -> None:
        self._tx = transaction
        self._settings = settings
        self._now = now

    def incidents(
        self,
        cells: Mapping[Cell, CellState],
        anchors: Mapping[Model, Anchor],
        signals: Mapping[Cell, Sequence[Signal]],
    ) -> int:
        """Bring every model's incident up to date; how many notices that takes."""
        groups: dict[tuple[str, str], list[CellState]] = defaultdict(list)
        for state in cells.values():
            groups[state.cell.model.name, state.cell.model.environment].append(state)
        told = 0
        for name, environment in sorted(groups):
            paging = [state for state in groups[name, environment] if state.watched]
            pages = _pages(paging, signals)
            healed = {
                state.cell
                for state in paging
                if not state.broken
                and any(signal.kind is SignalKind.RECOVERED for signal in signals.get(state.cell, ()))
            }
            # What broke and healed within one evaluation is told as both, in that order.
            for broken in ({*pages}, {state.cell for state in paging if state.broken}):
                told += self._bring_up_to_date((name, environment), broken, healed, cells, anchors, pages)
        return told

    def _bring_up_to_date(
        self,
        whose: tuple[str, str],
        broken: Set[Cell],
        healed: Set[Cell],
        cells: Mapping[Cell, CellState],
        anchors: Mapping[Model, Anchor],
        pages: Mapping[Cell, Signal],
    ) -> int:
        incident = self._tx.open_incident(*whose)
        members = set(incident.members) - incident.recovered if incident else set()
        explained = self._explained(broken - members, broken, pages)
        broken = broken - explained
        change = why_notify(broken, members, healed)
        if change == Change():
            return 0
        incident = incident or self._tx.new_incident(*whose, self._now)
        facts = {
            cell: self._facts(cells[cell], anchors.get(cell.model), pages.get(cell), known)
            for cell in sorted(broken | members)
            # One that is back after it had recovered joins anew.
            for known in [incident.members[cell] if cell in members else None]
        }
        for cell in explained:
            whole = Cell(cell.model, cell.intent)
            facts[whole] = msgspec.structs.replace(
                facts[whole], slices=sorted({*facts[whole].slices, cell.slice})
            )
        self._tx.save_members(incident.id, facts.values(), (*change.recovered, *change.withdrawn), self._now)
        what = change.closes or ("opened" if change.tell is NoticeKind.OPENED else "changed")
        self._tx.note(incident.id, self._now, "anchorwatch", what, change.why)
        if change.closes:
            self._tx.close_incident(incident.id, change.closes, self._now)
        if change.tell is None:
            return 0
        shown = [facts[cell] for cell in broken or facts]
        self._tx.enqueue(
            self._notice(change.tell, incident, shown, change.why if change.withdrawn else ""),
            [sink.name for sink in self._settings.sinks],
        )
        return 1

    def _explained(self, new: Set[Cell], broken: Set[Cell], pages: Mapping[Cell, Signal]) -> set[Cell]:
        """The slices that broke no worse than their intent did: they go into its line."""
        found: set[Cell] = set()
        since_onset: dict[Cell, list[Outcome]] = {}
        for cell in sorted(new):
            whole = Cell(cell.model, cell.intent)
            if not cell.slice or whole not in broken or whole not in pages:
                continue
            if whole not in since_onset:
                since_onset[whole] = self._since(whole, pages[whole].onset)
            if explained_by(cell.slice, since_onset[whole]):
                found.add(cell)
        return found

    def _since(self, cell: Cell, onset: int) -> list[Outcome]:
        chunks = self._tx.cell_outcomes(cell, onset - 1, self._tx.seen_upto())
        return [outcome for chunk in chunks for outcome in chunk]

    def _facts(
        self, state: CellState, anchor: Anchor | None, page: Signal | None, known: MemberFacts | None
    ) -> MemberFacts:
        """A member's facts now. Where its page no longer stands, they are told since the onset it had.

        Where another anchor was activated that never measured the intent, they stay as they were.
        """
        cell = state.cell
        promise = None
        if anchor is not None:
            promise = anchor.promise(cell.intent, cell.slice) or anchor.promise(cell.intent)
        if promise is None and known is not None:
            return known
        if page is None and known is not None:
            evidence = state.detector.evidence if state.detector else 0.0
            page = Signal(SignalKind.PAGED, -1, known.onset_seq, evidence)
        if promise is None or page is None:
            raise AssertionError(f"{state.cell} is in an incident without a promise or a page")
        since = self._since(state.cell, page.onset)
        onset = since[0].ts if since else self._now
        facts = member_facts(
            state,
            promise,
            page,
            since,
            self._tx.labelled_share(state.cell.model, onset),
            self._now,
        )
        if known is None:
            return facts
        return msgspec.structs.replace(facts, noticed=known.noticed, slices=known.slices)

    def blindness(self, cells: Mapping[Cell, CellState], models: Mapping[Model, ModelState]) -> int:
        """Tell, once, of watched cells that cannot be watched; how many notices that takes.

        Not before a release is as old as `detect_within_days`: until then labels may still come. Not before a
        cell has been blind for a day by our own clock: an agent that reads a backlog has not met the labels
        yet. A cell that could be watched for a while and no longer can is told of again.
        """
        patience = timedelta(days=self._settings.judge.detect_within_days)
        told = 0
        groups: dict[Model, list[CellState]] = defaultdict(list)
        for state in cells.values():
            cause = lasting_blindness(state.judgement)
            if not cause:
                state.blind_since = None
                if state.judgement.verdict is not Verdict.BLIND and not state.broken:
                    state.told = ""
                continue
            state.blind_since = state.blind_since or self._now
            if state.watched and not state.told and self._now - state.blind_since >= BLIND_FOR:
                groups[state.cell.model].append(state)
        for model, states in sorted(groups.items()):
            first = models.get(model, ModelState()).first_prediction
            if first is None or self._now - first < patience:
                continue
            for state in states:
                state.told = lasting_blindness(state.judgement)
            self._tx.enqueue(self._blind_notice(model, states), [sink.name for sink in self._settings.sinks])
            told += 1
        return told

    def _blind_notice(self, model: Model, states: Sequence[CellState]) -> Notice:
        blind = [
            (str(state.cell), state.judgement.reasons[0])
            for state in sorted(states, key=lambda state: state.cell)
        ]
        key = sha256("\n".join(["blind", str(model)]).encode()).hexdigest()[:32]
        names = [name for name, _ in blind]
        return Notice(
            id=sha256("\n".join([key, self._now.isoformat(), *names]).encode()).hexdigest()[:32],
            dedup_key=key,
            kind=NoticeKind.BLIND,
            incident=0,
            model=model,
            at=self._now,
            members=[],
            false_pages_per_year=self._settings.judge.false_pages_per_year,
            next_command="anchorwatch status --budget",
            runbook=self._settings.runbook,
            blind=blind,
        )

    def _notice(
        self, kind: NoticeKind, incident: OpenIncident, members: Iterable[MemberFacts], why: str
    ) -> Notice:
        ranked = sorted(members, key=lambda m: (m.recent.value - m.floor, m.cell))
        about = self._settings.intents.get(ranked[0].cell.intent)
        names = [str(member.cell) for member in ranked]
        return Notice(
            id=sha256(
                "\n".join([incident.dedup_key, kind, self._now.isoformat(), *names]).encode()
            ).hexdigest()[:32],
            dedup_key=incident.dedup_key,
            kind=kind,
            incident=incident.id,
            model=ranked[0].cell.model,
            at=self._now,
            members=ranked,
            false_pages_per_year=self._settings.judge.false_pages_per_year,
            next_command=f"anchorwatch incident show {incident.id}",
            reason=why,
            blast_radius=(about.blast_radius if about else "") or self._settings.blast_radius,
            runbook=(about.runbook if about else "") or self._settings.runbook,
            times_opened=incident.times_opened,
        )


def _pages(states: Iterable[CellState], signals: Mapping[Cell, Sequence[Signal]]) -> dict[Cell, Signal]:
    """The page that stands, or stood during this evaluation, per cell."""
    pages = {}
    for state in states:
        for signal in signals.get(state.cell, ()):
            if signal.kind is SignalKind.PAGED:
                pages[state.cell] = signal
        if state.detector is not None and state.detector.paged is not None:
            pages[state.cell] = state.detector.paged
    return pages


class Delivered(msgspec.Struct):
    """What one round of delivery did."""

    sent: int = 0
    waiting: int = 0
    failed: int = 0


class Deliver:
    """Sends what is due, each notification at least once, and says what became of it."""

    def __init__(
        self, outbox: Outbox, sinks: Mapping[str, Sink], clock: Callable[[], datetime], random: Random
    ) -> None:
        self._outbox = outbox
        self._sinks = sinks
        self._clock = clock
        self._random = random

    def __call__(self) -> Delivered:
        """Send everything that is due now."""
        done = Delivered()
        while (due := self._outbox.claim(self._clock())) is not None:
            sink = self._sinks.get(due.sink)
            try:
                if sink is None:
                    raise DeliveryError("this sink is no longer configured", retryable=False)
                sink.send(due.notice)
            except Exception as failure:  # noqa: BLE001 - one broken sink must not hold up the others
                err = failure if isinstance(failure, DeliveryError) else _unexpected(failure)
                if err.retryable and due.attempts < GIVE_UP_AFTER:
                    wait = err.retry_after_s or self.wait_s(due.attempts)
                    self._outbox.again(due, self._clock() + timedelta(seconds=wait), err.reason)
                    log.warning(
                        "notification not taken, will try again",
                        sink=due.sink,
                        in_s=round(wait),
                        incident=due.notice.incident,
                        reason=err.reason,
                    )
                    done.waiting += 1
                else:
                    self._outbox.failed(due, err.reason)
                    log.error(
                        "notification refused for good",
                        sink=due.sink,
                        incident=due.notice.incident,
                        reason=err.reason,
                    )
                    done.failed += 1
            else:
                self._outbox.sent(due, self._clock())
                done.sent += 1
        return done

    def wait_s(self, attempts: int) -> float:
        """How long to wait after the `attempts`-th try: doubling, with jitter so that agents spread out."""
        longest: float = min(FIRST_WAIT_S * 2.0 ** (attempts - 1), LONGEST_WAIT_S)
        return longest * self._random.uniform(0.8, 1.2)


def _unexpected(failure: Exception) -> DeliveryError:
    """A defect in a sink: tried again later, told by its kind alone, since its words may hold a secret."""
    return DeliveryError(f"unexpected {type(failure).__name__}", retryable=True)
