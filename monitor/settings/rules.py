"""Every rule between settings: each broken one as one sentence of where, what is wrong and what to do."""

import re
from urllib.parse import urlsplit

from monitor.domain.events.subjects import SUBJECT
from monitor.domain.text.nearest import did_you_mean
from monitor.settings.archive import archive_problem
from monitor.settings.database import url_problem
from monitor.settings.judged_rules import judged_problems, model_problems
from monitor.settings.kafka import Kafka
from monitor.settings.mail import bare_address
from monitor.settings.mapping_rules import topic_problems
from monitor.settings.mlflow_rules import mlflow_problems
from monitor.settings.registry_rules import registry_problems
from monitor.settings.settings import Settings
from monitor.settings.sinks import (
    AlertmanagerSettings,
    EmailSettings,
    PagerDutySettings,
    SlackSettings,
    WebhookSettings,
)
from monitor.settings.web import is_loopback, name_of_host
from monitor.settings.web_rules import web_problems


def contradictions(settings: Settings) -> list[str]:
    """Every rule that spans more than one key, each broken one as "key: what is wrong; what to do"."""
    problems = [*_kafka_problems(settings.kafka), *_sink_problems(settings)]
    problems += [*judged_problems(settings), *model_problems(settings), *_other_problems(settings)]
    if settings.privacy.subject_key is not None and settings.privacy.subject_key_file is not None:
        problems.append("privacy.subject_key: give subject_key or subject_key_file, not both")
    if settings.privacy.customer != SUBJECT and not (
        settings.privacy.subject_key or settings.privacy.subject_key_file
    ):
        problems.append(
            f"privacy.customer: {settings.privacy.customer} is kept as a keyed hash only; set subject_key"
        )
    return problems


def _kafka_problems(kafka: Kafka) -> list[str]:
    problems = [*topic_problems(kafka.topics), *registry_problems(kafka)]
    problems += [*_login_problems(kafka), *_oauth_problems(kafka), *_tls_problems(kafka)]
    problems += [
        f"kafka.{key}: give {key} or {key}_file, not both"
        for key in ("sasl_plain_password", "ssl_password", "oauth_client_secret")
        if getattr(kafka, key) is not None and getattr(kafka, f"{key}_file") is not None
    ]
    if kafka.heartbeat_interval_ms * 3 > kafka.session_timeout_ms:
        problems.append(
            "kafka.heartbeat_interval_ms: must be at most a third of kafka.session_timeout_ms"
            f" ({kafka.session_timeout_ms}), or one lost heartbeat ends the membership"
        )
    return problems


def _login_problems(kafka: Kafka) -> list[str]:
    problems = []
    sasl = kafka.security_protocol.startswith("SASL_")
    if sasl and kafka.sasl_mechanism is None:
        problems.append(f"kafka.sasl_mechanism: {kafka.security_protocol} needs one; name a mechanism")
    if kafka.sasl_mechanism is not None and not sasl:
        problems.append(
            "kafka.security_protocol: kafka.sasl_mechanism is set, so this must be"
            f" SASL_PLAINTEXT or SASL_SSL, not {kafka.security_protocol}"
        )
    if sasl and kafka.sasl_mechanism in ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"):
        if kafka.sasl_plain_username is None:
            problems.append(f"kafka.sasl_plain_username: {kafka.sasl_mechanism} needs it; set it")
        if kafka.sasl_plain_password is None and kafka.sasl_plain_password_file is None:
            problems.append(
                f"kafka.sasl_plain_password: {kafka.sasl_mechanism} needs it;"
                " set it or sasl_plain_password_file"
            )
    return problems


def _oauth_problems(kafka: Kafka) -> list[str]:
    keys = [name for name in type(kafka).model_fields if name.startswith("oauth_")]
    if kafka.sasl_mechanism != "OAUTHBEARER":
        return [
            f"kafka.{key}: has no effect without sasl_mechanism OAUTHBEARER; remove it or set that"
            for key in keys
            if getattr(kafka, key) is not None
        ]
    problems = [
        f"kafka.{key}: OAUTHBEARER needs it; set it"
        for key in ("oauth_token_url", "oauth_client_id")
        if getattr(kafka, key) is None
    ]
    if kafka.oauth_client_secret is None and kafka.oauth_client_secret_file is None:
        problems.append("kafka.oauth_client_secret: OAUTHBEARER needs it; set it or oauth_client_secret_file")
    if kafka.oauth_token_url is not None and (problem := _token_url_problem(kafka.oauth_token_url)):
        problems.append(f"kafka.oauth_token_url: {problem}")
    return problems


def _token_url_problem(url: str) -> str | None:
    """What is wrong with it, never repeating it: it may hold what it must not."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return "is malformed; write https://HOST/PATH"
    if not host or parts.scheme not in ("http", "https"):
        return "must be an address; write https://HOST/PATH"
    if parts.username is not None or parts.password is not None:
        return "must not hold a user or a password; use oauth_client_id and oauth_client_secret"
    if parts.scheme == "http" and not is_loopback(host):
        return "must be https, since the client secret is sent there; only a loopback address may be http"
    return None


def _tls_problems(kafka: Kafka) -> list[str]:
    problems = []
    if (kafka.ssl_certfile is None) != (kafka.ssl_keyfile is None):
        missing = "ssl_certfile" if kafka.ssl_certfile is None else "ssl_keyfile"
        problems.append(f"kafka.{missing}: a client certificate needs both ssl_certfile and ssl_keyfile")
    if kafka.ssl_keyfile is None and kafka.ssl_certfile is None:
        problems += [
            f"kafka.{key}: there is no ssl_keyfile that it could open; remove it or set ssl_keyfile"
            for key in ("ssl_password", "ssl_password_file")
            if getattr(kafka, key) is not None
        ]
    if not kafka.security_protocol.endswith("SSL"):
        problems += [
            f"kafka.{key}: has no effect with {kafka.security_protocol}; remove it or use SSL"
            for key in ("ssl_cafile", "ssl_certfile", "ssl_ciphers")
            if getattr(kafka, key) is not None
        ]
    return problems


def _sink_problems(settings: Settings) -> list[str]:
    problems = []
    names = [sink.name for sink in settings.sinks]
    problems += [
        f"sinks: {names.count(name)} sinks are called {name!r}; give each its own name"
        for name in sorted({n for n in names if names.count(n) > 1})
    ]
    for sink in settings.sinks:
        if isinstance(sink, SlackSettings | WebhookSettings):
            problems += _value_or_file(sink.name, "url", sink.url, sink.url_file)
        if isinstance(sink, SlackSettings) and sink.buttons and settings.web.hooks.slack is None:
            problems.append(
                f"sinks.{sink.name}.buttons: nobody hears who presses them; set web.hooks.slack too"
            )
        if isinstance(sink, PagerDutySettings):
            problems += _value_or_file(sink.name, "routing_key", sink.routing_key, sink.routing_key_file)
        if isinstance(sink, AlertmanagerSettings):
            problems += [
                f"sinks.{sink.name}.labels: {label!r} is no name of a label; use letters, digits and _"
                for label in sink.labels
                if not re.fullmatch("[a-zA-Z_][a-zA-Z0-9_]*", label)
            ]
        if isinstance(sink, EmailSettings):
            problems += _mail_problems(sink)
        if isinstance(sink, WebhookSettings) and not sink.secrets and sink.secret_file is None:
            problems.append(f"sinks.{sink.name}: needs secrets or secret_file to sign its messages with")
    return problems


def _value_or_file(sink: str, key: str, value: object, file: object) -> list[str]:
    if value is not None and file is not None:
        return [f"sinks.{sink}: give {key} or {key}_file, not both"]
    return [f"sinks.{sink}: needs {key} or {key}_file"] if value is None and file is None else []


def _mail_problems(sink: EmailSettings) -> list[str]:
    where = f"sinks.{sink.name}"
    problems = []
    if sink.password is not None and sink.password_file is not None:
        problems.append(f"{where}: give password or password_file, not both")
    secret = sink.password is not None or sink.password_file is not None
    if (sink.username is not None) != secret:
        problems.append(f"{where}: a login needs both username and password")
    for key, words in [("sender", sink.sender), *(("to", each) for each in sink.to)]:
        if bare_address(words) is None:
            problems.append(
                f'{where}.{key}: is not one mail address; write a@host, Name <a@host> or "Last, First" <a@host>'
            )
    if sink.security == "none" and not is_loopback(sink.host):
        problems.append(f"{where}.security: none is for this machine only; use starttls or tls")
    if sink.security == "none" and secret:
        problems.append(f"{where}.security: a password would be sent in clear; use starttls or tls")
    return problems


def _other_problems(settings: Settings) -> list[str]:
    problems = []
    if problem := url_problem(settings.database.url.get_secret_value()):
        problems.append(f"database.url: {problem}")
    if settings.retention.archive is not None and (problem := archive_problem(settings.retention.archive)):
        problems.append(f"retention.archive: {problem}")
    problems += [*_report_problems(settings), *web_problems(settings.web), *mlflow_problems(settings.mlflow)]
    if settings.one_server and name_of_host(settings.metrics.host) != name_of_host(settings.web.host):
        problems.append(
            f"metrics.host: the watch room has the same port at {settings.web.host}, so one server answers for both;"
            f" set this to {settings.web.host}, or give metrics another port"
        )
    quiet = settings.quiet_hours
    if quiet is not None and quiet.begin == quiet.end:
        problems.append(
            "quiet_hours.end: is quiet_hours.begin, which could mean never or always; write another time"
        )
    if settings.heartbeat.url is not None and settings.heartbeat.url_file is not None:
        problems.append("heartbeat: give url or url_file, not both")
    return problems


def _report_problems(settings: Settings) -> list[str]:
    sinks = {sink.name: sink for sink in settings.sinks}
    readable = ", ".join(sorted(name for name, sink in sinks.items() if sink.takes_reports)) or "a new one"
    problems = []
    for name in settings.reports.send_to:
        if name not in sinks:
            meant = did_you_mean(name, sinks) or f"; name one of {readable}"
            problems.append(f"reports.send_to: there is no sink called {name!r}{meant}")
        elif not sinks[name].takes_reports:
            problems.append(
                f"reports.send_to: {name!r} wakes people and shows no reports; name one of {readable}"
            )
    if settings.reports.url and settings.reports.folder is None:
        problems.append("reports.url: without reports.folder there is nothing there; set the folder too")
    if settings.reports.url and urlsplit(settings.reports.url).scheme not in ("http", "https"):
        problems.append(
            "reports.url: write the address at which people reach the folder, such as https://host/reports"
        )
    return problems
