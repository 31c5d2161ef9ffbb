"""When a model's labelled predictions were made comes in, day by day; since when it has been at work goes out."""

from datetime import UTC, datetime, timedelta
from itertools import accumulate, pairwise

import msgspec

from monitor.domain.labelling.hours import LONGEST_GAPS, STRAYS

REMEMBERED = 400  # days; more tell nothing more of a beginning
SPARSE = 0.1  # of what came on a usual day
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = timedelta(days=1)


class _Day(msgspec.Struct, array_like=True):
    predictions: int
    first: datetime


class LabelledDays(msgspec.Struct, omit_defaults=True):
    """Labelled predictions by the day (since 1970, UTC) on which they were made; `first` of each in time."""

    days: dict[int, _Day] = {}

    def count(self, at: datetime, by: int = 1) -> None:
        """Count a prediction in, or out again with -1, when its label is taken back."""
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

        A fiftieth of all at most, at the beginning, is left out where on each of these days came less than a tenth
        of what comes on a usual one, or where they lie apart: further from the rest than twice its longest pause.
        So neither one prediction of long ago nor a try-out before the roll-out counts for days without labels.
        Under fifty predictions nobody can tell one from the rest.
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
        usual = _usual(counts)
        pauses = [later - day for day, later in pairwise(numbers)]
        longest = max([2.0, *(LONGEST_GAPS * pause for pause in pauses[most : max(end - 1, most)])])
        out, sparse = 0, True
        for place in range(most):
            sparse = sparse and counts[place] < SPARSE * usual
            if sparse or pauses[place] > longest:
                out = place + 1
        return out

    def _forget(self) -> None:
        """Let go of the day on which the least came, but never of the release's own."""
        numbers = sorted(self.days)
        own = numbers[self._strays(numbers)]
        del self.days[min((n for n in numbers if n != own), key=lambda n: (self.days[n].predictions, -n))]


def _usual(counts: list[int]) -> int:
    """What came on a usual day: half of everything came on days with so much or more."""
    ranked = sorted(counts)
    half = sum(ranked) / 2
    return next(n for n, upto in zip(ranked, accumulate(ranked), strict=True) if upto >= half)
