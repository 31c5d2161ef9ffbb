"""Use case 5: try everything the agent depends on, and say of each what is wrong and what to do."""

from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum

import msgspec

from monitor.errors import AnchorwatchError
from monitor.deliver.ports import CellStatus
from monitor.anchors.ports import ListedAnchor


class Health(StrEnum):
    """How a check went."""

    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"


class Finding(msgspec.Struct, frozen=True):
    """What one check found, and what to do where it is not good."""

    what: str
    health: Health
    detail: str
    remedy: str = ""


def examine(checks: Iterable[tuple[str, Callable[[], Sequence[Finding]]]]) -> list[Finding]:
    """Run every check; one that fails is a finding of its own and stops none of the others."""
    found: list[Finding] = []
    for what, check in checks:
        try:
            found += check()
        except AnchorwatchError as err:
            found.append(Finding(what, Health.BAD, str(err)))
    return found


def anchors(listed: Sequence[ListedAnchor], cells: Sequence[CellStatus]) -> list[Finding]:
    """Whether every model with traffic is held to an anchor that measured its intents."""
    active = {anchor.model: anchor for anchor, since in listed if since is not None}
    found = [
        Finding(
            "anchors",
            Health.WARNING,
            f"{anchor.model}: anchor {anchor.id[:12]} was never activated",
            f"anchorwatch anchor activate {anchor.id[:12]}",
        )
        for anchor, since in listed
        if since is None and anchor.model not in active
    ]
    for model in sorted({status.state.cell.model for status in cells} - active.keys()):
        found.append(
            Finding(
                "anchors",
                Health.BAD,
                f"{model} has traffic and no active anchor",
                f"anchorwatch anchor import FILE --model {model.name} --version {model.version}"
                f" --environment {model.environment} --activate",
            )
        )
    for model, anchor in sorted(active.items()):
        live = {status.state.cell.intent for status in cells if status.state.cell.model == model}
        unknown = sorted(live - {intent for intent, _ in anchor.promises})
        if unknown:
            found.append(
                Finding(
                    "anchors",
                    Health.WARNING,
                    f"{model}: its anchor never measured"
                    f" {', '.join(unknown[:5])}{' and more' if len(unknown) > 5 else ''}",
                    "evaluate them offline and import a new anchor",
                )
            )
    if not listed and not found:
        found.append(Finding("anchors", Health.BAD, "none imported", "anchorwatch anchor import FILE …"))
    return found or [Finding("anchors", Health.GOOD, f"{len(active)} active")]
