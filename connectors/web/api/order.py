"""Cells and the field that they are to be ordered by in, the cells in that order out."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any


class CellOrder(StrEnum):
    """What cells can be ordered by."""

    INTENT = "intent"
    INTENT_BACK = "-intent"
    VERDICT = "verdict"
    VERDICT_BACK = "-verdict"
    FLOOR = "floor"
    FLOOR_BACK = "-floor"
    RECALL = "recall"
    RECALL_BACK = "-recall"
    OUTCOMES = "outcomes"
    OUTCOMES_BACK = "-outcomes"
    EVIDENCE = "evidence"
    EVIDENCE_BACK = "-evidence"


def in_order(cells: object, order: CellOrder | None) -> Sequence[Any]:
    """The cells; those that are alike in the field stay as they were, and those without it are last."""
    if not isinstance(cells, Sequence):
        raise TypeError("only a list has an order")
    if order is None:
        return cells
    name = order.value.removeprefix("-")
    known = [cell for cell in cells if _value(cell, name) is not None]
    unknown = [cell for cell in cells if _value(cell, name) is None]
    backwards = order.value.startswith("-")
    return sorted(known, key=lambda cell: _value(cell, name), reverse=backwards) + unknown


def _value(cell: Mapping[str, Any], name: str) -> Any:  # noqa: ANN401 - a number or a word
    if name == "recall":
        return cell["live"]["recall"]
    if name == "outcomes":
        return cell["live"]["hits"] + cell["live"]["misses"]
    return cell[name]
