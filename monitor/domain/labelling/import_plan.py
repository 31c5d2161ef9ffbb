"""What a file of labels is going to change, before anything is changed."""

from collections import Counter

import msgspec

from monitor.domain.labelling.imported import KeptLabel, LabelChange, NoLabel

FIRST_PLACES = 5  # so many places of a kind are kept; a thousand alike are one line with a count


class Mentions(msgspec.Struct):
    """How many there are of a kind, and where the first of them are, in words of the file: "task 7, annotation 12"."""

    count: int = 0
    places: list[str] = []

    def add(self, place: str) -> None:
        """There is another."""
        self.count += 1
        if len(self.places) < FIRST_PLACES:
            self.places.append(place)


class PlannedLabel(msgspec.Struct, frozen=True):
    """An event to be taken in: its number in the file from 0, its bytes, what it changes, and where it stands there."""

    number: int
    event: bytes
    change: LabelChange
    prediction_id: str
    place: str


class ImportPlan(msgspec.Struct):
    """What comes of a file.

    `changes` counts the labels that it states, or takes back, by what becomes of them. `read_twice` counts the tickets
    that it has labels of several people for, `disagreed` those of which the labels differ. `unknown` are the choices
    that name no intent, with their count. `tickets` has the prediction of each label that the file states as active.
    """

    labels: list[PlannedLabel] = []
    changes: Counter[LabelChange] = msgspec.field(default_factory=lambda: Counter[LabelChange]())
    no_label: dict[NoLabel, Mentions] = {}
    kept: Counter[KeptLabel] = msgspec.field(default_factory=lambda: Counter[KeptLabel]())
    unknown: Counter[str] = msgspec.field(default_factory=lambda: Counter[str]())
    tickets: list[str] = []
    read_twice: int = 0
    disagreed: int = 0


class LabelImport(msgspec.Struct):
    """What came of a file. `waiting` counts active labels of which no prediction has come yet.

    `refused` counts dead letters by code; `passed_over` are labels of what was erased, or that are not believed.
    """

    path: str
    format: str
    plan: ImportPlan
    waiting: int
    refused: dict[str, Mentions]
    passed_over: int = 0
    dry_run: bool = False
