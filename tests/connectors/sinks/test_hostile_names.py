"""Names are never markup, in no message of any sink: whatever an outsider calls something, it stands there as words."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from types import SimpleNamespace
from typing import Any

import httpx
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.sinks import pagerduty, slack, webhook
from connectors.sinks.alertmanager import AlertmanagerSink
from connectors.sinks.alertmanager import payload as alerts_posted
from connectors.sinks.apprise import AppriseSink
from connectors.sinks.http import Http
from connectors.sinks.pagerduty import PagerDutySink
from connectors.sinks.slack import SlackSink
from connectors.sinks.webhook import WebhookSink
from monitor.domain.events.names import CHARACTERS_MAX
from monitor.domain.events.types import Model
from monitor.domain.slices.cells import Cell
from monitor.domain.telling.about import IncidentNews, SinkRecovery, WeekDigest
from monitor.domain.telling.kinds import CLOSING, STANDING, NoticeKind
from monitor.domain.telling.notices import Notice
from reports.pages.page import page_of
from tests.connectors.sinks.smtp import sink as mail_sink
from tests.fakes.sent_alerts import FakeSentAlerts
from tests.hostile import KINDS, Page, unprintable
from tests.notices import AT, gdpr_erasure, notice, of_kind
from tests.sending import client

ANYTHING = st.one_of(
    st.sampled_from(sorted(KINDS.values())), st.text(st.characters(codec="utf-8"), max_size=300)
)
NAMES = ANYTHING.map(lambda words: words.replace("\0", "")[:CHARACTERS_MAX].strip() or "x")


@st.composite
def notices(draw: st.DrawFn) -> Notice:
    """A notice of any kind, each name of which an outsider chose."""
    model = Model(draw(NAMES), draw(NAMES), draw(NAMES))
    cell = Cell(model, draw(NAMES), f"{draw(NAMES)}={draw(NAMES)}")
    member = gdpr_erasure(cell=cell, misses_to={draw(NAMES): 3}, slices=[draw(NAMES)])
    kind = draw(st.sampled_from(list(NoticeKind)))
    match kind:
        case NoticeKind.SINK_FAILED:
            made = Notice.of_sink(draw(ANYTHING) or "x", draw(ANYTHING), "n", AT)
        case NoticeKind.SINK_WORKING:
            made = Notice.of_sink_again(SinkRecovery(sink=draw(ANYTHING) or "x", since=AT, waited=1), AT)
        case NoticeKind.REPORT:
            made = Notice.of_week(WeekDigest(week="2026-W47", lines=[("changed", draw(ANYTHING))]), AT)
        case kind if kind in (*STANDING, *CLOSING, NoticeKind.ACKNOWLEDGED, NoticeKind.MEMBER_RECOVERED):
            words = draw(ANYTHING)
            made = notice(
                member, kind=kind, model=model, reason=words, blast_radius=draw(ANYTHING), over=[member]
            )
        case _:
            made = of_kind(kind, member)
    return made


hostile = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


def strings(content: object) -> Iterator[str]:
    """Every string of a JSON document."""
    if isinstance(content, str):
        yield content
    elif isinstance(content, dict):
        for name, value in content.items():
            yield name
            yield from strings(value)
    elif isinstance(content, list):
        for value in content:
            yield from strings(value)


# What Slack makes of the text of an mrkdwn object beyond the words that stand there.
_SLACK_ACTS = re.compile(
    r"<|>|(?<![\w&])[@#]\w|\w://|:[\w+-]*[a-z][\w+-]*:"
    r"|(?<!\w)([*_~`])(?=\S)[^\n]*?(?<=\S)\1(?!\w)|^&gt;",
    re.M,
)


@hostile
@given(notices())
def test_slack_shows_words_and_our_own_marks_only(made: Notice) -> None:
    message = json.loads(json.dumps(slack.payload(page_of(made))))
    assert not unprintable("".join(strings(message)))
    objects = [part for block in message["blocks"] for part in [block["text"], *block.get("fields", [])]]
    for part in objects:
        assert "<" not in part["text"]
        if part["type"] == "mrkdwn":
            ours = re.sub(r"(?m)^\*([^*\n]*)\*(?=$|  )", r"\1", part["text"])  # the labels that we make bold
            ours = re.sub(r"(?m)`anchorwatch [^`\n]*`$", "", ours)  # code, in which nothing acts
            ours = re.sub(r"(?m)^(runbook|dashboard|report)  \S+$", "", ours)
            assert not _SLACK_ACTS.search(ours), (ours, part)
        else:
            assert part["emoji"] is False


@hostile
@given(notices())
def test_pagerduty_gets_words(made: Notice) -> None:
    event = json.loads(msgspec.json.encode(pagerduty.triggered(made, page_of(made))))
    assert not unprintable("".join(strings(event)))
    assert len(event["payload"]["summary"]) <= 1024
    assert all(link["href"].startswith("http") for link in event.get("links", []))
    assert len(json.dumps(event)) < 500_000


@hostile
@given(notices())
def test_mail_has_our_headers_and_its_page_our_tags(made: Notice) -> None:
    raw = mail_sink(25).message(made, page_of(made)).as_bytes()
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    allowed = {"subject", "from", "to", "date", "message-id", "in-reply-to", "references", "auto-submitted",
               "x-auto-response-suppress", "importance", "mime-version", "content-type"}  # fmt: skip
    assert {name.lower() for name in message} <= allowed
    assert len(message.get_all("subject", [])) == len(message.get_all("to", [])) == 1
    assert not unprintable(message["subject"])
    assert len(message["subject"]) <= 200
    text, html = (message.get_body([kind]) for kind in ("plain", "html"))
    assert text is not None
    assert html is not None
    assert not unprintable(text.get_content().replace("\r\n", "\n"))
    page = Page(html.get_content())
    assert page.foreign == []
    assert not [link for link in page.links if "evil" in link or not link.startswith("http")]


class FakeApprise:
    """What it is given."""

    got: list[dict[str, str]]

    def __init__(self, asset: object) -> None:
        self.got = []

    def add(self, _: str) -> bool:
        return True

    def notify(self, **message: Any) -> bool:  # noqa: ANN401
        FakeApprise.got = [message]
        return True


@hostile
@given(notices())
def test_whatever_apprise_reaches_finds_no_mention_and_no_link_under_other_words(made: Notice) -> None:
    sink = AppriseSink("rest", ["json://x"], apprise=SimpleNamespace(Apprise=FakeApprise, AppriseAsset=dict))
    sink.send(made, page_of(made))
    (message,) = FakeApprise.got
    words = message["title"] + message["body"]
    assert not unprintable(words.replace("\u2060", ""))
    assert not re.search(r"@\w|<[!@#a-z/]|\]\(", words)
    assert "\n" not in message["title"]
    assert message["body_format"] == "text"


@hostile
@given(notices())
def test_alertmanager_s_annotations_are_words_and_its_labels_the_names_as_they_are(made: Notice) -> None:
    http = Http(lambda: AT, client=client())
    alerts = list(AlertmanagerSink("am", [], http, FakeSentAlerts()).alerts(made, page_of(made)))
    for alert in json.loads(alerts_posted(alerts, AT, timedelta(hours=72))):
        annotations = alert["annotations"]
        assert not unprintable("".join(annotations.values()).replace("\u2060", ""))
        assert not re.search(r"@\w|<[!@#a-z/]|\]\(", "".join(annotations.values()))
        assert all("\n" not in value for name, value in annotations.items() if name != "description")
    if isinstance(made.about, IncidentNews) and alerts:
        cell = made.about.members[0].cell
        assert (alerts[0].labels["intent"], alerts[0].labels["model"]) == (cell.intent, cell.model.name)


@hostile
@given(notices())
def test_a_webhook_gets_the_facts_as_they_are_and_clean_sentences(made: Notice) -> None:
    body = webhook.payload(made, page_of(made))
    message = json.loads(body)
    assert len(body) < webhook.BODY_MAX
    assert not unprintable(message["data"]["title"])
    if isinstance(made.about, IncidentNews) and message["data"]["members"]:
        assert message["data"]["members"][0]["intent"] == made.about.members[0].cell.intent


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_hostile_name_goes_through_every_http_sink(kind: str) -> None:
    """What is posted is JSON and the headers are ours, whatever the names are."""
    posted: list[httpx.Request] = []

    def take(request: httpx.Request) -> httpx.Response:
        posted.append(request)
        return httpx.Response(200, stream=httpx.ByteStream(b"ok"))

    http = Http(lambda: AT, client=httpx.Client(transport=httpx.MockTransport(take)))
    name = KINDS[kind][:CHARACTERS_MAX].strip()
    news = notice(
        gdpr_erasure(cell=Cell(Model(name, name, name), name, f"{name}={name}")), reason=KINDS[kind]
    )
    url = "https://hooks.example/in"
    for sink in (
        SlackSink("s", url, http),
        WebhookSink("w", url, http, secrets=["signing-key-of-24-bytes-or-more"]),
        AlertmanagerSink("a", [url], http, FakeSentAlerts()),
        PagerDutySink("p", "key", http, url=url),
    ):
        sink.send(news, page_of(news))
    assert len(posted) == 4
    for request in posted:
        assert json.loads(request.content)
        assert request.headers["content-type"] == "application/json"
