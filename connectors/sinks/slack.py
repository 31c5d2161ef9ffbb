"""Slack by incoming webhook: the page's title and sections as blocks, within Slack's limits.

A webhook can't edit, thread or resolve, so what happens later is a message of its own. Names are never markup:
mrkdwn knows no escape for its marks, so where a name has any the text is sent as plain text, which has none.
Source: Slack's docs, "Formatting message text" and "Text object".
"""

import re
from collections.abc import Sequence
from typing import Any

import msgspec
from typing_extensions import override

from connectors.sinks import slack_buttons
from connectors.sinks.http import Http
from monitor.deliver.ports import Sink
from monitor.domain.telling.kinds import STANDING
from monitor.domain.telling.notices import Notice
from monitor.domain.telling.page import Door, Link, Page, Rows, ShellCommand
from monitor.errors import DeliveryError

HEADER_MAX = 150
TEXT_MAX = 3000
FIELD_MAX = 400
FIELDS_MAX = 10
BLOCKS_MAX = 50
LABEL_MAX = 80
BUTTONS_MAX = 3
_ACTS = re.compile(
    r"\w://|(?<!\w)[@#]\w|:(?=[\w+-]*[a-z])[\w+-]+:"  # a link, a mention, an emoji
    r"|(?<!\w)([*_~`])(?=\S).*?(?<=\S)\1(?!\w)|^\s*>"  # bold, italic, struck out, code, a quotation
)
TOTAL_MAX = 12_000  # Slack refuses a message near 13,200 characters, and documents no number


class SlackSink(Sink):
    """Sends one message a notice to the channel the webhook's address belongs to.

    With `buttons` under those of an incident that stands.
    """

    def __init__(self, name: str, url: str, http: Http, *, buttons: bool = False) -> None:
        self.name = name
        self._url = url
        self._http = http
        self._buttons = buttons

    @override
    def send(self, notice: Notice, page: Page) -> None:
        key = notice.dedup_key if self._buttons and notice.kind in STANDING else ""
        answer = self._http.post_json(self._url, msgspec.json.encode(payload(page, key)))
        if answer.strip() != "ok":
            raise DeliveryError("the address answered, but not with Slack's `ok`", retryable=False)


def payload(page: Page, key: str = "") -> dict[str, Any]:
    """The whole message: a header, then fields under each heading and loose lines where there is none.

    The first and the last section always stay; others give way, the last first, if all is too long. An address at which
    one goes on is a button, too. With the dedup `key` of its incident there are buttons about that.
    """
    heading = {"type": "plain_text", "text": escape(page.title, HEADER_MAX), "emoji": False}
    blocks = [_block(heading, rows) for heading, rows in page.sections]
    doors = [value for _, rows in page.sections for _, value in rows if isinstance(value, Door)]
    asking = [_buttons(doors)] if doors else []
    asking += slack_buttons.blocks(key) if key else []
    left_out = 0
    while len(blocks) > 2 and (len(blocks) >= BLOCKS_MAX - len(asking) or _length(blocks) > TOTAL_MAX):
        del blocks[-2]
        left_out += 1
    if left_out:
        blocks.insert(-1, _lines([("", f"Too long for Slack: {left_out} more parts are left out.")]))
    blocks += asking
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
    fields = [_text([row], "\n", FIELD_MAX) for row in rows[:FIELDS_MAX]]
    return {"type": "section", "text": _text([(heading, "")], "", 0, FIELD_MAX), "fields": fields}


def _buttons(doors: Sequence[Door]) -> dict[str, Any]:
    """Where one goes on. Slack opens the address itself: nothing is sent to us."""
    name = {"type": "plain_text", "text": "Open", "emoji": False}
    return {
        "type": "actions",
        "elements": [{"type": "button", "text": name, "url": url[:TEXT_MAX]} for url in doors[:BUTTONS_MAX]],
    }


def _lines(rows: Rows) -> dict[str, Any]:
    return {"type": "section", "text": _text(rows, "  ", TEXT_MAX // max(1, len(rows)) - 100)}


def _text(rows: Rows, between: str, room: int, label_room: int = LABEL_MAX) -> dict[str, Any]:
    """Rows with bold labels; without any mark where Slack would take part of a name for one."""
    marked, bare = [], []
    for label, value in rows:
        name, words = escape(label, label_room), escape(value, room)
        quoted = f"`{words}`" if isinstance(value, ShellCommand) else words
        marked.append(f"*{name}*{between}{quoted}" if label else quoted)
        bare.append(f"{name}{between}{words}" if label else words)
    if all(_is_inert(label, value) for label, value in rows):
        return {"type": "mrkdwn", "text": "\n".join(marked)}
    return {"type": "plain_text", "text": "\n".join(bare), "emoji": False}


def _is_inert(label: str, value: str) -> bool:
    """Whether mrkdwn shows these words as they stand, between our own marks."""
    if any(mark in label for mark in "*`~") or _ACTS.search(label[:TEXT_MAX]):
        return False
    if isinstance(value, ShellCommand):
        return "`" not in value
    return isinstance(value, Link) or not _ACTS.search(value[:TEXT_MAX])


def _length(blocks: Sequence[dict[str, Any]]) -> int:
    return HEADER_MAX + sum(len(part["text"]) for b in blocks for part in [b["text"], *b.get("fields", [])])
