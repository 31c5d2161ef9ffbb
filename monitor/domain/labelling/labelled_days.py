"""When a model's labelled predictions were made comes in, day by day; since when it has been at work goes out."""

from datetime import UTC, datetime, timedelta
from itertools import accumulate, pairwise
from statistics import median_low

import msgspec

from monitor.domain.labelling.hours import STRAYS

REMEMBERED = 400  # days; more tell nothing more of a beginning
LEAST_PAUSE, LONGEST_PAUSES = 2, 2  # days, and so many times the longest pause of the rest, or the usual one
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = timedelta(days=1)


class _Day(msgspec.Struct, array_like=True):
    predictions: int
    first: datetime


class LabelledDays(msgspec.Struct, omit_defaults=True):
    """Labelled predictions by the day (since 1970, UTC) on which they were made; `first` of each in time."""

    days: dict[int, _Day] = {}

    def count(self, at: datetime, by: int = 1) -> None:
        """Count predictions in, or out again with a negative `by`, when their labels are taken back."""
        number = (at - _EPOCH) // _DAY
        day = self.days.get(number)
        if day is not None:
            day.predictions += by
            day.first = min(at, day.first)
            if day.predictions <= 0:
                del self.days[number]
        elif by > 0:
            self.days[number] = _Day(by, at)
            if len(self.days) > REMEMBERED:
                self._forget()

    @property
    def since(self) -> datetime | None:
        """When the model's first prediction was made, strays left out; None before the first.

        A fiftieth of all at most, at the beginning, is left out where it lies apart: further from what comes next
        than two days, than twice the longest pause of the rest, and than twice the median one. So neither one
        prediction of long ago nor a try-out long before the roll-out counts for days without labels.
        """
        if not self.days:
            return None
        numbers = sorted(self.days)
        return self.days[numbers[self._strays(numbers)]].first

    def _strays(self, numbers: list[int]) -> int:
        """How many of these days, at the beginning, are left out."""
        counts = [self.days[number].predictions for number in numbers]
        few = sum(counts) // STRAYS
        most = min(sum(before <= few for before in accumulate(counts)), len(counts) - 1)
        if not most:
            return 0
        end = len(counts) - sum(behind <= few for behind in accumulate(reversed(counts)))
        pauses = [later - day for day, later in pairwise(numbers)]
        usual = [*pauses[most : max(end - 1, most)], median_low(pauses) if len(pauses) > 1 else 0]
        longest = max(LEAST_PAUSE, LONGEST_PAUSES * max(usual))
        return max((place + 1 for place in range(most) if pauses[place] > longest), default=0)

    def _forget(self) -> None:
        """Let go of the day on which the least came, but never of the release's own."""
        numbers = sorted(self.days)
        own = numbers[self._strays(numbers)]
        del self.days[min((n for n in numbers if n != own), key=lambda n: (self.days[n].predictions, -n))]
