"""What was sent about an incident in; who was told, and the page as it was sent, out."""

from collections.abc import Sequence
from typing import Any

from monitor.domain.telling.kinds import NoticeKind
from monitor.review.ports.messages import SentMessage
from reports.figures import moment
from reports.pages.page import page_of
from reports.render.blocks import Block, TableCell, View

_PAGES = (NoticeKind.OPENED, NoticeKind.REOPENED)
_STATES = {"sent": "sent", "pending": "waits", "sending": "is being sent", "failed": "not taken"}
_MOODS = {"sent": "good", "pending": "warn", "sending": "warn", "failed": "bad"}


def messages_blocks(messages: Sequence[SentMessage]) -> list[Block]:
    """Who was told what, and the newest page as it was sent; nothing where nobody was."""
    if not messages:
        return []
    rows: list[list[str | TableCell]] = [
        [
            moment(each.at),
            each.sink,
            each.notice.kind.value.removeprefix("incident."),
            TableCell(_STATES.get(each.state, each.state), _MOODS.get(each.state, "")),
            _when(each),
            each.error if each.state != "sent" else "",
        ]
        for each in messages
    ]
    told = Block(
        heading="who was told", columns=("written", "sink", "what", "state", "when", "trouble"), rows=rows
    )
    page = next((each for each in reversed(messages) if each.notice.kind in _PAGES), None)
    if page is None:
        return [told]
    return [told, Block(heading="the page as it was sent", verbatim=page_of(page.notice).text.splitlines())]


def messages_view(messages: Sequence[SentMessage]) -> View:
    """The same with every message in words, for programs."""
    return View(messages_blocks(messages), [as_object(each) for each in messages])


def as_object(message: SentMessage) -> dict[str, Any]:
    """One message, as JSON, with what its sink was sent as people read it."""
    page = page_of(message.notice)
    return {
        "sink": message.sink,
        "kind": message.notice.kind.value,
        "at": message.at.isoformat(),
        "state": message.state,
        "attempts": message.attempts,
        "sent_at": message.sent_at.isoformat() if message.sent_at else None,
        "next_try": message.next_try.isoformat() if message.next_try else None,
        "error": message.error,
        "title": page.title,
        "text": page.text,
    }


def _when(message: SentMessage) -> str:
    if message.sent_at is not None:
        return moment(message.sent_at)
    return f"again {moment(message.next_try)}" if message.next_try is not None else ""
