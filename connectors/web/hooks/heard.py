"""What somebody did elsewhere about an incident, done here as by its command: once, with their name."""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

import msgspec

from monitor.domain.access.requests import KeyedRequest, RequestAnswer
from monitor.domain.text.plain import plain
from monitor.errors import AnchorwatchError
from monitor.review.ports.writing import AskedWrite, Writer

NAME_MAX, WORDS_MAX = 100, 2_000


class HeardAct(StrEnum):
    """What they did."""

    ACKNOWLEDGE = "acknowledge"
    NOTE = "note"
    RESOLVE = "resolve"


class Heard(NamedTuple):
    """An act in another system. `id` is of this very act there, `who` the person's name, `words` what they wrote."""

    system: str
    id: str
    act: HeardAct
    who: str
    words: str = ""


def take(writer: Writer, heard: Heard, number: int) -> RequestAnswer:
    """Do it, unless that was done before. What comes too late, as of an incident that is over, is answered with why.

    Raises:
        RequestInProgressError: the same is being done.
        LeaseHeldError, UnavailableError: it was not done, and the other system is to send it again.
    """
    key = KeyedRequest(heard.system, f"hooks/{heard.system}", heard.id, b"")
    asked: AskedWrite[object] = AskedWrite(key, lambda _: DONE, _refused)
    who = f"{plain(heard.who).strip()[:NAME_MAX] or 'somebody'} ({heard.system})"
    words = heard.words.strip()[:WORDS_MAX]
    match heard.act:
        case HeardAct.ACKNOWLEDGE:
            return writer.acknowledge(asked, number, who, words)
        case HeardAct.RESOLVE:
            return writer.resolve(asked, number, who, words)
        case HeardAct.NOTE:
            return writer.note(asked, number, who, words)


def ignored(why: str) -> RequestAnswer:
    """Nothing is to be done about it, and sending it again would not help."""
    return _answer({"done": False, "why": why})


def _answer(content: Mapping[str, object]) -> RequestAnswer:
    return RequestAnswer(200, msgspec.json.encode(content).decode())


def _refused(refusal: AnchorwatchError) -> RequestAnswer:
    return ignored(str(refusal))


DONE = _answer({"done": True})
