"""What became of the records of one step."""

import msgspec


class Taken(msgspec.Struct):
    """What one step did, of so many `records`; one with several events counts for each.

    `seen_before` of them repeat what was taken in before, `passed_over` are not believed, erased or empty. `trouble`
    says why nothing could be saved; the batch is kept and tried again.
    """

    records: int = 0
    rejected: int = 0
    seen_before: int = 0
    passed_over: int = 0
    trouble: str = ""

    @property
    def new(self) -> int:
        """The records that are none of the others."""
        return self.records - self.rejected - self.seen_before - self.passed_over

    def add(self, other: "Taken") -> "Taken":
        """Itself, with the records of another step, too."""
        self.records += other.records
        self.rejected += other.rejected
        self.seen_before += other.seen_before
        self.passed_over += other.passed_over
        return self
