"""Use case 1: poll, decode, join, and save with the positions, so that every event counts once."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from datetime import datetime, timedelta
from types import MappingProxyType

import structlog

from monitor.domain.events.belief import Belief
from monitor.domain.events.fates import LIMITS, PASSED_OVER, SEEN_BEFORE, UNSENT, EventFate, Limit
from monitor.domain.events.join import Join
from monitor.domain.events.subjects import SUBJECT, subject_hash
from monitor.domain.events.types import DeadLetter, Design, Kind, Model, Partition, Record
from monitor.errors import ContentError, DecodeError, FencedError, PoisonError, UnavailableError
from monitor.ingest.batch import BatchResult
from monitor.ingest.candidates import let_wait
from monitor.ingest.decoded import Decoded, by_kind, with_stand_ins
from monitor.ingest.decoding import Decoding
from monitor.ingest.descriptions import describe_new
from monitor.ingest.ports import DeadLetters, EventDecoder, EventSource, IngestStore, IngestTransaction, Poll
from monitor.ingest.read_ahead import WORTH, ReadAhead
from monitor.ingest.registry_watch import RegistryWatch
from monitor.ingest.taken import Taken
from monitor.ingest.warnings import IngestWarnings

log = structlog.get_logger(__name__)


class Ingest:
    """Moves records from a source into the store, one batch a step.

    A batch that could not be saved is kept, the source is paused (it goes on polling, so the group
    membership lives), and the next step tries again. Nothing is committed before it is durable.
    While a batch of `worth_reading_ahead` records and more is saved the next one is read and decoded: so at most two
    are in memory.
    """

    def __init__(
        self,
        source: EventSource,
        store: IngestStore,
        dead_letters: DeadLetters,
        *,
        accept: Iterable[Kind],
        beliefs: Sequence[Belief] = (),
        decoders: Mapping[str, EventDecoder] = MappingProxyType({}),
        max_consecutive_rejects: int,
        max_bytes: int,
        clock: Callable[[], datetime],
        future: timedelta = timedelta(hours=24),
        subject_key: str = "",
        customer: str = SUBJECT,
        plain_annotators: bool = False,
        keep_text: bool = False,
        draws_by: Design | None = None,
        no_answers: Callable[[Model], Set[str]] | None = None,
        out_of_scope: Set[str] = frozenset(),
        worth_reading_ahead: int = WORTH,
    ) -> None:
        self._source = source
        self._store = store
        self._dead_letters = dead_letters
        self._accept: Set[Kind] = frozenset(accept)
        self._decoding = Decoding(
            source,
            beliefs,
            decoders,
            max_bytes,
            clock,
            future,
            subject_key,
            customer,
            plain_annotators,
            no_answers,
        )
        self._max_rejects = max_consecutive_rejects
        self._clock = clock
        self._subject_key = subject_key
        self._keep_text = keep_text
        self._draws_by = draws_by
        self._out_of_scope = out_of_scope
        self._rejected_in_a_row: dict[Partition, int] = {}
        self._furthest: dict[Partition, int] = {}
        self._pending: dict[Partition, Sequence[Record]] = {}
        self._decoded: Mapping[Partition, list[Decoded]] | None = None  # the pending records, once
        self._ahead = ReadAhead(source, self._decoding, clock, worth_reading_ahead)
        self._received_at: datetime | None = None  # when the pending records came
        self._unclaimed: set[Partition] = set()
        self._warnings = IngestWarnings()
        self._registry = RegistryWatch(store, clock, may_be_needed=bool(decoders))

    def step(self, timeout_s: float) -> Taken:
        """Poll once and save what came.

        Raises:
            PoisonError: too many rejects in a row; everything before them is saved.
            PositionError: a stored position that the log can't serve.
            UnavailableError: the source is out of reach.
        """
        self._ahead.fail()
        if self._pending or not self._ahead.records:
            self._poll(timeout_s)
        elif (ahead := self._ahead.take()) is not None:
            self._pending, self._received_at, self._decoded = ahead
        try:
            taken = self._claim_and_save()
        except UnavailableError as err:
            self._source.pause()
            self._registry.held(err)
            return Taken(trouble=str(err))
        except FencedError as err:
            # Some of what we believe ours is another agent's. Claiming again would take it back, so we
            # join the group afresh and let it say what is ours.
            self._pending.clear()
            self._ahead.clear()
            self._unclaimed.clear()
            self._source.rebuild()
            return Taken(trouble=str(err))
        self._source.resume()
        self._registry.saved(taken.records)
        return taken

    def _poll(self, timeout_s: float) -> None:
        poll = self._source.poll(timeout_s)
        self._decoded = None
        self._follow(poll)
        if poll.records:
            self._received_at = self._clock()
        self._pending.update({partition: records for partition, records in poll.records.items() if records})

    def _follow(self, changes: Poll) -> None:
        """Let go of the partitions that went, and claim with the next batch what came."""
        for partition in changes.revoked:
            self._pending.pop(partition, None)
            self._ahead.drop(partition)
            self._unclaimed.discard(partition)
        self._unclaimed.update(changes.assigned)

    def _claim_and_save(self) -> Taken:
        """Claim what is ours and save what is pending; without a partition that goes meanwhile, the rest."""
        while True:
            try:
                self._claim()
                return self._save_pending()
            except FencedError as err:
                self._follow(self._ahead.changes())
                if err.partition in self._pending:
                    raise
            finally:
                self._follow(self._ahead.changes())

    @property
    def waiting(self) -> bool:
        """Whether there is something for another step: read and not saved yet, or a failure that is to be raised."""
        return bool(self._pending or self._ahead.records or self._ahead.failed)

    def _claim(self) -> None:
        if not self._unclaimed:
            return
        topics = {partition.topic for partition in self._unclaimed}
        claimed = self._store.claim(
            sorted(self._unclaimed),
            incarnations={topic: self._source.incarnation(topic) for topic in topics},
            afresh=not self._source.resumable,
        )
        self._rejected_in_a_row.update({p: claim.rejected_in_a_row for p, claim in claimed.items()})
        self._furthest.update(self._store.furthest(list(claimed)))
        self._source.start(
            {p: claim.next_offset for p, claim in claimed.items()},
            {p: claim.incarnation for p, claim in claimed.items()},
        )
        self._unclaimed.clear()

    def _save_pending(self) -> Taken:
        if not self._pending:
            return Taken()
        try:
            return self._save(self._pending)
        except ContentError as err:
            log.warning("the database refuses something in a batch; looking for the record", why=str(err))
        taken = Taken()
        for partition, records in sorted(self._pending.items()):
            taken.add(self._save_halves(partition, records))
        return taken

    def _save_halves(self, partition: Partition, records: Sequence[Record]) -> Taken:
        """Save what can be saved, in ever smaller pieces; what is left is one record, which goes aside."""
        try:
            return self._save({partition: records})
        except ContentError as err:
            if len(records) == 1:
                return self._save({partition: records}, unstorable=str(err))
        half = len(records) // 2
        first, second = (self._save_halves(partition, part) for part in (records[:half], records[half:]))
        return first.add(second)

    def _save(self, records: Mapping[Partition, Sequence[Record]], unstorable: str = "") -> Taken:
        """Save records, or, where they are `unstorable`, that they are."""
        decoded, self._decoded = self._decoded, None
        batch = self._decoding.decode(records) if decoded is None else dict(decoded)
        if unstorable:
            error = DecodeError("unstorable", unstorable)
            # Once a record, however many events it holds: several in a row would look like poison.
            batch = {p: [Decoded(each, error, ()) for each in records[p]] for p in batch}
        with (
            self._ahead.beside(sum(map(len, records.values()))),
            self._store.transaction(self._received_at) as transaction,
        ):
            saved = self._save_in(transaction, batch)
        self._no_longer_pending({partition: len(part) for partition, part in records.items()})
        self._warnings.of_mends(saved.counts)
        self._warnings.of_folds(saved.folded)
        self._warnings.of_unsent(saved.unsent)
        self._rejected_in_a_row.update({p: claim.rejected_in_a_row for p, claim in saved.positions.items()})
        self._source.commit(
            {p: claim.next_offset for p, claim in saved.positions.items() if claim.next_offset is not None}
        )
        if saved.poisoned is not None:
            raise PoisonError(self._poison_message(saved.poisoned))
        return Taken(
            records=sum(map(len, batch.values())),
            rejected=len(saved.letters),
            seen_before=saved.count_of(SEEN_BEFORE),
            passed_over=saved.count_of(PASSED_OVER),
        )

    def _no_longer_pending(self, saved: Mapping[Partition, int]) -> None:
        """The first so many records of these partitions are saved."""
        for partition, count in saved.items():
            self._pending[partition] = self._pending[partition][count:]
            if not self._pending[partition]:
                del self._pending[partition]

    def _save_in(
        self, transaction: IngestTransaction, batch: Mapping[Partition, list[Decoded]]
    ) -> BatchResult:
        predictions, labels = by_kind(batch.values())
        stand_ins = transaction.stand_ins({key.model for key in predictions})
        if stand_ins:
            batch = {partition: with_stand_ins(events, stand_ins) for partition, events in batch.items()}
            predictions, labels = by_kind(batch.values())
        subjects = {
            key: subject_hash(prediction.subject, self._subject_key)
            for key, prediction in predictions.items()
            if prediction.subject is not None and self._subject_key
        }
        memory = transaction.load(predictions, labels, subjects)
        join = Join(memory, self._accept, self._out_of_scope)
        saved = self._join_all(join, batch)
        changes = join.changes()
        folded = {
            **transaction.write(changes, memory),
            Limit.MODELS: sum(key.model in stand_ins.values() for key in changes.predictions),
        }
        saved.counts.update({(LIMITS, EventFate.folded(limit)): n for limit, n in folded.items() if n})
        if subjects:
            transaction.note_subjects({key: subjects[key] for key in changes.predictions if key in subjects})
        describe_new(transaction, changes.predictions, keep_text=self._keep_text)
        if self._draws_by is not None:
            by_score = self._draws_by is Design.BY_SCORE
            let_wait(transaction, changes.predictions, by_score=by_score)
        if saved.letters:  # after what the database may refuse, so that no letter is sent for each try
            # Of a record with several events that were refused one letter is enough.
            letters = {(each.record.partition, each.record.offset): each for each in saved.letters}
            saved.unsent = self._dead_letters.publish(list(letters.values()))
            if saved.unsent:
                saved.counts["dead letters", UNSENT] = sum(saved.unsent.values())
            transaction.bury(saved.letters)
        saved.folded = {**folded, **transaction.count(saved.counts)}
        transaction.advance(saved.positions)
        return saved

    def _join_all(self, join: Join, batch: Mapping[Partition, list[Decoded]]) -> BatchResult:
        joined = BatchResult(join, self._max_rejects, self._clock)
        for partition, events in batch.items():
            in_a_row, furthest = self._rejected_in_a_row.get(partition, 0), self._furthest.get(partition, 0)
            joined.take(partition, events, in_a_row, furthest)
        return joined

    def lag(self) -> Mapping[Partition, int]:
        """Records that are not saved yet, by partition: those to come, and those of the batches in hand."""
        held = Counter[Partition]()
        for batch in (self._pending, self._ahead.records):
            held.update({p: records[-1].offset + 1 - records[0].offset for p, records in batch.items()})
        return {p: behind + held[p] for p, behind in self._source.lag().items()}

    def _poison_message(self, first: DeadLetter) -> str:
        topic, partition = first.record.partition
        return (
            f"stopped by poison: {self._max_rejects} records in a row were rejected in {topic}[{partition}],"
            f" the first unsaved one at offset {first.record.offset} ({first.code}: {first.detail})."
            " Everything before it is saved. Mend the producer; then, to send the bad records to the dead"
            " letters and go on, start once with a higher poison.max_consecutive."
        )
