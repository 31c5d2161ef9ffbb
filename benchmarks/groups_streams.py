"""Labels of many intents, of which some break: drawn for thousands of groups at once."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from monitor.domain.anchors.floor import MIN_FLOOR, floor
from monitor.domain.detection.group import IntentGroup, MemberAnchor, group
from monitor.domain.recall.intervals import FloatArray

DROP = 0.10
Recalls = Callable[[np.random.Generator, tuple[int, int]], FloatArray]


def alike(_rng: np.random.Generator, shape: tuple[int, int]) -> FloatArray:
    """Every intent has the same healthy recall, .88."""
    return np.full(shape, 0.88)


def beta(rng: np.random.Generator, shape: tuple[int, int]) -> FloatArray:
    """Healthy recalls as different as Beta(8, 2)."""
    return rng.beta(8, 2, shape)


@dataclass(frozen=True, slots=True)
class Scene:
    """So many intents with `rate` labels a day each; the first `broken` of them fall on day `breaks_on`.

    They fall to `left`, or to that share of their own recall. `support` is the range of the anchors' sizes (each
    drawn anew); None: the anchors are known. At the floor all have exactly a - drop, from the start.
    """

    intents: int = 20
    rate: float = 2.0
    broken: int = 20
    left: float = 0.39
    is_share: bool = False
    breaks_on: float = 0.0
    days: float = 60.0
    support: tuple[int, int] | None = (40, 40)
    recalls: Recalls = alike
    at_floor: bool = False


@dataclass(frozen=True, slots=True)
class Labels:
    """Labels by (group, label), in the order of their `times` (days; without end behind the last)."""

    scene: Scene
    times: FloatArray
    intents: NDArray[np.int64]
    hits: FloatArray
    healthy: FloatArray
    broken: FloatArray
    anchors: FloatArray
    supports: NDArray[np.int64] | None

    @property
    def arrived(self) -> NDArray[np.bool_]:
        """Which of the labels there are."""
        return np.isfinite(self.times)

    def parts(self, size: int) -> list["Labels"]:
        """So many groups at a time."""
        return [self._some(slice(a, a + size)) for a in range(0, len(self.times), size)]

    def _some(self, part: slice) -> "Labels":
        names = ("times", "intents", "hits", "healthy", "broken", "anchors")
        supports = None if self.supports is None else self.supports[part]
        return replace(self, supports=supports, **{name: getattr(self, name)[part] for name in names})

    def names(self, index: int) -> list[str]:
        """The intent of each of a group's labels."""
        return [f"{i:04}" for i in self.intents[index, self.arrived[index]].tolist()]

    def members(self, index: int) -> IntentGroup:
        """One of the groups, with its anchors."""
        return group(
            {
                f"{i:04}": MemberAnchor(float(a), self._support(index, i))
                for i, a in enumerate(self.anchors[index])
            },
            DROP,
        )

    def floors(self) -> FloatArray:
        """What each intent is held to as a cell, (groups, intents); 0 where that is too low to bet against."""
        kept = [
            [floor(float(a), self._support(index, i), DROP) for i, a in enumerate(row)]
            for index, row in enumerate(self.anchors)
        ]
        return np.where(np.array(kept) >= MIN_FLOOR, np.minimum(kept, 0.99), 0.0)

    def _support(self, index: int, intent: int) -> float | None:
        return None if self.supports is None else float(self.supports[index, intent])


def draw(scene: Scene, groups: int, seed: int) -> Labels:
    """Poisson labels, Bernoulli outcomes, binomial anchors."""
    rng, shape = np.random.default_rng(seed), (groups, scene.intents)
    healthy = scene.recalls(rng, shape)
    supports = None if scene.support is None else rng.integers(scene.support[0], scene.support[1] + 1, shape)
    anchors = healthy if supports is None else rng.binomial(supports, healthy) / supports
    if scene.at_floor:
        healthy = anchors - DROP
    broken = healthy.copy()
    part = slice(0, scene.broken)
    broken[:, part] = healthy[:, part] * scene.left if scene.is_share else scene.left
    length = scene.breaks_on + scene.days
    counts = rng.poisson(scene.rate * scene.intents * length, groups)
    width = int(counts.max())
    times = np.where(np.arange(width) < counts[:, np.newaxis], rng.random((groups, width)) * length, np.inf)
    times = np.sort(times, axis=1)
    intents = rng.integers(0, scene.intents, times.shape)
    recall = np.where(
        times < scene.breaks_on,
        np.take_along_axis(healthy, intents, axis=1),
        np.take_along_axis(broken, intents, axis=1),
    )
    return Labels(
        scene,
        times,
        intents,
        (rng.random(times.shape) < recall).astype(np.float64),
        healthy,
        broken,
        anchors,
        supports,
    )
