"""The names of intents in a file: spelled as live events spell them, or refused with their place."""

from collections import Counter
from collections.abc import Iterable, Set

from connectors.files.anchors.problems import Problems
from monitor.domain.events.names import name_problem, normal
from monitor.domain.events.near_names import Difference, near_names


class Spelling:
    """Normalises one file's names, and tells at the end how many of them were trimmed."""

    def __init__(self, problems: Problems) -> None:
        self._problems = problems
        self._trimmed: Counter[str] = Counter()

    def tidy(self, name: str, place: str) -> str:
        """The name without blanks around it, in normal form C; what no event can hold is a problem."""
        tidied = normal(name)
        if tidied != name:
            self._trimmed[tidied] += 1
        if tidied and (why := name_problem(tidied)):
            self._problems.add(place, f"{why}; correct it")
        return tidied

    def tell(self) -> None:
        """Warn once of all that was trimmed."""
        if self._trimmed:
            few = ", ".join(map(repr, sorted(self._trimmed)[:3]))
            more = f" and {len(self._trimmed) - 3} more" if len(self._trimmed) > 3 else ""
            self._problems.warn(
                "",
                f"{self._trimmed.total()} names were trimmed, of {few}{more}: blanks around them, or letters in"
                " another normal form",
            )


def refuse_near(truths: Set[str], predicted: Iterable[str], problems: Problems) -> None:
    """Names that a person takes for one make a recall of 0 that nobody meant.

    Names that only look like one number (1 and 1.0) may be two classes, if both are true and predicted somewhere.
    """
    predictions = set(predicted)
    for pair in near_names(truths | predictions):
        both = {pair.first, pair.second}
        if (
            pair.differences == (Difference.TYPE,)
            and both <= truths
            and (both <= predictions or not predictions)
        ):
            continue
        problems.add("", f"the intents {pair}; write them alike, in the model's events too")
