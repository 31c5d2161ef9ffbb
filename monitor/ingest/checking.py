"""Events looked through before they are sent: decoded as the agent would, and kept nowhere."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

import msgspec

from monitor.domain.events.decode import decode
from monitor.domain.events.misfits import Misfit, misfit
from monitor.domain.events.tolerance import Mend
from monitor.domain.events.types import Label, Record
from monitor.errors import DecodeError

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


class CheckLimits(NamedTuple):
    """What a record is where it does not say so, how long it may be in bytes, and the last time it may have."""

    kind: str
    max_bytes: int
    latest: datetime


def check(records: Iterable[Record], limits: CheckLimits) -> CheckedEvents:
    """Decode every record. Whether an id comes twice with other content is known to the database alone."""
    checked = CheckedEvents()
    for record in records:
        checked.records += 1
        mends: list[Mend] = []
        value = record.value or b""
        try:
            event = decode(value, limits.kind, limits.max_bytes, latest=limits.latest, mends=mends)
        except DecodeError as error:
            refused = checked.refused.setdefault(misfit(value, error), Refused())
            refused.count += 1
            if len(refused.lines) < FIRST:
                refused.lines.append(record.offset + 1)
            continue
        checked.mended.update(set(mends))
        checked.labels += isinstance(event, Label | tuple)
        checked.predictions += not isinstance(event, Label)
    return checked
