"""Settings in, `anchorwatch doctor`'s findings out: the real database, broker, anchors and sinks are tried."""

from collections.abc import Callable, Iterable, Sequence

from connectors.formats.make import schema_registry
from connectors.kafka.admin import missing_topics
from connectors.kafka.options import kafka_options
from connectors.sinks.http import Http, url_problem
from connectors.sinks.make import addresses, make_sink
from connectors.sql.database import open_engine
from connectors.sql.labels.beside import labels_beside
from connectors.sql.sent_alerts import SentAlerts
from monitor.anchors.ports import ListedAnchor
from monitor.app.archiving import archive_finding, erasures_owed
from monitor.app.clock import now
from monitor.app.drawn_tickets import beside_draws, drawn_tickets
from monitor.app.entering import entering
from monitor.app.findings import CheckResult, CheckStatus
from monitor.app.live_samples import live_samples
from monitor.app.stores import Stores, look_into
from monitor.errors import AnchorwatchError, ConfigError
from monitor.review.ports.status import CellStatus
from monitor.settings.settings import Settings
from monitor.settings.sinks import SinkSettings, TerminalSettings


def check_up(settings: Settings) -> list[CheckResult]:
    """Try the database, the broker and its topics, the anchors and the sinks, and say who may enter the watch room."""
    stores: Stores | str | None = None  # open, or why it has no tables yet; None where it is out of reach

    def database() -> Sequence[CheckResult]:
        nonlocal stores
        stores = look_into(settings)
        if isinstance(stores, str):
            return [CheckResult("database", CheckStatus.WARNING, stores)]
        return [CheckResult("database", CheckStatus.GOOD, stores.address)]

    def broker() -> Sequence[CheckResult]:
        kafka = settings.kafka
        topics = kafka.topics.names
        missing = missing_topics(kafka_options(kafka, now), topics)
        results = [CheckResult("broker", CheckStatus.GOOD, f"{kafka.bootstrap_servers} answers")]
        results += [
            CheckResult("topics", CheckStatus.BAD, f"no topic {name}", "create it, or correct kafka.topics")
            for name in missing
        ] or [CheckResult("topics", CheckStatus.GOOD, ", ".join(topics))]
        return results + live_samples(settings, missing)

    def registry() -> Sequence[CheckResult]:
        given = settings.kafka.schema_registry
        if given is None:
            return []
        client = schema_registry(given)
        client.ping()
        return [CheckResult("schema registry", CheckStatus.GOOD, f"{client.host} answers")]

    def judged() -> Sequence[CheckResult]:
        if isinstance(stores, Stores):
            return anchors(stores.anchors.all(), stores.status.cells())
        return anchors([], []) if stores is not None else []

    def drawn() -> Sequence[CheckResult]:
        if not isinstance(stores, Stores):
            return []
        return drawn_tickets(stores.status.skipped()) + beside_draws(labels_beside(stores.engine))

    def archived() -> Sequence[CheckResult]:
        if settings.retention.archive is None:
            return []
        opened = stores if isinstance(stores, Stores) else None
        owed = erasures_owed(opened) if opened is not None else []
        return [*owed, *archive_finding(settings.retention.archive, opened)]

    def sinks() -> Sequence[CheckResult]:
        return [_sink_finding(sink) for sink in settings.sinks] or [
            CheckResult(
                "sinks",
                CheckStatus.BAD,
                "none configured: a page would reach nobody",
                "configure one under `sinks`",
            )
        ]

    try:
        return examine(
            [
                ("database", database),
                ("schema registry", registry),
                ("broker", broker),
                ("anchors", judged),
                ("drawn tickets", drawn),
                ("archive", archived),
                ("sinks", sinks),
                ("watch room", lambda: entering(settings)),
            ]
        )
    finally:
        if isinstance(stores, Stores):
            stores.close()


def _sink_finding(sink: SinkSettings) -> CheckResult:
    if isinstance(sink, TerminalSettings):
        return CheckResult(f"sink {sink.name}", CheckStatus.GOOD, "writes to the agent's own terminal")
    try:
        urls = addresses(sink)
        make_sink(sink, lambda: Http(now), SentAlerts(open_engine("sqlite://")))  # nothing is sent
    except ConfigError as err:
        return CheckResult(f"sink {sink.name}", CheckStatus.BAD, str(err), "correct it in the configuration")
    for url in urls:
        if problem := url_problem(url):
            return CheckResult(f"sink {sink.name}", CheckStatus.BAD, problem, "correct its url")
    return CheckResult(
        f"sink {sink.name}", CheckStatus.GOOD, f"{sink.kind}, address and secrets are there (nothing sent)"
    )


def examine(checks: Iterable[tuple[str, Callable[[], Sequence[CheckResult]]]]) -> list[CheckResult]:
    """Run every check; one that fails is a finding of its own and stops none of the others."""
    results: list[CheckResult] = []
    for what, check in checks:
        try:
            results += check()
        except AnchorwatchError as err:
            results.append(CheckResult(what, CheckStatus.BAD, str(err)))
    return results


def anchors(listed: Sequence[ListedAnchor], cells: Sequence[CellStatus]) -> list[CheckResult]:
    """Whether every model with traffic is held to an anchor that measured its intents."""
    active = {each.anchor.model: each.anchor for each in listed if each.active_since is not None}
    results = [
        CheckResult(
            "anchors",
            CheckStatus.WARNING,
            f"{anchor.model}: anchor {anchor.id[:12]} was never activated",
            f"anchorwatch anchor activate {anchor.id[:12]}",
        )
        for anchor, since, _ in listed
        if since is None and anchor.model not in active
    ]
    for model in sorted({status.state.cell.model for status in cells} - active.keys()):
        results.append(
            CheckResult(
                "anchors",
                CheckStatus.BAD,
                f"{model} has traffic and no active anchor",
                f"anchorwatch anchor import FILE --model {model.name} --version {model.version}"
                f" --environment {model.environment} --activate",
            )
        )
    for model, anchor in sorted(active.items()):
        ours = [status.state.cell for status in cells if status.state.cell.model == model]
        live = {cell.intent for cell in ours if cell.group is None}
        unknown = sorted(live - {intent for intent, _ in anchor.promises})
        if unknown:
            results.append(
                CheckResult(
                    "anchors",
                    CheckStatus.WARNING,
                    f"{model}: its anchor never measured"
                    f" {', '.join(unknown[:5])}{' and more' if len(unknown) > 5 else ''}",
                    "evaluate them offline and import a new anchor",
                )
            )
    if not listed and not results:
        results.append(
            CheckResult("anchors", CheckStatus.BAD, "none imported", "anchorwatch anchor import FILE …")
        )
    return results or [CheckResult("anchors", CheckStatus.GOOD, f"{len(active)} active")]
