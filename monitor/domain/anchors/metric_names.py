"""Which metrics are an intent's recall and support, by the names that a team gave them."""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

INTENT = "{intent}"


class MetricNames(NamedTuple):
    """How metrics are named; `{intent}` stands for the intent's name, wherever it is."""

    recall: str = "recall_{intent}"
    support: str = "support_{intent}"

    @property
    def problems(self) -> list[str]:
        """What is wrong with them."""
        return [
            f"--{key} {pattern!r}: write {INTENT} once, where the intent's name stands"
            for key, pattern in zip(self._fields, self, strict=True)
            if pattern.count(INTENT) != 1
        ]


def by_intent(names: Iterable[str], pattern: str) -> Mapping[str, list[str]]:
    """The names that fit, by the intent that they name. What stands before the pattern, up to a dot, may be left out.

    >>> by_intent(["recall_a", "test.recall_a", "recall_b", "f1_a"], "recall_{intent}")
    {'a': ['recall_a', 'test.recall_a'], 'b': ['recall_b']}
    >>> by_intent(["billing.refund.recall"], "{intent}.recall")
    {'billing.refund': ['billing.refund.recall']}
    """
    before, after = (re.escape(part) for part in pattern.split(INTENT))
    fits = re.compile(rf"(?:.*?\.)??{before}(?P<intent>.+){after}", re.DOTALL)
    intents: dict[str, list[str]] = {}
    for name in names:
        if match := fits.fullmatch(name):
            intents.setdefault(match["intent"], []).append(name)
    return intents
