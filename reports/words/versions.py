"""How far two versions' recall lies apart in, a sentence out; and how a cell of one of several models is called."""

from monitor.domain.recall.compare import CanaryVerdict, RecallDifference
from monitor.domain.slices.cells import Cell
from monitor.domain.text.version import version_text


def named(cell: Cell, *, several: bool) -> str:
    """A cell, of `several` models with its own.

    >>> from monitor.domain.events.types import Model
    >>> named(Cell(Model("tickets", "7"), "refund"), several=True)
    'refund of tickets v7'
    """
    return f"{cell} of {cell.model.name} {version_text(cell.model.version)}" if several else str(cell)


def compared(intent: str, new_version: str, old_version: str, difference: RecallDifference) -> str:
    """How a new version finds an intent beside the old one; no more than the interval says.

    >>> from monitor.domain.recall.intervals import Interval
    >>> compared("gdpr_erasure", "8", "7", RecallDifference(-0.49, Interval(-0.65, -0.31)))
    'v8 finds fewer gdpr_erasure than v7: recall is 0.49 lower (0.31 to 0.65)'
    """
    new, old = version_text(new_version), version_text(old_version)
    value, (low, high) = difference
    if value is None:
        return f"{new} and {old} cannot be compared on {intent}: one has no labels"
    if difference.verdict is CanaryVerdict.UNDECIDED:
        return (
            f"{new} and {old} cannot be told apart on {intent}: the difference in recall"
            f" lies between {low:+.2f} and {high:+.2f}"
        )
    if difference.verdict is CanaryVerdict.WORSE:
        return (
            f"{new} finds fewer {intent} than {old}: recall is {-value:.2f} lower ({-high:.2f} to {-low:.2f})"
        )
    return f"{new} finds more {intent} than {old}: recall is {value:.2f} higher ({low:.2f} to {high:.2f})"
