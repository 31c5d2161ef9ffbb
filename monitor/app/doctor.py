"""Settings in, `anchorwatch doctor`'s findings out: the real database, broker, anchors and sinks are tried."""

from collections.abc import Sequence

from connectors.sinks.http import Http, url_problem
from connectors.kafka.admin import missing_topics
from connectors.kafka.options import kafka_options
from monitor.app.wiring import App, now, open_app
from monitor.app.findings import Finding, Health, anchors, examine
from monitor.errors import ConfigError
from monitor.settings.settings import Settings
from monitor.settings.sinks import SinkSettings, TerminalSettings
from connectors.sinks.make import addresses, make_sink


def check_up(settings: Settings) -> list[Finding]:
    """Try the database, the broker and its topics, the anchors and the sinks."""
    app: list[App] = []

    def database() -> Sequence[Finding]:
        app.append(open_app(settings))
        return [Finding("database", Health.GOOD, app[0].engine.url.render_as_string(hide_password=True))]

    def broker() -> Sequence[Finding]:
        kafka = settings.kafka
        topics = [kafka.topics.predictions, kafka.topics.labels]
        missing = missing_topics(kafka_options(kafka, now), topics)
        found = [Finding("broker", Health.GOOD, f"{kafka.bootstrap_servers} answers")]
        return found + (
            [
                Finding("topics", Health.BAD, f"no topic {name}", "create it, or correct kafka.topics")
                for name in missing
            ]
            or [Finding("topics", Health.GOOD, ", ".join(dict.fromkeys(topics)))]
        )

    def judged() -> Sequence[Finding]:
        if not app:
            return []
        return anchors(app[0].anchors.all(), app[0].status.cells())

    def sinks() -> Sequence[Finding]:
        return [_sink_finding(sink) for sink in settings.sinks] or [
            Finding(
                "sinks",
                Health.BAD,
                "none configured: a page would reach nobody",
                "configure one under `sinks`",
            )
        ]

    try:
        return examine([("database", database), ("broker", broker), ("anchors", judged), ("sinks", sinks)])
    finally:
        for opened in app:
            opened.close()


def _sink_finding(sink: SinkSettings) -> Finding:
    if isinstance(sink, TerminalSettings):
        return Finding(f"sink {sink.name}", Health.GOOD, "writes to the agent's own terminal")
    try:
        urls = addresses(sink)
        make_sink(sink, Http(now))
    except ConfigError as err:
        return Finding(f"sink {sink.name}", Health.BAD, str(err), "correct it in the configuration")
    for url in urls:
        if problem := url_problem(url):
            return Finding(f"sink {sink.name}", Health.BAD, problem, "correct its url")
    return Finding(
        f"sink {sink.name}", Health.GOOD, f"{sink.kind}, address and secrets are there (nothing sent)"
    )
