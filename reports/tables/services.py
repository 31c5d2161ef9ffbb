"""Versions in, what `anchorwatch version list` shows out."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from monitor.domain.events.types import Model
from monitor.domain.judging.service import Service, VersionService
from monitor.domain.judging.state import Retirement
from monitor.review.ports.status import ModelLabels
from reports.figures import duration
from reports.render.blocks import Block, Column, TableCell, View

_MOODS = {Service.SERVING: "good", Service.REPLACED: "", Service.RETIRED: "quiet"}


def services_view(
    services: Mapping[Model, VersionService], labelling: Sequence[ModelLabels], now: datetime
) -> View:
    """Every version, each in a line: by model, environment and version."""
    labels = {of.model: of for of in labelling}
    ordered = sorted(services, key=lambda model: (model.name, model.environment, model.version))
    rows = [_row(model, services[model], labels.get(model), now) for model in ordered]
    block = Block(
        columns=[
            "model",
            "version",
            Column("environment", spare=3),
            "service",
            Column("last prediction", figures=True),
            Column("predictions", figures=True, spare=1),
            Column("labelled", figures=True, spare=2),
            "retired",
            Column("why", spare=4),
        ],
        rows=rows,
        notes=[] if rows else ["no version yet: events name them"],
    )
    return View([block], [as_object(model, services[model], labels.get(model)) for model in ordered])


def as_object(model: Model, service: VersionService, labels: ModelLabels | None) -> dict[str, Any]:
    """One version, as JSON."""
    retirement = service.retirement
    return {
        "model": model.name,
        "version": model.version,
        "environment": model.environment,
        "service": service.service.value,
        "last_prediction": service.last_prediction.isoformat() if service.last_prediction else None,
        "predictions": labels.predictions if labels else 0,
        "labelled": labels.outcomes if labels else 0,
        "retired_at": retirement.at.isoformat() if retirement else None,
        "retired_by": retirement.by if retirement else None,
        "reason": retirement.why if retirement else None,
    }


def _row(
    model: Model, known: VersionService, labels: ModelLabels | None, now: datetime
) -> list[str | TableCell]:
    last = known.last_prediction
    return [
        model.name,
        model.version,
        model.environment,
        TableCell(known.service.value, _MOODS[known.service]),
        f"{duration(now - last)} ago" if last is not None and last < now else "now" if last else "-",
        f"{labels.predictions:,}" if labels else "-",
        f"{labels.outcomes:,}" if labels else "-",
        *_retired(known.retirement),
    ]


def _retired(retirement: Retirement | None) -> tuple[str, str]:
    """When, and why."""
    if retirement is None:
        return "-", ""
    why = (
        f"by {retirement.by}: {retirement.why}".removesuffix(": ")
        if retirement.by
        else "another version answers"
    )
    return f"{retirement.at:%Y-%m-%d}", why
