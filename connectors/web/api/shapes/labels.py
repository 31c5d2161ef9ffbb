"""Labels as programs send them, and what they are told of them."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from connectors.web.api.problems import PROBLEMS, ProblemDetails, type_of
from monitor.domain.events.schema import event_schema

_CODE = "labels_refused"


class TakenLabels(msgspec.Struct, kw_only=True, frozen=True):
    """How many labels were sent, and what became of them.

    `new` ones were taken in; `seen_before` ones repeat what is held already, or are older; `passed_over` ones are of
    erased tickets, or not believed. `waiting` is how many of all that are sound name a prediction that has not come
    yet, and `unknown_intents` how often they name an intent that no model predicts and no anchor promises.
    """

    labels: int
    new: int
    seen_before: int
    passed_over: int
    waiting: int
    unknown_intents: Mapping[str, int]


class SentLabelRefusal(msgspec.Struct, kw_only=True, frozen=True):
    """A label that was not taken in: its place in the list, from 0, and its code, as in `docs/events.md`.

    `pointer` is the JSON pointer of the field that is wrong.
    """

    index: int
    code: str
    detail: str
    pointer: str


class LabelsProblem(ProblemDetails, kw_only=True, frozen=True):
    """Labels were refused. All others are taken in, and counted as `TakenLabels` has it."""

    labels: int
    new: int
    seen_before: int
    passed_over: int
    waiting: int
    unknown_intents: Mapping[str, int]
    refused: Sequence[SentLabelRefusal]

    @classmethod
    def of(
        cls, counts: Mapping[str, Any], refused: Sequence[SentLabelRefusal], address: str
    ) -> "LabelsProblem":
        """The problem of these, sent to an address."""
        kind = PROBLEMS[_CODE]
        return cls(
            type=type_of(_CODE),
            title=kind.title,
            status=kind.status,
            detail=f"{len(refused):,} of {counts['labels']:,} were refused; the others are taken in",
            instance=address,
            code=_CODE,
            refused=refused,
            **counts,
        )


def label_schema() -> dict[str, Any]:
    """The JSON schema of a label, as `anchorwatch events schema` has it, in one piece."""
    whole = event_schema()
    label: dict[str, Any] = _inlined({"$ref": "#/$defs/label"}, whole["$defs"])
    return label


def _inlined(part: Any, defined: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(part, list):
        return [_inlined(each, defined) for each in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part:
        return _inlined(defined[part["$ref"].rpartition("/")[2]], defined)
    return {name: _inlined(each, defined) for name, each in part.items()}
