"""Customers who send some tickets at a time, which miss together or not."""

from collections.abc import Sequence
from itertools import count
from typing import Any

from monitor.domain.events.types import Design
from tests.stored import label, prediction, take
from tests.worlds import World

_numbers = count(1)


def send(
    world: World, day: int, *bursts: str, intent: str = "erasure", probabilities: Sequence[float] = ()
) -> list[str]:
    """On that day each burst ("h" a hit, "m" a miss) comes from a customer of its own, and is labelled the next day.

    `probabilities` are the chances of each burst's tickets to be labelled. The ids of the predictions.
    """
    names: list[str] = []
    for place, burst in enumerate(bursts):
        ids = [f"c{next(_numbers)}" for _ in burst]
        at = 24 * day + 0.01 * place
        chosen: dict[str, Any] = {}
        if probabilities:
            chosen = {
                "design": Design.BY_PREDICTION,
                "probability": probabilities[place % len(probabilities)],
            }
        events = [
            prediction(name, intent if letter == "h" else "other", customer=place, hours=at)
            for name, letter in zip(ids, burst, strict=True)
        ]
        take(world.store, *events, *(label(name, intent, hours=at, **chosen) for name in ids))
        names += ids
    return names
