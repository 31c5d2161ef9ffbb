"""The rules of who may enter the watch room: a minimal violation of each, and its message."""

import json
from pathlib import Path

import pytest

from monitor.domain.access.visitor import RoomRole
from monitor.settings.load import load
from monitor.settings.web import WebSettings
from tests.settings.configurations import problems, written

HEADER = "header: X-Forwarded-User"
SECRET = "of-sixteen-chars"
RULES = [
    ("hooks: {slack: {}}", "web.hooks.slack: anybody could write there; give secrets or secret_file"),
    (
        "hooks: {pagerduty: {secrets: []}}",
        "web.hooks.pagerduty: anybody could write there; give secrets or secret_file",
    ),
    (
        "hooks: {labels: {sources: [{name: desk, signature: hub}]}}",
        "web.hooks.labels.sources[0]: anybody could write there; give secrets or secret_file",
    ),
    (
        "hooks: {labels: {sources: [{name: d, signature: hub, secrets: [$S]},"
        " {name: d, signature: hub, secrets: [$S]}]}}",
        "web.hooks.labels.sources[1].name: d is another's, too; give each a name of its own",
    ),
    (
        "hooks: {pagerduty: {secrets: [$S, '']}}",
        "web.hooks.pagerduty.secrets[1]: has 0 characters, which are guessed; give 16 or more",
    ),
    (
        "hooks: {slack: {secrets: [fifteen-letters]}}",
        "web.hooks.slack.secrets[0]: has 15 characters, which are guessed; give 16 or more",
    ),
    (
        "hooks: {labels: {sources: [{name: d, signature: header, secrets: ['$S ']}]}}",
        "web.hooks.labels.sources[0].secrets[0]: has white space around it; take it away",
    ),
    (
        "hooks: {labels: {sources: [{name: d, signature: header, secrets: [$S], format: label-studio, project: eu},"
        " {name: e, signature: header, secrets: [$S], format: label-studio}]}}",
        "web.hooks.labels.sources[1].project: of several label-studio senders each needs a project that no other has,"
        " or their annotations would take each other's place; name it",
    ),
    (
        "hooks: {labels: {sources: [{name: d, signature: hub, secrets: [$S], header: X-Desk}]}}",
        "web.hooks.labels.sources[0].header: has no effect on signature hub; remove it",
    ),
    (
        "hooks: {labels: {sources: [{name: d, signature: header, secrets: [$S], header: Cookie}]}}",
        "web.hooks.labels.sources[0].header: Cookie means something else; name one of its own, such as"
        " X-Anchorwatch-Secret",
    ),
    (
        "hooks: {labels: {sources: [{name: d, signature: hub, secrets: [$S], question: mood}]}}",
        "web.hooks.labels.sources[0].question: has no effect on format json; remove it",
    ),
    (
        "hooks: {labels: {sources: [{name: d, signature: hub, secrets: [$S], project: eu}]}}",
        "web.hooks.labels.sources[0].project: has no effect on format json; remove it",
    ),
    (
        "hooks: {labels: {sources: [{name: d, signature: header, secrets: [$S], format: label-studio,"
        " project: 'a:b'}]}}",
        "web.hooks.labels.sources[0].project: a colon ends it in a label's id; call it something without one",
    ),
    (
        "hooks: {labels: {sources: [{name: d, signature: header, secrets: [$S], format: label-studio,"
        " map: {label_id: $.a, prediction_id: $.b, labeled_at: $.c, intent: $.d}}]}}",
        "web.hooks.labels.sources[0].map: has no effect on label-studio, which says itself what it is; remove it",
    ),
    (
        "hooks: {labels: {sources: [{name: d, signature: hub, secrets: [$S], map: {label_id: a, prediction_id: $.b,"
        " labeled_at: $.c, intent: $.d}}]}}",
        "web.hooks.labels.sources[0].map.label_id.path: 'a' is no path; write $.a, or {const: …} for a value that is"
        " always the same",
    ),
    (
        "host: 0.0.0.0, url: 'http://watch'",
        "web.host: 0.0.0.0 can be reached from elsewhere, and the watch room would ask nobody who they are; set"
        " web.tokens_file or web.proxy, or listen on 127.0.0.1",
    ),
    (
        "host: example.org",
        "web.host: example.org can be reached from elsewhere, and the watch room would ask nobody who they are; set"
        " web.tokens_file or web.proxy, or listen on 127.0.0.1",
    ),
    (
        "host: '::', tokens_file: t.yaml",
        "web.hosts: the watch room answers only to its own names, which every address has none of; set web.url, or"
        " name the hosts here",
    ),
    (
        "hosts: ['*.example.org']",
        "web.hosts: '*.example.org' is no name of a host; write it without a scheme, a port or a pattern",
    ),
    (
        "hosts: ['watch:8700']",
        "web.hosts: 'watch:8700' is no name of a host; write it without a scheme, a port or a pattern",
    ),
    (
        "url: watch.example.org",
        "web.url: must be the address at which people reach the watch room; write https://HOST",
    ),
    ("url: 'https://ana:hunter2@watch'", "web.url: must not hold a user or a password; leave them out"),
    (
        "url: 'https://watch/room'",
        "web.url: the watch room is at the top of its host; write https://HOST with nothing behind it",
    ),
    ("url: 'https://[watch'", "web.url: is malformed; write https://HOST"),
    ("url: 'https://watch:no'", "web.url: is malformed; write https://HOST"),
    (
        f"proxy: {{addresses: [proxy.local, 127.0.0.1], {HEADER}}}",
        "web.proxy.addresses: 'proxy.local' is no address or network; write one such as 127.0.0.1 or 10.1.2.0/24",
    ),
    (
        f"proxy: {{addresses: [0.0.0.0/0], {HEADER}}}",
        "web.proxy.addresses: '0.0.0.0/0' is everybody's; name the proxy's own",
    ),
    (
        f"proxy: {{addresses: [10.0.0.1], {HEADER}}}",
        "web.proxy.addresses: at web.host 127.0.0.1 only a proxy on this machine gets in; add 127.0.0.1, or set"
        " web.host",
    ),
    (
        "proxy: {addresses: [127.0.0.1], header: 'X User'}",
        "web.proxy.header: 'X User' is no header that could say it; write one such as X-Forwarded-User",
    ),
    (
        "proxy: {addresses: [127.0.0.1], header: Cookie}",
        "web.proxy.header: 'Cookie' is no header that could say it; write one such as X-Forwarded-User",
    ),
    (
        "proxy: {addresses: [127.0.0.1]}",
        "web.proxy.header: without one nobody says who somebody is; name it, or set web.tokens_file",
    ),
    (
        "tokens_file: t, proxy: {addresses: [127.0.0.1], groups_header: G, groups: {a: viewer}}",
        "web.proxy.groups_header: has no effect without header; set that too",
    ),
    (
        f"proxy: {{addresses: [127.0.0.1], {HEADER}, groups: {{oncall: responder}}}}",
        "web.proxy.groups: groups_header and groups need each other; set both or none",
    ),
    (
        f"proxy: {{addresses: [127.0.0.1], {HEADER}, groups_header: X-Forwarded-Groups}}",
        "web.proxy.groups: groups_header and groups need each other; set both or none",
    ),
]
NOT_BY_KIND = [
    (f"proxy: {{{HEADER}}}", "web.proxy.addresses"),
    (f"proxy: {{addresses: [], {HEADER}}}", "web.proxy.addresses"),
    (f"proxy: {{addresses: [127.0.0.1], {HEADER}, role: admin}}", "web.proxy.role"),
    (f"proxy: {{addresses: [127.0.0.1], {HEADER}, groups: {{a: root}}}}", "web.proxy.groups.a"),
]


@pytest.mark.parametrize(("web", "problem"), RULES)
def test_each_broken_rule_is_named_with_what_to_do(web: str, problem: str) -> None:
    assert problems(f"web: {{{web}}}".replace("$S", SECRET)) == [problem]


@pytest.mark.parametrize(("web", "place"), NOT_BY_KIND)
def test_what_cannot_stand_there_is_named_with_its_place(web: str, place: str) -> None:
    (problem,) = problems(f"web: {{{web}}}")
    assert f"aw.yaml: {place}: " in problem


@pytest.mark.parametrize(
    "web",
    [
        "{}",
        "{host: localhost}",
        "{host: '::1'}",
        "{host: 127.0.0.2}",
        "{host: 10.1.2.3, tokens_file: t.yaml}",
        "{host: 0.0.0.0, tokens_file: t.yaml, url: 'https://watch.example.org/'}",
        "{host: '::', tokens_file: t.yaml, hosts: [watch, 10.1.2.3, '::2']}",
        f"{{proxy: {{addresses: [127.0.0.1, 10.0.0.0/8, '::1'], {HEADER}}}}}",
        "{tokens_file: t.yaml, proxy: {addresses: [127.0.0.1]}}",
        f"{{host: 10.1.2.3, proxy: {{addresses: [10.1.2.4], {HEADER}}}}}",
    ],
)
def test_what_keeps_the_rules_is_taken(web: str) -> None:
    load(written(f"web: {web}"))


def test_health_at_the_room_s_port_is_served_by_the_room_s_server_at_the_same_host() -> None:
    both = "web: {port: 8700, host: 10.1.2.3, tokens_file: t.yaml}\nmetrics: {port: 8700"
    assert problems(f"{both}}}") == [
        "metrics.host: the watch room has the same port at 10.1.2.3, so one server answers for both; set this to"
        " 10.1.2.3, or give metrics another port"
    ]
    assert load(written(f"{both}, host: 10.1.2.3}}")).one_server
    assert not load(written(both.replace("metrics: {port: 8700", "metrics: {port: 9464}"))).one_server
    assert not load(written("web: {port: 0}\nmetrics: {port: 0}")).one_server, "two ports that are free"
    assert not load(written("{}")).one_server


def test_it_answers_to_the_names_of_this_machine_to_its_address_to_those_given_and_to_no_other() -> None:
    ours = {"localhost", "127.0.0.1", "::1"}
    assert WebSettings().names == ours
    named = WebSettings(host="10.1.2.3", url="https://Watch.example.org:8443", hosts=("[2001:db8::1]", "W"))
    assert named.names == ours | {"10.1.2.3", "watch.example.org", "2001:db8::1", "w"}
    assert WebSettings(host="0.0.0.0").names == WebSettings(host="::").names == ours


def test_a_file_of_tokens_is_meant_from_the_folder_of_the_configuration(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "aw.yaml"
    file.parent.mkdir()
    file.write_text("web: {tokens_file: tokens.yaml}", encoding="utf-8")
    assert load(file).web.tokens_file == file.parent / "tokens.yaml"


def test_a_proxy_can_be_told_by_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    proxy = {"addresses": ["127.0.0.1"], "header": "X-User", "role": "responder"}
    monkeypatch.setenv("ANCHORWATCH_WEB__PROXY", json.dumps(proxy))
    settings = load(written("{}"))
    assert settings.web.proxy is not None
    assert settings.web.proxy.role is RoomRole.RESPONDER
