"""What came of a check of events: how many of which kind, what was put right, and what is refused where and why."""

from collections import Counter

import msgspec

from monitor.domain.events.misfits import Misfit
from monitor.domain.events.tolerance import Mend

FIRST = 10  # so many places of a misfit are kept; a thousand alike are one line with a count


class Refused(msgspec.Struct):
    """How many records have a misfit, and the numbers of the first lines that do, from 1."""

    count: int = 0
    lines: list[int] = []


class CheckedEvents(msgspec.Struct):
    """What came of a check. `predictions` counts those inside labels, too; `mended` what is put right."""

    records: int = 0
    predictions: int = 0
    labels: int = 0
    mended: Counter[Mend] = msgspec.field(default_factory=lambda: Counter[Mend]())
    refused: dict[Misfit, Refused] = {}

    @property
    def refusals(self) -> int:
        """How many records are rejected."""
        return sum(each.count for each in self.refused.values())

    @property
    def by_code(self) -> dict[str, int]:
        """How many records are rejected with each code, the most first."""
        codes: Counter[str] = Counter()
        for wrong, each in self.refused.items():
            codes[wrong.code] += each.count
        return dict(codes.most_common())
