"""Slack by incoming webhook: the page's title and sections as blocks, within Slack's limits.

A webhook can't edit, thread or resolve, so what happens later is a message of its own.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
from typing_extensions import override

from connectors.sinks.http import Http
from monitor.deliver.ports import Sink
from monitor.domain.telling.notices import Notice
from monitor.domain.telling.page import Page, Rows, ShellCommand
from monitor.errors import DeliveryError

HEADER_MAX = 150
TEXT_MAX = 3000
FIELD_MAX = 400
FIELDS_MAX = 10
BLOCKS_MAX = 50
TOTAL_MAX = 12_000  # Slack refuses a message near 13,200 characters, and documents no number


class SlackSink(Sink):
    """Sends one message a notice to the channel the webhook's address belongs to."""

    def __init__(self, name: str, url: str, http: Http) -> None:
        self.name = name
        self._url = url
        self._http = http

    @override
    def send(self, notice: Notice, page: Page) -> None:
        answer = self._http.post_json(self._url, msgspec.json.encode(payload(page)))
        if answer.strip() != "ok":
            raise DeliveryError("the address answered, but not with Slack's `ok`", retryable=False)


def payload(page: Page) -> dict[str, Any]:
    """The whole message: a header, then fields under each heading and loose lines where there is none.

    The first and the last section always stay; others give way, the last first, if all is too long.
    """
    heading = {"type": "plain_text", "text": escape(page.title, HEADER_MAX), "emoji": False}
    blocks = [_block(heading, rows) for heading, rows in page.sections]
    left_out = 0
    while len(blocks) > 2 and (len(blocks) >= BLOCKS_MAX or _length(blocks) > TOTAL_MAX):
        del blocks[-2]
        left_out += 1
    if left_out:
        blocks.insert(-1, _lines([("", f"Too long for Slack: {left_out} more parts are left out.")]))
    return {"text": escape(page.title, TEXT_MAX), "blocks": [{"type": "header", "text": heading}, *blocks]}


def escape(words: str, limit: int) -> str:
    """Escape Slack's three control characters, and cut to the limit without cutting an escape in two."""
    codes = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
    pieces = [codes.get(char, char) for char in words]
    length = sum(map(len, pieces))
    if length <= limit:
        return "".join(pieces)
    while length > limit - 1:
        length -= len(pieces.pop())
    return "".join(pieces) + "…"


def _block(heading: str, rows: Rows) -> dict[str, Any]:
    if not heading:
        return _lines(rows)
    fields = [
        _mrkdwn((f"*{escape(label, 80)}*\n" if label else "") + escape(value, FIELD_MAX))
        for label, value in rows[:FIELDS_MAX]
    ]
    return {"type": "section", "text": _mrkdwn(f"*{escape(heading, FIELD_MAX)}*"), "fields": fields}


def _lines(rows: Rows) -> dict[str, Any]:
    room = TEXT_MAX // max(1, len(rows)) - 100
    lines = []
    for label, value in rows:
        words = escape(value, room)
        quoted = f"`{words}`" if isinstance(value, ShellCommand) else words
        lines.append(f"*{escape(label, 80)}*  {quoted}" if label else quoted)
    return {"type": "section", "text": _mrkdwn("\n".join(lines))}


def _mrkdwn(words: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": words}


def _length(blocks: Sequence[dict[str, Any]]) -> int:
    return HEADER_MAX + sum(len(part["text"]) for b in blocks for part in [b["text"], *b.get("fields", [])])
