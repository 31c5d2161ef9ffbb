"""What was measured offline of a model's intents comes in; what draws and plans can guess from it goes out."""

from collections import Counter
from collections.abc import Iterable, Mapping

from monitor.domain.anchors.promise import Promise
from monitor.domain.sampling.wanted import Wanted


def wanted_by(intents: Iterable[str], promises: Mapping[str, Promise]) -> list[Wanted]:
    """The intents with their precision and where their misses went, both as offline.

    `ppv = (hits + 1)/(predicted as it + 2)`, counted over the anchor's examples; of an anchor that holds more of the
    rare intents than the traffic does it is too high, which costs some labels and no validity. Without a promise the
    guess of `Wanted`.

    >>> from monitor.domain.anchors.promise import Measured
    >>> refund = Promise(Measured(0.8, 10), misses_to={"cancel": 2})
    >>> cancel = Promise(Measured(0.9, 10), misses_to={"refund": 1})
    >>> wanted_by(["refund"], {"refund": refund, "cancel": cancel})[0].ppv  # (8 + 1)/(9 + 2)
    0.8181818181818182
    """
    taken = Counter[str]()
    for promise in promises.values():
        taken.update(promise.misses_to)
    found = []
    for intent in intents:
        known = promises.get(intent)
        if known is None:
            found.append(Wanted(intent))
            continue
        hits = known.shipped.hits
        found.append(Wanted(intent, (hits + 1) / (hits + taken[intent] + 2), known.misses_to))
    return found
