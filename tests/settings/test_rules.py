"""Every rule of the configuration: a minimal violation and the exact message."""

import pytest

from monitor.settings.load import load
from tests.settings.configurations import SECRET, problems, written

RULES = [
    # What a key may hold.
    ("kafak: {}", "aw.yaml: kafak: there is no such key"),
    ("judge: {drp: 0.1}", "aw.yaml: judge.drp: there is no such key"),
    ("kafka: {topics: {label: x}}", "aw.yaml: kafka.topics.label: there is no such key"),
    ("intents: {refund: {weigth: 2}}", "aw.yaml: intents.refund.weigth: there is no such key"),
    ("judge: 3", "aw.yaml: judge: Input should be a valid dictionary or instance of Judge"),
    (
        "judge: {drop: a tenth}",
        "aw.yaml: judge.drop: Input should be a valid number, unable to parse string as a number",
    ),
    ("judge: {drop: 1}", "aw.yaml: judge.drop: Input should be less than 1"),
    ("judge: {drop: 0}", "aw.yaml: judge.drop: Input should be greater than 0"),
    ("judge: {drop: .nan}", "aw.yaml: judge.drop: Input should be a finite number"),
    (
        "judge: {false_pages_per_year: 0}",
        "aw.yaml: judge.false_pages_per_year: Input should be greater than 0",
    ),
    (
        "judge: {labels_per_day: 10}",
        "aw.yaml: judge.labels_per_day: is no longer needed, as the money to bet with comes by the calendar; delete the"
        " line",
    ),
    ("judge: {detect_within_days: 0}", "aw.yaml: judge.detect_within_days: Input should be greater than 0"),
    ("judge: {stale_after_days: -1}", "aw.yaml: judge.stale_after_days: Input should be greater than 0"),
    ("watch: {rare_share: 1.1}", "aw.yaml: watch.rare_share: Input should be less than or equal to 1"),
    (
        "watch: {rare_support: -1}",
        "aw.yaml: watch.rare_support: Input should be greater than or equal to 0",
    ),
    ("watch: {intents: refund}", "aw.yaml: watch.intents: Input should be a valid tuple"),
    ("anchor: {basis: best}", "aw.yaml: anchor.basis: Input should be 'shipped' or 'real'"),
    ("anchor: {treat_as: law}", "aw.yaml: anchor.treat_as: Input should be 'estimate' or 'promise'"),
    (
        "sampling: {min_probability: 0}",
        "aw.yaml: sampling.min_probability: Input should be greater than 0",
    ),
    (
        "labels: {accept: [complaint]}",
        "aw.yaml: labels.accept: complaint labels exist only for misses, so they can never enter recall;"
        " remove 'complaint'",
    ),
    ("labels: {accept: []}", "aw.yaml: labels.accept: name at least one kind of label"),
    (
        "labels: {accept: [machine]}",
        "aw.yaml: labels.accept.0: Input should be 'human', 'adjudicated', 'complaint' or 'weak'",
    ),
    ("slices: [{}]", "aw.yaml: slices.0.name: Field required"),
    (
        "slices: [{name: a, cap: 1001}]",
        "aw.yaml: slices.0.cap: Input should be less than or equal to 1000",
    ),
    ("poison: {max_consecutive: 0}", "aw.yaml: poison.max_consecutive: Input should be greater than 0"),
    ("limits: {message_bytes: 0}", "aw.yaml: limits.message_bytes: Input should be greater than 0"),
    ("limits: {intents: 0}", "aw.yaml: limits.intents: Input should be greater than 0"),
    ("schedule: {deliver_seconds: 0}", "aw.yaml: schedule.deliver_seconds: Input should be greater than 0"),
    ("intents: {refund: {weight: 0}}", "aw.yaml: intents.refund.weight: Input should be greater than 0"),
    (
        "kafka: {group_id: ''}",
        "aw.yaml: kafka.group_id: String should have at least 1 character",
    ),
    (
        "kafka: {security_protocol: TLS}",
        "aw.yaml: kafka.security_protocol: Input should be 'PLAINTEXT', 'SSL', 'SASL_PLAINTEXT' or 'SASL_SSL'",
    ),
    (
        "sinks: [{kind: pager}]",
        "aw.yaml: sinks.0: Input tag 'pager' found using 'kind' does not match any of the expected tags:"
        " 'terminal', 'slack', 'webhook', 'alertmanager', 'pagerduty', 'email', 'apprise'",
    ),
    ("sinks: [{name: x}]", "aw.yaml: sinks.0: Unable to extract tag using discriminator 'kind'"),
    ("sinks: [{kind: slack, url: http://x, channel: x}]", "aw.yaml: sinks.0.channel: there is no such key"),
    # What holds between keys.
    (
        "kafka: {security_protocol: SASL_SSL}",
        "kafka.sasl_mechanism: SASL_SSL needs one; name a mechanism",
    ),
    (
        "kafka: {sasl_mechanism: GSSAPI}",
        "kafka.security_protocol: kafka.sasl_mechanism is set, so this must be SASL_PLAINTEXT or SASL_SSL,"
        " not PLAINTEXT",
    ),
    (
        "kafka: {security_protocol: SASL_SSL, sasl_mechanism: PLAIN, sasl_plain_password: x}",
        "kafka.sasl_plain_username: PLAIN needs it; set it",
    ),
    (
        "kafka: {security_protocol: SASL_SSL, sasl_mechanism: SCRAM-SHA-256, sasl_plain_username: x}",
        "kafka.sasl_plain_password: SCRAM-SHA-256 needs it; set it or sasl_plain_password_file",
    ),
    (
        "kafka: {security_protocol: SSL, ssl_certfile: a.pem}",
        "kafka.ssl_keyfile: a client certificate needs both ssl_certfile and ssl_keyfile",
    ),
    (
        "kafka: {security_protocol: SSL, ssl_keyfile: a.key}",
        "kafka.ssl_certfile: a client certificate needs both ssl_certfile and ssl_keyfile",
    ),
    (
        "kafka: {ssl_cafile: ca.pem}",
        "kafka.ssl_cafile: has no effect with PLAINTEXT; remove it or use SSL",
    ),
    (
        "kafka: {heartbeat_interval_ms: 15001}",
        "kafka.heartbeat_interval_ms: must be at most a third of kafka.session_timeout_ms (45000),"
        " or one lost heartbeat ends the membership",
    ),
    (
        "sinks: [{kind: terminal}, {kind: terminal}]",
        "sinks: 2 sinks are called 'terminal'; give each its own name",
    ),
    (
        "sinks: [{kind: slack, name: chat, url: 'https://x', url_file: x}]",
        "sinks.chat: give url or url_file, not both",
    ),
    ("sinks: [{kind: slack, name: chat}]", "sinks.chat: needs url or url_file"),
    (
        "sinks: [{kind: webhook, name: hook, url: 'https://x'}]",
        "sinks.hook: needs secrets or secret_file to sign its messages with",
    ),
    ("slices: [{name: a}, {name: a}]", "slices: 'a' is listed 2 times; list it once"),
    (
        "retention: {predictions_days: 13}",
        "retention.predictions_days: 13 is less than judge.detect_within_days (14), so predictions would be"
        " dropped before their labels are waited for",
    ),
    # What a file may be.
    ("- judge", "aw.yaml: must be a mapping of sections, not list"),
    ("judge", "aw.yaml: must be a mapping of sections, not str"),
    (
        "judge:\n\tdrop: 1",
        "aw.yaml: is not YAML: line 2, column 1: found character '...' that cannot start any token",
    ),
]


@pytest.mark.parametrize(("text", "problem"), RULES)
def test_a_broken_rule_is_reported_in_exactly_these_words(text: str, problem: str) -> None:
    assert problems(text) == [problem]


OAUTH = (
    "kafka: {security_protocol: SASL_SSL, sasl_mechanism: OAUTHBEARER, oauth_client_id: a,"
    " oauth_client_secret_file: f, oauth_token_url: '%s'}"
)


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("https://[", "is malformed; write https://HOST/PATH"),
        ("token", "must be an address; write https://HOST/PATH"),
        (
            f"https://me:{SECRET}@login.example.org/token",
            "must not hold a user or a password; use oauth_client_id and oauth_client_secret",
        ),
        (
            "http://login.example.org/token",
            "must be https, since the client secret is sent there; only a loopback address may be http",
        ),
    ],
)
def test_a_token_address_that_would_give_the_secret_away_is_refused(url: str, problem: str) -> None:
    assert problems(OAUTH % url) == [f"kafka.oauth_token_url: {problem}"]


@pytest.mark.parametrize("url", ["https://login.example.org/token", "http://localhost:1", "http://[::1]:1"])
def test_a_token_address_over_tls_or_on_this_machine_is_fine(url: str) -> None:
    assert load(written(OAUTH % url)).kafka.oauth_token_url == url


def test_oauth_needs_an_address_an_id_and_a_secret() -> None:
    assert problems("kafka: {security_protocol: SASL_SSL, sasl_mechanism: OAUTHBEARER}") == [
        "kafka.oauth_token_url: OAUTHBEARER needs it; set it",
        "kafka.oauth_client_id: OAUTHBEARER needs it; set it",
        "kafka.oauth_client_secret: OAUTHBEARER needs it; set it or oauth_client_secret_file",
    ]


def test_a_secret_is_given_once_and_not_without_what_it_opens() -> None:
    assert problems("kafka: {ssl_password: a, ssl_password_file: f, oauth_scope: kafka}") == [
        "kafka.oauth_scope: has no effect without sasl_mechanism OAUTHBEARER; remove it or set that",
        "kafka.ssl_password: there is no ssl_keyfile that it could open; remove it or set ssl_keyfile",
        "kafka.ssl_password_file: there is no ssl_keyfile that it could open; remove it or set ssl_keyfile",
        "kafka.ssl_password: give ssl_password or ssl_password_file, not both",
    ]


def test_a_heartbeat_of_just_a_third_and_a_retention_of_just_the_wait_are_allowed() -> None:
    settings = load(written("kafka: {heartbeat_interval_ms: 15000}\nretention: {predictions_days: 14}\n"))
    assert (settings.kafka.heartbeat_interval_ms, settings.retention.predictions_days) == (15_000, 14)


@pytest.mark.parametrize("key", ["false_pages_per_year", "detect_within_days"])
def test_an_infinite_number_is_refused(key: str) -> None:
    assert problems(f"judge: {{{key}: .inf}}") == [f"aw.yaml: judge.{key}: Input should be a finite number"]
