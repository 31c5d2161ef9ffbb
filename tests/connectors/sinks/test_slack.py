"""The Slack message, whole, and within Slack's limits whatever it is made of."""

import json
from typing import Any

import httpx
import pytest

from connectors.sinks.http import Http
from connectors.sinks.slack import SlackSink, escape, payload
from monitor.domain.events.types import Model
from monitor.domain.slices.cells import Cell
from monitor.domain.telling.kinds import NoticeKind
from monitor.domain.telling.notices import Notice
from monitor.domain.telling.page import Page
from monitor.errors import DeliveryError
from reports.pages.page import page_of
from tests.notices import AT, data_export_request, gdpr_erasure, many, notice
from tests.sending import send


def message(news: Notice) -> dict[str, Any]:
    return payload(page_of(news))


def mrkdwn(words: str) -> dict[str, str]:
    return {"type": "mrkdwn", "text": words}


def test_where_one_goes_on_is_a_button_that_slack_itself_opens() -> None:
    made = message(notice(gdpr_erasure(), dashboard="https://watch.example.org/incidents/17"))
    name = {"type": "plain_text", "text": "Open", "emoji": False}
    assert made["blocks"][-1] == {
        "type": "actions",
        "elements": [{"type": "button", "text": name, "url": "https://watch.example.org/incidents/17"}],
    }
    for words in ("", "the wiki, page 3"):
        assert message(notice(gdpr_erasure(), dashboard=words))["blocks"][-1]["type"] == "section"


def test_the_whole_message_about_two_intents() -> None:
    title = "tickets v7 (prod): gdpr_erasure recall 0.39 live against 0.88 offline, and 1 more intent"

    assert message(
        notice(gdpr_erasure(), data_export_request(), runbook="https://wiki.example/a?b=1&c=2")
    ) == {
        "text": title,
        "blocks": [
            {"type": "header", "text": {"type": "plain_text", "text": title, "emoji": False}},
            {"type": "section", "text": mrkdwn("Incident 17 opened at 2026-11-23 09:10 UTC.")},
            {
                "type": "section",
                "text": mrkdwn("*gdpr_erasure*"),
                "fields": [
                    mrkdwn("*since onset*\n0.39 (0.27 to 0.52, 61 labelled)"),
                    mrkdwn("*offline*\n0.88 (0.80 to 0.93, 120 examples); floor 0.78"),
                    mrkdwn("*real rows only*\n0.45 (0.29 to 0.62, 38 real examples)"),
                    mrkdwn("*since*\n2026-11-20 04:10 UTC, estimated"),
                    mrkdwn(
                        "*noticed*\n2026-11-23 09:10 UTC, 3 days 5 h later; newest labelled ticket 7 h old"
                    ),
                    mrkdwn("*tickets missed*\nabout 74 (58 to 89)"),
                    mrkdwn(
                        "*misses went to*\n"
                        "feature_request 41 %, cancel_account 35 %, billing 11 % (of 37 misses)"
                    ),
                    mrkdwn("*evidence*\nthe bet against the promise won 5.6 times what pages"),
                ],
            },
            {
                "type": "section",
                "text": mrkdwn("*data_export_request*"),
                "fields": [
                    mrkdwn("*since onset*\n0.44 (0.27 to 0.62, 34 labelled)"),
                    mrkdwn("*offline*\n0.91 (0.84 to 0.96, 100 examples); floor 0.81"),
                    mrkdwn("*since*\n2026-11-21 16:40 UTC, estimated"),
                    mrkdwn(
                        "*noticed*\n2026-11-23 09:10 UTC, 1 day 16 h later; newest labelled ticket 2 h old"
                    ),
                    mrkdwn("*tickets missed*\nabout 31 (21 to 40)"),
                    mrkdwn("*misses went to*\nfeature_request 58 %, how_to 42 % (of 19 misses)"),
                    mrkdwn("*evidence*\nthe bet against the promise won 1.1 times what pages"),
                ],
            },
            {
                "type": "section",
                "text": mrkdwn(
                    "*budget*  at most 1 false page a year over everything watched\n"
                    "*release*  v7, first prediction 2026-11-03 08:00 UTC\n"
                    "*blast radius*  privacy requests; the legal answer is due within 30 days\n"
                    "*runbook*  https://wiki.example/a?b=1&amp;c=2\n"
                    "*next*  `anchorwatch incident show 17`\n"
                    "*on it*  `anchorwatch incident ack 17`\n"
                    "*quiet*  `anchorwatch silence add --incident 17 --until 8h --reason WHY`"
                ),
            },
        ],
    }


def test_names_cannot_mention_anybody() -> None:
    news = notice(gdpr_erasure(cell=Cell(Model("m", "1"), "<!channel> & co")))

    body = message(news)

    assert body["text"].startswith("tickets v7 (prod): &lt;!channel&gt; &amp; co recall 0.39 live")
    assert body["blocks"][2]["text"]["text"] == "*&lt;!channel&gt; &amp; co*"
    assert "<" not in str(body)


def test_forty_members_stay_within_the_limits() -> None:
    body = message(notice(*many(40)))

    within_limits(body)
    assert len(body["blocks"]) == 7
    assert body["blocks"][-2]["fields"][-1] == mrkdwn("*and 28 more*\nnot shown here")


def test_everything_too_long_is_cut_and_the_last_part_stays() -> None:
    long = Model("&" * 255, "<" * 255, ">" * 255)
    members = [
        gdpr_erasure(
            cell=Cell(long, f"{i}" + "&" * 250, "channel=" + "<" * 255),
            misses_to={"&" * 250: 1, "<" * 250: 1},
            caveats=["&" * 3000],
        )
        for i in range(40)
    ]
    news = notice(*members, model=long, reason="&" * 5000, blast_radius="&" * 5000, runbook="&" * 5000)

    body = message(news)

    within_limits(body)
    assert "*next*  `anchorwatch incident show 17`" in body["blocks"][-1]["text"]["text"]
    sections = [(f"part {i}", [("figures", "&" * 400)] * 11) for i in range(60)]
    crowded = payload(Page("title", [("", [("", "lead")]), *sections, ("", [("next", "cmd")])], "", {}, {}))
    within_limits(crowded)
    assert crowded["blocks"][-2]["text"] == mrkdwn("Too long for Slack: 58 more parts are left out.")


def within_limits(body: dict[str, Any]) -> None:
    header, *rest = body["blocks"]
    texts = [part["text"] for block in rest for part in [block["text"], *block.get("fields", [])]]
    assert len(body["text"]) <= 3000
    assert len(header["text"]["text"]) <= 150
    assert len(body["blocks"]) <= 50
    assert all(1 <= len(block["text"]["text"]) <= 3000 for block in rest)
    assert all(len(block.get("fields", [])) <= 10 for block in rest)
    assert all(len(part["text"]) <= 2000 for block in rest for part in block.get("fields", []))
    assert sum(map(len, texts)) + 150 <= 12_200


@pytest.mark.parametrize(
    ("words", "limit", "escaped"),
    [
        ("a<b>&c", 99, "a&lt;b&gt;&amp;c"),
        ("&&", 10, "&amp;&amp;"),
        ("&&", 9, "&amp;…"),
        ("&&", 5, "…"),
        ("abcd", 4, "abcd"),
        ("abcde", 4, "abc…"),
        ("", 4, ""),
    ],
)
def test_escapes_are_never_cut_in_two(words: str, limit: int, escaped: str) -> None:
    assert escape(words, limit) == escaped


def test_an_answer_that_is_not_ok_is_not_slack() -> None:
    page_of_a_proxy = httpx.Response(200, stream=httpx.ByteStream(b"<html>please sign in</html>"))
    client = httpx.Client(transport=httpx.MockTransport(lambda request: page_of_a_proxy))
    http = Http(lambda: AT, client=client)
    sink = SlackSink("oncall", "https://hooks.example/s", http)

    with pytest.raises(DeliveryError, match="answered, but not with Slack's `ok`") as caught:
        send(sink, notice())

    assert not caught.value.retryable


def test_buttons_are_under_what_stands_and_know_the_incident() -> None:
    sent: list[dict[str, Any]] = []

    def taken(request: httpx.Request) -> httpx.Response:
        sent.append(json.loads(request.content))
        return httpx.Response(200, stream=httpx.ByteStream(b"ok"))

    http = Http(lambda: AT, client=httpx.Client(transport=httpx.MockTransport(taken)))
    news = notice(gdpr_erasure())
    for sink in (
        SlackSink("s", "https://x.example", http, buttons=True),
        SlackSink("s", "https://x.example", http),
    ):
        send(sink, news)
    buttons, line = sent[0]["blocks"][-2:]
    assert buttons["block_id"] == f"anchorwatch:{news.dedup_key}"
    assert [each["action_id"] for each in buttons["elements"]] == [
        "anchorwatch.acknowledge",
        "anchorwatch.resolve",
    ]
    assert (line["type"], line["dispatch_action"]) == ("input", True)
    assert line["block_id"] == f"anchorwatch:{news.dedup_key}:note"
    assert sent[1]["blocks"] == sent[0]["blocks"][:-2]
    over = notice(gdpr_erasure(), kind=NoticeKind.RESOLVED)
    send(SlackSink("s", "https://x.example", http, buttons=True), over)
    assert not any("block_id" in block for block in sent[2]["blocks"])
