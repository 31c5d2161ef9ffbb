"""Customers who send some tickets at a time, which miss together or not."""

from collections.abc import Sequence
from itertools import count

from tests.stored import label, prediction, take
from tests.worlds import World

_numbers = count(1)


def send(
    world: World, day: int, *bursts: str, intent: str = "erasure", label_days: Sequence[int] = ()
) -> list[str]:
    """On that day each burst ("h" a hit, "m" a miss) comes from a customer of its own, and is labelled the next day.

    `label_days` are further days until the labels of each burst come. The ids of the predictions.
    """
    names: list[str] = []
    for place, burst in enumerate(bursts):
        later = label_days[place] if label_days else 0
        ids = [f"c{next(_numbers)}" for _ in burst]
        events = [
            prediction(
                name, intent if letter == "h" else "other", customer=place, hours=24 * day + 0.01 * place
            )
            for name, letter in zip(ids, burst, strict=True)
        ]
        labels = [label(name, intent, hours=24 * (day + later) + 0.01 * place) for name in ids]
        take(world.store, *events, *labels)
        names += ids
    return names
