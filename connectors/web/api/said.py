"""What a program says of an incident: acknowledge, note, resolve, silence its members."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import AfterValidator
from pydantic_core import PydanticCustomError
from starlette.responses import Response

from connectors.web.api.bodies import Body, SomeWords, Until, Words
from connectors.web.api.documented import writes
from connectors.web.api.incidents import Number
from connectors.web.api.once import AskedChange, sent
from connectors.web.api.shapes.incidents import SentIncident
from monitor.review.ports.writing import Writer


class SaidWhy(Body):
    """Why, for its history and those who were told."""

    why: Words = ""


def _said(words: str) -> str:
    if not words.strip():
        raise PydanticCustomError("blank", "say what was done; it is kept and told")
    return words


class Resolved(Body):
    """What was done; it is kept and told."""

    why: Annotated[SomeWords, AfterValidator(_said)]


class Note(Body):
    """What to remember; nobody is told."""

    words: SomeWords


class SilencedFor(Body):
    """Why its members are to be silent, and for how long."""

    why: SomeWords
    until: Until


_DOCUMENTED = writes(
    SentIncident,
    "not_found",
    "changed_meanwhile",
    "request_in_progress",
    "key_used",
    words="The incident as it is now.",
)


def said(router: APIRouter, writer: Writer) -> None:
    """Add the routes."""

    @router.post(
        "/incidents/{number}/acknowledge", tags=["incidents"], summary="Somebody is on it", **_DOCUMENTED
    )
    def acknowledge(writing: AskedChange, number: Number, said: SaidWhy | None = None) -> Response:
        said = said or SaidWhy()
        return sent(writer.acknowledge(writing.asked(), number, writing.who(said.by), said.why))

    @router.post("/incidents/{number}/note", tags=["incidents"], summary="One more line", **_DOCUMENTED)
    def note(writing: AskedChange, number: Number, said: Note) -> Response:
        return sent(writer.note(writing.asked(), number, writing.who(said.by), said.words))

    @router.post("/incidents/{number}/resolve", tags=["incidents"], summary="It is over", **_DOCUMENTED)
    def resolve(writing: AskedChange, number: Number, said: Resolved) -> Response:
        return sent(writer.resolve(writing.asked(), number, writing.who(said.by), said.why))

    @router.post(
        "/incidents/{number}/silence",
        tags=["incidents"],
        summary="Hear nothing of its members for a while",
        **_DOCUMENTED,
    )
    def silence(writing: AskedChange, number: Number, said: SilencedFor) -> Response:
        who = writing.who(said.by)
        return sent(writer.silence_members(writing.asked(), number, who, said.why, said.until))
