"""Slack's interactive messages: a button under a page was pressed, or a note typed there.

Source: Slack's docs, "Handling user interaction in your Slack apps" and "block_actions payload".
"""

from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

import msgspec

from connectors.sinks.slack_buttons import ACTION, BLOCK
from connectors.web.hooks.heard import Heard, HeardAct, ignored, take
from monitor.domain.access.requests import RequestAnswer
from monitor.review.ports.elsewhere import IncidentsElsewhere
from monitor.review.ports.writing import Writer

SYSTEM = "Slack"
REPLY_HOST = "hooks.slack.com"


class _User(msgspec.Struct):
    id: str = ""
    username: str = ""
    name: str = ""


class _Action(msgspec.Struct):
    action_id: str = ""
    block_id: str = ""
    value: str | None = None


class _Interaction(msgspec.Struct):
    type: str
    user: _User = msgspec.field(default_factory=_User)
    trigger_id: str = ""
    response_url: str = ""
    actions: list[_Action] = []


class SlackAnswer(NamedTuple):
    """What became of it, and the address at which only the person who pressed sees it; empty where there is none."""

    answer: RequestAnswer
    reply_to: str = ""


_decoder = msgspec.json.Decoder(_Interaction)


def hear_slack(body: bytes, writer: Writer, incidents: IncidentsElsewhere) -> SlackAnswer:
    """Do what somebody pressed, to the incident of that message.

    Raises:
        msgspec.DecodeError: it is no interaction of Slack.
        LeaseHeldError, RequestInProgressError, UnavailableError: as `take`.
    """
    form = parse_qs(body.decode("utf-8", errors="replace"))
    interaction = _decoder.decode(form.get("payload", [""])[0])
    reply_to = interaction.response_url if _is_slacks(interaction.response_url) else ""
    if interaction.type != "block_actions" or not interaction.actions:
        return SlackAnswer(ignored("nothing is done for that"))
    action = interaction.actions[0]
    known = action.action_id.startswith(ACTION) and action.block_id.startswith(BLOCK)
    name = action.action_id.removeprefix(ACTION)
    if not known or name not in set(HeardAct) or not interaction.trigger_id:
        return SlackAnswer(ignored("nothing is done for that"))
    number = incidents.by_key(action.block_id.removeprefix(BLOCK).partition(":")[0])
    if number is None:
        return SlackAnswer(ignored("there is no such incident any more"), reply_to)
    words = (action.value or "") if name == HeardAct.NOTE else ""
    who = interaction.user.name or interaction.user.username or interaction.user.id
    heard = Heard(SYSTEM, interaction.trigger_id[:200], HeardAct(name), who, words)
    return SlackAnswer(take(writer, heard, number), reply_to)


def words_of(answer: RequestAnswer) -> str:
    """What the person who pressed is told; empty where the channel hears of it anyway."""
    content = msgspec.json.decode(answer.body)
    return "" if content["done"] else f"Nothing was done: {content['why']}."


def _is_slacks(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "https" and parts.netloc == REPLY_HOST


Reply = Callable[[str, str], None]
"""Tell words to whoever reads at an address of Slack."""
