"""What a generated set is called beside a real one."""

from monitor.domain.anchors.generated import Likeness
from reports.words.generated import sentence


def test_every_likeness_has_its_sentence() -> None:
    assert sentence(Likeness.TOO_FEW) == "too few different texts to say: it takes ten on each side"
    assert sentence(Likeness.FABRICATION).startswith("fabrication: ")
    assert sentence(Likeness.SIMULATION).startswith("simulation: ")
    assert sentence(Likeness.IN_BETWEEN).startswith("in between: ")
    assert len({sentence(likeness) for likeness in Likeness}) == len(Likeness)
