"""Every rule of the configuration: a minimal violation and the exact message."""

import pytest

from monitor.settings.load import load
from tests.settings.configurations import SECRET, problems, written

RULES = [
    # What a key may hold.
    ("kafak: {}", "aw.yaml: kafak: there is no such key; did you mean kafka?"),
    ("judge: {drp: 0.1}", "aw.yaml: judge.drp: there is no such key; did you mean drop?"),
    (
        "kafka: {topics: {label: x}}",
        "aw.yaml: kafka.topics.label: there is no such key; did you mean labels?",
    ),
    (
        "intents: {refund: {weigth: 2}}",
        "aw.yaml: intents.refund.weigth: there is no such key; did you mean weight?",
    ),
    (
        "judge: 3",
        "aw.yaml: judge: must be a mapping with the keys promise, drop, detect_within_days,"
        " stale_after_days, clustered, false_pages_per_year, notes_per_year, early_notes_per_year,"
        " groups_share, recovery_labels",
    ),
    (
        "judge: {drop: a tenth}",
        "aw.yaml: judge.drop: must be a number above 0 and below 1; the default is 0.1",
    ),
    ("judge: {drop: 1}", "aw.yaml: judge.drop: must be a number above 0 and below 1; the default is 0.1"),
    ("judge: {drop: 0}", "aw.yaml: judge.drop: must be a number above 0 and below 1; the default is 0.1"),
    ("judge: {drop: .nan}", "aw.yaml: judge.drop: must be a number above 0 and below 1; the default is 0.1"),
    (
        "judge: {false_pages_per_year: 0}",
        "aw.yaml: judge.false_pages_per_year: must be a number above 0 and at most 100,000; the default is 1",
    ),
    (
        "judge: {labels_per_day: 10}",
        "aw.yaml: judge.labels_per_day: is no longer needed, as the money to bet with comes by the calendar;"
        " delete the line",
    ),
    (
        "judge: {detect_within_days: 0}",
        "aw.yaml: judge.detect_within_days: must be a number above 0 and at most 36,500; the default is 14",
    ),
    (
        "judge: {stale_after_days: -1}",
        "aw.yaml: judge.stale_after_days: must be a number above 0 and at most 36,500; the default is 3",
    ),
    (
        "watch: {rare_share: 1.1}",
        "aw.yaml: watch.rare_share: must be a number of at least 0 and at most 1; the default is 0.03",
    ),
    (
        "watch: {rare_support: -1}",
        "aw.yaml: watch.rare_support: must be a whole number of at least 0; the default is 60",
    ),
    (
        "predictions: {no_answer: [fallback]}\nwatch: {intents: [' fallback', refund]}",
        "predictions.no_answer: 'fallback' is in watch.intents, too, but what is named here is no intent;"
        " remove it from one of them",
    ),
    (
        "models: [{name: shop, predictions: {no_answer: [oos]}}]\ngroups: [{name: all, intents: [oos, refund]}]",
        "models[0].predictions.no_answer: 'oos' is in models[0].groups.all.intents, too, but what is named here"
        " is no intent; remove it from one of them",
    ),
    (
        "labels: {out_of_scope: [oos]}\nintents: {oos: {weight: 2}}",
        "labels.out_of_scope: 'oos' is in intents, too, but what is named here is no intent; remove it from one of"
        " them",
    ),
    (
        "predictions: {no_answer: ['']}",
        "aw.yaml: predictions.no_answer: holds an empty name; null in an event means the same anyway, so leave it out",
    ),
    ("watch: {intents: refund}", "aw.yaml: watch.intents: must be a list of texts; put it into brackets"),
    ("anchor: {basis: best}", "aw.yaml: anchor.basis: must be auto, shipped or real"),
    ("anchor: {treat_as: law}", "aw.yaml: anchor.treat_as: must be estimate or promise"),
    (
        "sampling: {min_probability: 0}",
        "aw.yaml: sampling.min_probability: must be a number above 0 and at most 1; the default is 0.01",
    ),
    (
        "labels: {accept: [human, correction]}",
        "aw.yaml: labels.accept: correction labels exist only for misses, so they can never enter recall;"
        " remove 'correction'",
    ),
    (
        "labels: {accept: [complaint]}",
        "aw.yaml: labels.accept: complaint labels exist only for misses, so they can never enter recall;"
        " remove 'complaint'",
    ),
    ("labels: {accept: []}", "aw.yaml: labels.accept: name at least one kind of label"),
    (
        "labels: {accept: [machine]}",
        "aw.yaml: labels.accept[0]: must be human, adjudicated, complaint, correction or weak",
    ),
    ("slices: [{}]", "aw.yaml: slices[0].name: is missing; write text of 1 to 255 characters"),
    (
        "slices: [{name: a, cap: 1001}]",
        "aw.yaml: slices[0].cap: must be a whole number above 0 and at most 1,000; the default is 20",
    ),
    (
        "poison: {max_consecutive: 0}",
        "aw.yaml: poison.max_consecutive: must be a whole number above 0; the default is 1,000",
    ),
    (
        "limits: {message_bytes: 0}",
        "aw.yaml: limits.message_bytes: must be a whole number above 0 and below 67,108,864; the default is"
        " 1,000,000",
    ),
    ("limits: {intents: 0}", "aw.yaml: limits.intents: must be a whole number above 0; the default is 1,000"),
    (
        "schedule: {deliver_seconds: 0}",
        "aw.yaml: schedule.deliver_seconds: must be a number above 0 and at most 86,400; the default is 5",
    ),
    (
        "intents: {refund: {weight: 0}}",
        "aw.yaml: intents.refund.weight: must be a number above 0 and at most 1,000,000; the default is 1",
    ),
    ("kafka: {group_id: ''}", "aw.yaml: kafka.group_id: must be text of 1 to 255 characters"),
    (
        "kafka: {security_protocol: TLS}",
        "aw.yaml: kafka.security_protocol: must be PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL",
    ),
    (
        "sinks: [{kind: pager}]",
        "aw.yaml: sinks[0]: its kind must be one of terminal, slack, webhook, alertmanager, pagerduty, email,"
        " apprise; did you mean pagerduty?",
    ),
    (
        "sinks: [{name: x}]",
        "aw.yaml: sinks[0]: has no kind; write one of terminal, slack, webhook, alertmanager, pagerduty,"
        " email, apprise",
    ),
    (
        "sinks: [{kind: slack, url: http://x, channel: x}]",
        "aw.yaml: sinks[0].channel: there is no such key; there are kind, name, url, url_file, buttons",
    ),
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


@pytest.mark.parametrize(
    ("key", "most", "default"),
    [("false_pages_per_year", "100,000", "1"), ("detect_within_days", "36,500", "14")],
)
def test_an_infinite_number_is_refused(key: str, most: str, default: str) -> None:
    assert problems(f"judge: {{{key}: .inf}}") == [
        f"aw.yaml: judge.{key}: must be a number above 0 and at most {most}; the default is {default}"
    ]
