"""Two people at work on drawn tickets in a labelling tool, and what plain Python reads out of its exports."""

import json
import random
from collections import Counter
from collections.abc import Mapping
from typing import Any, NamedTuple

from tests.labels.studio import Studio

FIRST, SECOND = 17, 18


class Truths(NamedTuple):
    """What an export leaves standing: of each ticket the intent that holds, and how many annotations are what."""

    holding: dict[str, str]
    skipped: int
    read_twice: int
    disagreed: int


class Desk:
    """A project with the drawn tickets; people label, and change their minds. All of it by one seed."""

    def __init__(self, tasks: bytes, truths: Mapping[str, str], seed: int) -> None:
        self.studio = Studio()
        self._rng = random.Random(seed)
        self._truth = {
            self.studio.add(**task["data"]): truths[task["data"]["prediction_id"]]
            for task in json.loads(tasks)
        }
        self._intents = sorted(set(truths.values()))

    def label(self) -> None:
        """The first person labels all but a twentieth of the tickets, which are skipped; the second a fifth, again."""
        for task in self._truth:
            if self._rng.random() < 0.05:
                self.studio.skip(task, FIRST)
            else:
                self.studio.answer(task, FIRST, self._said(task))
            if self._rng.random() < 0.2:
                self.studio.answer(task, SECOND, self._said(task))

    def change(self) -> None:
        """A third of the annotations is changed, saved again, skipped after all, answered after all, or deleted."""
        for task, answered in [
            (task["id"], list(task["annotations"])) for task in self.studio.tasks.values()
        ]:
            for annotation in answered:
                number, dice = annotation["id"], self._rng.random()
                if annotation["was_cancelled"]:
                    if dice < 0.5:
                        self.studio.change(number, self._said(task))
                elif dice < 0.08:
                    self.studio.change(number, self._rng.choice(self._intents))
                elif dice < 0.16:
                    self.studio.touch(number)
                elif dice < 0.22:
                    self.studio.change(number, skipped=True)
                elif dice < 0.30:
                    self.studio.delete(number)

    def _said(self, task: int) -> str:
        """The truth; now and then anything."""
        return self._rng.choice(self._intents) if self._rng.random() < 0.05 else self._truth[task]


def read(*exports: bytes) -> Truths:
    """What the last of these exports, one after the other, leaves standing. It knows nothing of how we read them.

    An annotation is as old as its choice: saving it again makes it no younger. Of several the youngest holds.
    """
    standing: dict[int, tuple[str, str, str]] = {}  # of an annotation: the ticket, its choice, since when
    skipped = 0
    for export in exports:
        skipped, before, standing = 0, standing, {}
        for task in json.loads(export):
            for each in task["annotations"]:
                if each["was_cancelled"]:
                    skipped += 1
                    continue
                (choice,) = each["result"][0]["value"]["choices"]
                ticket, since = task["data"]["prediction_id"], each["updated_at"]
                if each["id"] in before and before[each["id"]][1] == choice:
                    since = before[each["id"]][2]
                standing[each["id"]] = (ticket, choice, since)
    of: dict[str, list[tuple[str, int, str]]] = {}
    for number, (ticket, choice, since) in standing.items():
        of.setdefault(ticket, []).append((since, number, choice))
    several = [{choice for _, _, choice in each} for each in of.values() if len(each) > 1]
    return Truths(
        {ticket: max(each)[2] for ticket, each in of.items()},
        skipped,
        len(several),
        sum(len(choices) > 1 for choices in several),
    )


def counted(holding: Mapping[str, str], predicted: Mapping[str, str]) -> dict[str, tuple[int, int]]:
    """Hits and misses of each intent."""
    hits: Counter[str] = Counter()
    misses: Counter[str] = Counter()
    for ticket, intent in holding.items():
        (hits if predicted[ticket] == intent else misses)[intent] += 1
    return {intent: (hits[intent], misses[intent]) for intent in sorted({*hits, *misses})}


def chances(tasks: bytes) -> dict[str, Any]:
    """The chance that each drawn ticket had, as its task says."""
    return {task["data"]["prediction_id"]: task["data"]["pi"] for task in json.loads(tasks)}
