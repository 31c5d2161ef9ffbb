"""Who may enter the watch room in, what `anchorwatch token list` shows out. No hash is shown."""

from collections.abc import Sequence
from typing import Any

from monitor.domain.access.tokens import HeldToken
from reports.figures import moment
from reports.render.blocks import Block, View


def as_object(token: HeldToken) -> dict[str, Any]:
    """One person, as JSON."""
    return {
        "name": token.name,
        "role": token.role.value,
        "added": token.added.isoformat() if token.added else None,
    }


def tokens_view(tokens: Sequence[HeldToken]) -> View:
    """Everybody, each in a line."""
    rows = [[token.name, token.role.value, moment(token.added) if token.added else "-"] for token in tokens]
    block = Block(
        columns=("name", "role", "since"),
        rows=rows,
        notes=[] if rows else ["nobody has a token: `anchorwatch token add NAME --role responder`"],
    )
    return View([block], [as_object(token) for token in tokens])
