"""Deploys in, what `anchorwatch deploy list` shows out."""

from collections.abc import Sequence
from typing import Any

from monitor.domain.incidents.deploys import Deploy
from reports.figures import moment
from reports.render.blocks import Block, View


def as_object(deploy: Deploy) -> dict[str, Any]:
    """One deploy, as JSON; `model` and `version` are "" where nobody said them."""
    return {
        "id": deploy.id,
        "at": deploy.at.isoformat(),
        "model": deploy.model,
        "version": deploy.version,
        "text": deploy.text,
        "author": deploy.author,
    }


def deploys_view(deploys: Sequence[Deploy]) -> View:
    """Every deploy, each in a line."""
    rows = [
        [
            str(each.id),
            moment(each.at),
            each.model or "every model",
            each.version or "-",
            each.text,
            each.author,
        ]
        for each in deploys
    ]
    block = Block(
        columns=("no.", "at", "model", "version", "what", "by"),
        rows=rows,
        notes=[] if rows else ["no deploy is noted"],
    )
    return View([block], [as_object(each) for each in deploys])
