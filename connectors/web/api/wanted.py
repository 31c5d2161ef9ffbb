"""What labels are wanted for, read by programs: plans, draws, disputed tickets, and notes before any label."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from connectors.web.api.answers import AskedPart, answer, part_of
from connectors.web.api.documented import lists, reads
from connectors.web.api.shapes.labelling import SentDisputed, SentDraw, SentEarlyLook, SentLabelPlan
from monitor.errors import ConfigError
from monitor.review.ports.label_pages import LabelPages


def wanted(router: APIRouter, pages: LabelPages) -> None:
    """Add the routes."""

    @router.get(
        "/labels/plan",
        tags=["labels"],
        summary="How many labels a day see a fall of each intent of a model in time",
        **reads(SentLabelPlan, "conflict", words="The plan of the one model that fits."),
    )
    def plan_labels(
        request: Request,
        model: Annotated[str, Query(description="Its name, where there are several.")] = "",
        version: Annotated[str, Query(description="Its version.")] = "",
        environment: Annotated[str, Query(description="Where it runs.")] = "",
        per_day: Annotated[float | None, Query(ge=0.001, le=1e9, description="With so many a day.")] = None,
        within_days: Annotated[float | None, Query(ge=0.01, le=36_500, description="In time.")] = None,
        fall_to: Annotated[float | None, Query(ge=0, le=0.99, description="The recall after it.")] = None,
        auc: Annotated[float | None, Query(ge=0.5, le=0.999, description="How well scores tell.")] = None,
    ) -> Response:
        numbers = {"per_day": per_day, "within_days": within_days, "fall_to": fall_to, "auc": auc}
        named = {"model": model, "version": version, "environment": environment}
        given = {name: repr(number) for name, number in numbers.items() if number is not None}
        content = pages.plan({**named, **given}).content
        if isinstance(content, Mapping) and "models" in content:
            models = ", ".join(content["models"])
            raise ConfigError(
                [f"several models answer: {models}; name one by model, version and environment"]
            )
        return answer(request, content)

    @router.get(
        "/labels/drawn",
        tags=["labels"],
        summary="Every draw of tickets to label, the oldest first",
        **lists(SentDraw, words="A part of them."),
    )
    def list_draws(request: Request, part: AskedPart) -> Response:
        return part_of(request, pages.drawn().content, part)

    @router.get(
        "/labels/disputed",
        tags=["labels"],
        summary="The 50 tickets that a second person should read first",
        **lists(SentDisputed, "not_found", words="A part of them."),
    )
    def list_disputed(
        request: Request,
        part: AskedPart,
        model: Annotated[str, Query(description="Only these models'; `*` and `?` stand for anything.")] = "",
    ) -> Response:
        return part_of(request, pages.disputed({"model": model}).content, part)

    @router.get(
        "/labels/early",
        tags=["labels"],
        summary="What was noted before any label, and the tickets that would tell",
        **lists(SentEarlyLook, "not_found", words="A part of the notes."),
    )
    def list_early(
        request: Request,
        part: AskedPart,
        intent: Annotated[str, Query(description="Only these intents; `*` and `?` stand for anything.")] = "",
    ) -> Response:
        return part_of(request, pages.early({"intent": intent}).content, part)
