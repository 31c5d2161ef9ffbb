"""Silences, made and ended by programs."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path
from pydantic import Field
from starlette.responses import Response

from connectors.web.api.bodies import Body, SomeWords, Until
from connectors.web.api.documented import writes
from connectors.web.api.once import AskedWriting, sent
from connectors.web.api.shapes.silences import SentSilence
from monitor.review.ports.writing import Writer

SilenceField = Literal["model", "version", "environment", "intent", "slice", "group"]
SilenceNumber = Annotated[int, Path(ge=1, le=2**63 - 1, description="The silence's number.")]


class NewSilence(Body):
    """What is to be silent, why, and for how long. Every matcher must fit; `*` and `?` stand for anything."""

    matchers: Annotated[dict[SilenceField, SomeWords], Field(min_length=1)]
    why: SomeWords
    until: Until


_EXAMPLE = {
    "id": 3,
    "matchers": {"intent": "gdpr_*"},
    "author": "ana",
    "reason": "known, a release follows",
    "begins": "2026-11-27T03:00:00+00:00",
    "ends": "2026-11-27T11:00:00+00:00",
    "holds": True,
    "sink": None,
    "read_at": None,
}


def silenced(router: APIRouter, writer: Writer) -> None:
    """Add the routes."""

    @router.post(
        "/silences",
        tags=["silences"],
        summary="Hear nothing of what fits for a while",
        **writes(
            SentSilence, "request_in_progress", "key_used", status=201, words="The silence.", example=_EXAMPLE
        ),
    )
    def add_silence(writing: AskedWriting, asked: NewSilence) -> Response:
        matchers = {str(field): pattern for field, pattern in asked.matchers.items()}
        who = writing.who(asked.by)
        return sent(writer.silence(writing.asked(201), matchers, who, asked.why, asked.until))

    @router.post(
        "/silences/{number}/expire",
        tags=["silences"],
        summary="End a silence now",
        **writes(
            SentSilence,
            "not_found",
            "request_in_progress",
            "key_used",
            words="The silence.",
            example=_EXAMPLE,
        ),
    )
    def expire_silence(writing: AskedWriting, number: SilenceNumber) -> Response:
        return sent(writer.expire(writing.asked(), number))
