"""Real tickets through the broker: what two releases promised offline, and what they kept on live traffic.

HINT3 CureKart: trained on what the bot's designers wrote, anchored by cross-validation, live is what users
typed. BANKING77 merged to 12 intents: three rare intents have 8 real and 300 polished examples each;
the offline split comes from that mix, live is BANKING77's own test split. Both go through the embedded
broker and the agent's own code with default settings, and the agent's recall must be scikit-learn's.

    python benchmarks/real_tickets.py [--json FILE]

The data are found in $ANCHORWATCH_SHARED_DATA, else in ../shared/data beside the repository.
"""

import contextlib
import json
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pandas as pd
from sklearn.metrics import recall_score

from benchmarks.healthy_halves import healthy_month
from benchmarks.real_releases import (
    DAYS,
    PACKAGES,
    POLISHED,
    REAL,
    START,
    NoData,
    Release,
    banking,
    curekart,
    data_folder,
)
from benchmarks.report import Report, Table, parser, publish
from connectors.kafka.admin import ensure_topics
from connectors.kafka.client import kafka
from connectors.kafka.embedded import EmbeddedBroker
from monitor.app.agent import drain
from monitor.app.anchors import import_file
from monitor.app.sources import kafka as kafka_source
from monitor.app.wiring import App, open_app
from monitor.domain.events.fates import FateKind
from monitor.domain.events.types import Model
from monitor.domain.incidents.incidents import IncidentState
from monitor.errors import UnavailableError
from monitor.settings.settings import Settings
from reports.tables import status

DRAWS = 200


@dataclass(frozen=True, slots=True)
class Watched:
    """What the agent says: `status --json`, and the intents that opened or joined the incident."""

    cells: dict[str, dict[str, Any]]
    groups: dict[str, dict[str, Any]]
    paged: tuple[str, ...]
    refused: int


def scikit_learn(frame: pd.DataFrame) -> dict[str, float]:
    """Recall of every intent that occurs."""
    intents = sorted(set(frame["y_true"]))
    recalls = recall_score(frame["y_true"], frame["y_pred"], labels=intents, average=None, zero_division=0.0)
    return dict(zip(intents, map(float, recalls), strict=True))


def watch(release: Release, bootstrap: str, folder: Path) -> Watched:
    """Import and activate the anchor, send the traffic, take it in, judge it."""
    run = f"{release.name}-{uuid.uuid4().hex[:8]}"
    settings = Settings.model_validate(
        {
            "database": {"url": f"sqlite:///{folder / run}.db"},
            "kafka": {
                "bootstrap_servers": bootstrap,
                "group_id": run,
                "topics": {"predictions": f"{run}.predictions", "labels": f"{run}.labels"},
                # A single member on this machine: it joins sooner, nothing else.
                "session_timeout_ms": 6_000,
                "heartbeat_interval_ms": 500,
            },
        }
    )
    with contextlib.closing(open_app(settings)) as app:
        _anchor(app, release, folder / f"{run}.csv")
        _send(release, settings)
        source, letters = kafka_source(app.settings)
        with contextlib.closing(source), contextlib.closing(letters):
            drain(app, source, letters)
        app.evaluate(by_event_time=True)
        cells: dict[str, dict[str, Any]] = {}
        groups: dict[str, dict[str, Any]] = {}
        for cell in app.status.cells():
            name = cell.state.cell
            row = status.as_object(cell.state, cell.promise, days=0.0)
            (cells if name.group is None else groups)[name.display] = row
        paged = {
            member.cell.display
            for incident in app.incidents.all()
            if incident.state == IncidentState.OPENED
            for member in incident.members
        }
        counts = app.status.event_counts()
        refused = sum(count.events for count in counts if count.fate.kind is FateKind.REJECTED)
        return Watched(cells, groups, tuple(sorted(paged)), refused)


def _anchor(app: App, release: Release, file: Path) -> None:
    release.offline.to_csv(file, index=False)
    import_file(app, file, Model(release.name, "1", "prod"), activated_by="benchmark")


def _send(release: Release, settings: Settings) -> None:
    topics, client = settings.kafka.topics, {"bootstrap_servers": settings.kafka.bootstrap_servers}
    ensure_topics(client, topics.names)
    producer = kafka.KafkaProducer(**client, acks="all")
    for prediction, label in _events(release):
        key = str(prediction["prediction_id"]).encode()
        producer.send(topics.of_predictions.name, key=key, value=json.dumps(prediction).encode())
        producer.send(topics.of_labels.name, key=key, value=json.dumps(label).encode())
    producer.flush()
    producer.close()


def _events(release: Release) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Every live ticket, evenly over the days, and its label six hours later."""
    pairs = list(zip(release.live["y_true"], release.live["y_pred"], strict=True))
    for number, (truth, predicted) in enumerate(pairs):
        at = START + timedelta(days=DAYS * number / len(pairs))
        prediction_id = f"{release.name}-{number}"
        yield (
            {
                "event": "prediction",
                "prediction_id": prediction_id,
                "ts": at.isoformat(),
                "model": {"name": release.name, "version": "1", "environment": "prod"},
                "predicted": {"intent": str(predicted)},
            },
            {
                "event": "label",
                "label_id": f"label-{prediction_id}",
                "prediction_id": prediction_id,
                "intent": str(truth),
                "labeled_at": (at + timedelta(hours=6)).isoformat(),
                "sampling": {"design": "uniform", "probability": 1.0},
            },
        )


def table(title: str, release: Release, watched: Watched) -> Table:
    """What was promised beside what was kept: groups, and then the intents that paged first."""
    live = scikit_learn(release.live)
    judged = {**watched.groups, **watched.cells}
    order = sorted(
        judged,
        key=lambda name: (
            name not in watched.groups,
            name not in watched.paged,
            -_support(judged[name]),
            name,
        ),
    )
    rows: list[dict[str, str | int | float | bool | None]] = []
    for intent in order:
        cell = judged[intent]
        rows.append(
            {
                "intent": intent,
                "offline": _recall_text(cell["offline"]),
                "real rows": _recall_text(cell["offline_real"]),
                "floor": cell["floor"],
                "live": cell["live"]["recall"],
                "scikit-learn": live.get(intent),
                "outcomes": _support(cell),
                "of a page": cell["evidence"],
                "verdict": cell["verdict"],
                "coverage": cell["coverage"],
                "why": "; ".join(cell["reasons"]),
                "paged": "yes" if intent in watched.paged else "",
            }
        )
    return Table(title, rows, data=[judged[intent] for intent in order])


def differences(release: Release, watched: Watched) -> list[str]:
    """Every intent for which the agent's recall differs from scikit-learn's in any digit; there should be none."""
    expected = scikit_learn(release.live)
    measured = {name: cell["live"]["recall"] for name, cell in watched.cells.items() if _support(cell)}
    return [
        f"{intent}: the agent has {measured.get(intent)!r}, scikit-learn {expected.get(intent)!r}"
        for intent in sorted(expected.keys() | measured.keys())
        if measured.get(intent) != expected.get(intent)
    ]


def _support(cell: dict[str, Any]) -> int:
    return int(cell["live"]["hits"] + cell["live"]["misses"])


def _recall_text(measured: dict[str, Any] | None) -> str:
    return f"{measured['recall']:.3f} of {measured['support']}" if measured else "-"


def main(words: Sequence[str] | None = None) -> int:
    """Run both; 1 where a number differs from scikit-learn's."""
    options = parser(__doc__.splitlines()[0] if __doc__ else "").parse_args(words)
    began = time.monotonic()
    try:
        folder = data_folder()
        with EmbeddedBroker() as broker, tempfile.TemporaryDirectory() as scratch:
            releases = [curekart(folder), *([] if options.quick else [banking(folder)])]
            watched = [watch(release, broker.bootstrap, Path(scratch)) for release in releases]
    except (NoData, UnavailableError) as why:
        sys.stdout.write(f"SKIPPED: {why}\n")
        return 0
    titles = (
        "HINT3 CureKart: designers' examples offline (5-fold cross-validation), users' tickets live",
        f"BANKING77 in 12 intents: rare ones with {REAL} real and {POLISHED} polished examples each",
    )
    tables = [table(*each) for each in zip(titles, releases, watched, strict=False)]
    bot = releases[0]
    tables.insert(1, healthy_month(bot.offline, bot.live, DAYS, 20 if options.quick else DRAWS))
    wrong = [line for each in zip(releases, watched, strict=True) for line in differences(*each)]
    notes = wrong or ["every live recall equals scikit-learn's to the last digit"]
    report = Report("real_tickets", tables, time.monotonic() - began, options.quick, PACKAGES, notes)
    publish(report, options)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
