"""Simulation or fabrication: generated examples held against real ones, descriptor by descriptor and as a whole."""

from collections.abc import Sequence

import msgspec

from monitor.domain.anchors.audit import LabelledText
from monitor.domain.text.descriptors import describe_all
from monitor.domain.text.duplicates import near_duplicates
from monitor.domain.text.fingerprint import Apart, DescriptorDifference, differences, tell_apart

SIMULATES, FABRICATES = 0.70, 0.80


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
    def verdict(self) -> str:
        """In a sentence: does it simulate what was measured, or the generator's own defaults?"""
        if self.apart is None:
            return "too few different texts to say: it takes ten on each side"
        if self.apart.low > FABRICATES and self.apart.p is not None and self.apart.p < 0.01:
            return "fabrication: a classifier tells it from real text nearly always"
        if self.apart.auc < SIMULATES:
            return "simulation: a classifier hardly tells it from real text"
        return "in between: it can be told from real text more often than not"


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
