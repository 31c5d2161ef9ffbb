"""The anchor: the offline recall a model version shipped on, intent by intent, with its provenance."""

import hashlib
import json
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Literal

import msgspec

from monitor.domain.anchors.grade import GENERATED_SHARE, Evidence
from monitor.domain.anchors.grade_reasons import GradeReason
from monitor.domain.events.types import Model
from monitor.domain.slices.cells import Slice
from monitor.domain.text.descriptors import Descriptors

Basis = Literal["auto", "shipped", "real"]
"""Which examples an intent is held to: all of them, the real ones, or the real ones where many are generated."""

CHANCE = 0.02
"""How far below its offline number a model may be by chance, where it is held to that number."""

ENOUGH_REAL = 20  # real examples, to hold an intent to


class Measured(msgspec.Struct, frozen=True):
    """One offline recall: `hits` of `support` examples. A rounded recall gives hits that are no integer."""

    recall: float
    support: int

    @property
    def hits(self) -> float:
        """Recall times support: the count behind the number."""
        return self.recall * self.support


class Promise(msgspec.Struct, frozen=True):
    """What was measured offline for one intent, or for one intent within one slice.

    `shipped` is over all rows: the number the release was judged by. `real` is over rows of real origin
    only: None where no example's origin is known, and 0 of 0 where origins are known and none is real.
    `misses_to` counts where offline misses went. `grade` is how far an audit believes the number ("" before
    one), with its reasons and the `evidence` they rest on; none of them is part of what names an anchor.
    """

    shipped: Measured
    real: Measured | None = None
    misses_to: Mapping[str, int] = {}
    grade: str = ""
    grade_reasons: tuple[GradeReason, ...] = ()
    evidence: Evidence | None = None

    def judged_by(self, basis: Basis) -> Measured:
        """The number to hold the model to; its support is 0 where there is none of that basis.

        `auto`: of an intent of which more than a fifth of the examples are not known to be real, that of its real
        ones, where there are 20 of them; else the shipped one.
        """
        real = self.real or Measured(0.0, 0)
        if basis == "auto":
            mostly_real = self.real is None or self.shipped.support - real.support <= (
                GENERATED_SHARE * self.shipped.support
            )
            return self.shipped if mostly_real or real.support < ENOUGH_REAL else real
        return self.shipped if basis == "shipped" else real


class Provenance(msgspec.Struct, frozen=True):
    """Where an anchor's numbers came from: the file, its SHA-256, and what read it.

    Of a tracked experiment also the `run`, and the `dataset` that it was evaluated on, as `name#digest`.
    """

    source: str
    sha256: str
    importer: str
    imported_at: datetime
    examples: int = 0
    run: str = ""
    dataset: str = ""


class Example(msgspec.Struct, frozen=True):
    """One evaluated offline example. `origin` is "real", "synthetic" or "" where nobody recorded it.

    `descriptors` are those of its text, toward `y_true`; the text itself is not kept unless configured.
    """

    y_true: str
    y_pred: str
    origin: str = ""
    slices: Mapping[str, str] = {}
    text: str | None = None
    descriptors: Descriptors | None = None


class Anchor(msgspec.Struct, frozen=True):
    """The offline numbers of one model version in one environment. Never changed once imported.

    `promises` is keyed by (intent, the slice's text form), with "" for the intent as a whole. `id` is the SHA-256 of
    the model and the numbers, so importing the same file twice gives the same anchor.
    """

    id: str
    model: Model
    promises: Mapping[tuple[str, str], Promise]
    provenance: Provenance

    def promise(self, intent: str, slice_: Slice | None = None) -> Promise | None:
        """The promise for a cell, or None where the anchor never measured it."""
        return self.promises.get((intent, str(slice_) if slice_ else ""))


class _Count:
    """The running counts of one intent, or of one intent within one slice."""

    __slots__ = ("hits", "known_origin", "misses_to", "real", "real_hits", "support")

    def __init__(self) -> None:
        self.hits = self.support = self.real_hits = self.real = 0
        self.known_origin = False
        self.misses_to: Counter[str] = Counter()

    def add(self, example: Example) -> None:
        hit = example.y_pred == example.y_true
        self.support += 1
        self.hits += hit
        if not hit:
            self.misses_to[example.y_pred] += 1
        self.known_origin |= example.origin != ""
        if example.origin == "real":
            self.real += 1
            self.real_hits += hit

    def promise(self) -> Promise:
        real = Measured(self.real_hits / self.real if self.real else 0.0, self.real)
        return Promise(
            shipped=Measured(self.hits / self.support, self.support),
            real=real if self.known_origin else None,
            misses_to=dict(sorted(self.misses_to.items())),
        )


def _slices(example: Example) -> Iterator[str]:
    yield ""
    for name, value in example.slices.items():
        yield str(Slice(name, value))


def promises_from_examples(examples: Iterable[Example]) -> dict[tuple[str, str], Promise]:
    """Count evaluated examples into promises, for each intent and for each intent within each slice.

    Keys are (intent, "") and (intent, "name=value"), sorted. An intent that is never `y_true` has no
    promise, however often it was predicted. One pass; cost is rows times (1 + slice columns).
    """
    counts: dict[tuple[str, str], _Count] = {}
    for example in examples:
        for slice_ in _slices(example):
            counts.setdefault((example.y_true, slice_), _Count()).add(example)
    return {cell: counts[cell].promise() for cell in sorted(counts)}


def _numbers(measured: Measured | None) -> list[float | int] | None:
    # Adding 0.0 turns an integer into a float and -0.0 into 0.0, so equal numbers are written alike.
    return None if measured is None else [measured.recall + 0.0, measured.support]


def anchor_id(model: Model, promises: Mapping[tuple[str, str], Promise]) -> str:
    """Name an anchor by its content: 64 hexadecimal digits, the same for the same model and numbers.

    SHA-256 over compact JSON: a format tag, the model, then one row per promise in the order of
    (intent, slice). The order of the mappings and the provenance don't matter.
    """
    rows = [
        [intent, slice_, _numbers(p.shipped), _numbers(p.real), sorted(p.misses_to.items())]
        for (intent, slice_), p in sorted(promises.items(), key=lambda item: item[0])
    ]
    content = ["anchorwatch/anchor/1", [model.name, model.version, model.environment], rows]
    canonical = json.dumps(content, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def build(model: Model, promises: Mapping[tuple[str, str], Promise], provenance: Provenance) -> Anchor:
    """Make the anchor of a model version from its promises, named by their hash."""
    return Anchor(anchor_id(model, promises), model, dict(promises), provenance)


def disagreements(anchor: Anchor, attached: Mapping[tuple[str, str], Promise]) -> list[str]:
    """Say where attached examples are not the ones behind the anchor's numbers; empty when they are.

    An intent agrees when its support is equal and its recall is too (to 1e-9 relative, or less than half
    a hit apart, so that a rounded report agrees). Intents the anchor has no number for are not compared.
    """
    problems = []
    for intent, slice_ in sorted(anchor.promises):
        promised = anchor.promises[intent, slice_].shipped
        if slice_:
            continue
        if (intent, "") not in attached:
            problems.append(f"{intent}: the anchor has {_words(promised)}; no example has it as y_true")
            continue
        counted = attached[intent, ""].shipped
        if counted.support != promised.support or not _same_recall(promised, counted):
            problems.append(
                f"{intent}: the anchor has {_words(promised)}; the examples give {_words(counted)}"
            )
    return problems


def _same_recall(measured: Measured, other: Measured) -> bool:
    return math.isclose(measured.recall, other.recall, rel_tol=1e-9) or abs(measured.hits - other.hits) < 0.5


def _words(measured: Measured) -> str:
    return f"recall {measured.recall:.6g} on {measured.support}"
