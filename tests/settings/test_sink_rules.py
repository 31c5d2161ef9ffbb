"""Every rule about sinks, routes and quiet hours: a tiny bad configuration and its exact words."""

import pytest

from monitor.settings.rules import contradictions
from monitor.settings.settings import Settings
from tests.settings.configurations import problems

MAIL = "kind: email, host: {host}, sender: a@example.org, to: [b@example.org]"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("sinks: [{kind: pagerduty}]", "sinks.pagerduty: needs routing_key or routing_key_file"),
        (
            "sinks: [{kind: pagerduty, routing_key: x, routing_key_file: y}]",
            "sinks.pagerduty: give routing_key or routing_key_file, not both",
        ),
        (
            "sinks: [{" + MAIL.format(host="mail.example.org") + ", security: none}]",
            "sinks.email.security: none is for this machine only; use starttls or tls",
        ),
        (
            "sinks: [{" + MAIL.format(host="localhost") + ", username: ana}]",
            "sinks.email: a login needs both username and password",
        ),
        (
            "sinks: [{" + MAIL.format(host="localhost") + ", security: none, username: a, password: b}]",
            "sinks.email.security: a password would be sent in clear; use starttls or tls",
        ),
        (
            "sinks: [{" + MAIL.format(host="localhost") + ", username: a, password: b, password_file: c}]",
            "sinks.email: give password or password_file, not both",
        ),
        (
            "routes: [{sinks: [terminal, phone]}]",
            "routes[0].sinks: there is no sink called 'phone'; name one of terminal",
        ),
        (
            "quiet_hours: {begin: '22:00', end: '07:00', zone: Mars/Olympus}",
            "quiet_hours.zone: 'Mars/Olympus' is no time zone; write it like Europe/Berlin",
        ),
        (
            "reports: {send_to: [phone]}",
            "reports.send_to: there is no sink called 'phone'; name one of terminal",
        ),
        (
            "{sinks: [{kind: terminal}, {kind: pagerduty, routing_key: x}], reports: {send_to: [pagerduty]}}",
            "reports.send_to: 'pagerduty' wakes people and shows no reports; name one of terminal",
        ),
        (
            "reports: {url: 'https://reports.example.org'}",
            "reports.url: without reports.folder there is nothing there; set the folder too",
        ),
        (
            "reports: {folder: /tmp/x, url: reports.example.org}",
            "reports.url: write the address at which people reach the folder, such as https://host/reports",
        ),
        ("heartbeat: {url: https://x.example, url_file: y}", "heartbeat: give url or url_file, not both"),
        (
            "sinks: [{kind: alertmanager, urls: ['http://am:9093'], labels: {bad-name: x}}]",
            "sinks.alertmanager.labels: 'bad-name' is no name of a label; use letters, digits and _",
        ),
    ],
)
def test_a_broken_rule_is_reported_in_exactly_these_words(content: str, expected: str) -> None:
    (problem,) = problems(content)
    assert problem.removeprefix("aw.yaml: ") == expected


def test_the_defaults_break_no_rule() -> None:
    assert contradictions(Settings()) == []
