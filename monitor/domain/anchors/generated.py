"""Simulation or fabrication: generated examples held against real ones, descriptor by descriptor and as a whole."""

from collections.abc import Sequence
from enum import StrEnum

import msgspec

from monitor.domain.anchors.texts import LabelledText
from monitor.domain.text.apart import Apart, DescriptorDifference
from monitor.domain.text.descriptors import describe_all
from monitor.domain.text.duplicates import near_duplicates
from monitor.domain.text.fingerprint import differences, tell_apart

SIMULATES, FABRICATES = 0.70, 0.80


class Likeness(StrEnum):
    """Does a generated set simulate what was measured, or the generator's own defaults?"""

    TOO_FEW = "too_few"  # different texts to say; it takes ten on each side
    FABRICATION = "fabrication"  # a classifier tells it from real text nearly always
    SIMULATION = "simulation"  # a classifier hardly does
    IN_BETWEEN = "in_between"


class GeneratedComparison(msgspec.Struct, frozen=True):
    """What a generated set looks like beside the real one.

    `apart` is None where a side has under ten different texts. `copies` generated texts nearly repeat another
    generated one, `echoes` nearly repeat a real one. `looks` has the generated set on the left.
    """

    generated: int
    real: int
    apart: Apart | None
    copies: int
    echoes: int
    looks: Sequence[DescriptorDifference]

    @property
    def verdict(self) -> Likeness:
        """Does it simulate what was measured, or the generator's own defaults?"""
        if self.apart is None:
            return Likeness.TOO_FEW
        if self.apart.low > FABRICATES and self.apart.p is not None and self.apart.p < 0.01:
            return Likeness.FABRICATION
        if self.apart.auc < SIMULATES:
            return Likeness.SIMULATION
        return Likeness.IN_BETWEEN


def compare_generated(
    generated: Sequence[LabelledText], real: Sequence[LabelledText], intent: str = ""
) -> GeneratedComparison:
    """Hold a generated set against real examples of the same intent (its own words count as self-labelling)."""
    made, lived = [example.text for example in generated], [example.text for example in real]
    copies = {pair.left for pair in near_duplicates(made, made) if pair.left != pair.right}
    return GeneratedComparison(
        len(made),
        len(lived),
        tell_apart(made, lived),
        len(copies),
        len({pair.left for pair in near_duplicates(made, lived)}),
        differences(describe_all(made, intent), describe_all(lived, intent)),
    )
