"""One batch being joined: decoded records in; counts, dead letters and the positions reached out."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence, Set
from datetime import datetime

from monitor.domain.events.fates import Became, EventFate, FateKind, Limit
from monitor.domain.events.join import Join
from monitor.domain.events.tolerance import Mend
from monitor.domain.events.types import DeadLetter, Partition
from monitor.errors import DecodeError
from monitor.ingest.decoded import Decoded
from monitor.ingest.ports import Claimed


class BatchResult:
    """What one batch comes to.

    `poisoned` is the first record that is not saved, where `max_rejects` in a row could not be read. `unsent` counts
    the dead letters that can't be sent, by the reason; `folded` what counts together with others, by the limit.
    """

    def __init__(self, join: Join, max_rejects: int, clock: Callable[[], datetime]) -> None:
        self._join = join
        self._max_rejects = max_rejects
        self._clock = clock
        self.letters: list[DeadLetter] = []
        self.counts: Counter[tuple[str, EventFate]] = Counter()
        self.positions: dict[Partition, Claimed] = {}
        self.poisoned: DeadLetter | None = None
        self.unsent: Mapping[str, int] = {}
        self.folded: Mapping[Limit, int] = {}

    def count_of(self, fates: Set[Became]) -> int:
        """How many of its records became one of these."""
        return sum(
            number
            for (_, fate), number in self.counts.items()
            if fate.kind is FateKind.TAKEN and fate.code in fates
        )

    def take(self, partition: Partition, events: Sequence[Decoded], in_a_row: int, furthest: int) -> None:
        """Join one partition's records in order, up to the point where there is too much poison.

        `in_a_row` records just before them could not be read. Those before the offset `furthest` were read once
        already.
        """
        taken: Counter[Became] = Counter()
        mended: Counter[Mend] = Counter()
        letters: list[DeadLetter] = []
        sound = 0  # how many of `letters` lie before the last record that could be read
        for record, event, mends, label_not_believed in events:
            if isinstance(event, Became):
                taken[event] += 1  # passed over: that says nothing of what is around it
                continue
            if isinstance(event, DecodeError):
                in_a_row += 1
                letters.append(DeadLetter(record, event.code, event.detail, self._clock()))
                if in_a_row < self._max_rejects:
                    continue
                self.poisoned = letters[sound]
                in_a_row -= len(letters) - sound
                del letters[sound:]
                break
            try:
                became = self._join.take(event, read_before=record.offset < furthest)
                # A label with its prediction counts as the label: so does the prediction that is left of the two.
                taken[Became.LABEL_NOT_BELIEVED if label_not_believed else became] += 1
                if mends:
                    mended.update(mends)
            except DecodeError as err:  # what came before refuses it: that says nothing against its producer
                letters.append(DeadLetter(record, err.code, err.detail, self._clock()))
            in_a_row, sound = 0, len(letters)
        topic = partition.topic
        for became, count in taken.items():
            self.counts[topic, EventFate.taken(became)] += count
        for mend, count in mended.items():
            self.counts[topic, EventFate.mended(mend)] += count
        for letter in letters:
            self.counts[topic, EventFate.rejected(letter.code)] += 1
        stop = self.poisoned
        here = stop is not None and stop.record.partition == partition
        next_offset = stop.record.offset if here and stop is not None else events[-1].record.offset + 1
        self.letters += letters
        self.positions[partition] = Claimed(next_offset, in_a_row)
