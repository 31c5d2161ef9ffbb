"""How a generated set compares with a real one in; a sentence out."""

from collections.abc import Mapping

from monitor.domain.anchors.generated import Likeness

_SENTENCES: Mapping[Likeness, str] = {
    Likeness.TOO_FEW: "too few different texts to say: it takes ten on each side",
    Likeness.FABRICATION: "fabrication: a classifier tells it from real text nearly always",
    Likeness.SIMULATION: "simulation: a classifier hardly tells it from real text",
    Likeness.IN_BETWEEN: "in between: it can be told from real text more often than not",
}


def sentence(likeness: Likeness) -> str:
    """Does the set simulate what was measured, or the generator's own defaults?"""
    return _SENTENCES[likeness]
