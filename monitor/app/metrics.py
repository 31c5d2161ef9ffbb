"""Every Prometheus series, one comment each. What is known of a model that is gone goes with it.

Values come from a snapshot of the database, so that any agent tells the whole truth; nothing is counted twice
by two of them. Intents beyond `INTENTS_MAX` fold into `__other__`, worst first kept; slices: `slice_metrics`.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate

import msgspec
from prometheus_client import CollectorRegistry
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)

from monitor import __version__
from monitor.app.clock import as_dated
from monitor.app.health import Health
from monitor.app.slice_metrics import of_slices
from monitor.domain.events.fates import FateKind
from monitor.domain.judging.urgency import urgency
from monitor.domain.labelling.delays import BOUNDS_S
from monitor.domain.slices.cells import OTHER, Cell
from monitor.review.ports.sinks import SinkRecord
from monitor.review.ports.status import CellStatus, EventCount, ModelLabels

INTENTS_MAX = 1_000
_MODEL = ["model", "model_version", "environment"]
_CELL = [*_MODEL, "intent"]
_Cells = Sequence[CellStatus]


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """What is told of at one moment."""

    cells: _Cells = ()
    events: Sequence[EventCount] = ()
    labels_waiting: int = 0
    incidents_open: int = 0
    sinks: Sequence[SinkRecord] = ()
    labelling: Sequence[ModelLabels] = ()
    reachable: bool = True


class Metrics:
    """A registry of its own: the database's snapshot, and what this process knows of itself."""

    def __init__(self, snapshot: Callable[[], Snapshot], health: Health) -> None:
        self._snapshot = snapshot
        self._health = health
        self.registry = CollectorRegistry()
        self.registry.register(self)

    def collect(self) -> Iterator[Metric]:
        """All series now; called by prometheus-client at every scrape."""
        # Which release this is.
        yield InfoMetricFamily("anchorwatch_build", "The release.", {"version": __version__})
        yield from _of_process(self._health)
        snapshot = self._snapshot()
        # Whether the database could be read for this scrape; if not, the rest is what it last said.
        yield _single("anchorwatch_database_up", "1 if the database can be read.", float(snapshot.reachable))
        yield from of_cells(snapshot.cells)
        yield from of_slices(snapshot.cells)
        yield from _of_work(snapshot)

    def describe(self) -> Iterator[Metric]:
        """Nothing: registering must not ask the database."""
        return iter(())


def of_cells(cells: _Cells) -> Iterator[Metric]:
    """What is known of each whole intent, and of each group as of an intent called `group NAME`."""
    ranked = sorted(
        (status for status in cells if not status.state.cell.slice),
        key=lambda status: (urgency(status.state.judgement, status.state.evidence), status.state.cell),
    )
    listed, folded = ranked[:INTENTS_MAX], ranked[INTENTS_MAX:]
    families = {
        # Live recall since the release, weighed where labels are.
        "recall": _gauge("intent_recall_ratio", "Recall of all labelled tickets since the release.", _CELL),
        # Its interval, valid at all times at once.
        "low": _gauge("intent_recall_lower_bound_ratio", "Lower limit of the recall.", _CELL),
        "high": _gauge("intent_recall_upper_bound_ratio", "Upper limit of the recall.", _CELL),
        # The number it shipped on, and the recall below which the promise is broken.
        "offline": _gauge("intent_offline_recall_ratio", "The anchored offline recall.", _CELL),
        "floor": _gauge("intent_floor_ratio", "The recall below which the promise is broken.", _CELL),
        # How many labelled positives that rests on.
        "support": _gauge("intent_labelled_positives", "Labelled tickets of the intent.", _CELL),
        # The bet against the promise, as a share of what pages; a page stands at 1 or more.
        "evidence": _gauge("intent_evidence_ratio", "Evidence, as a share of what pages.", _CELL),
        # 1 for the verdict that holds, of ok, suspect, degraded, unanchored; how many, of `__other__`.
        "verdict": _gauge("intent_verdict", "1 for the verdict that holds.", [*_CELL, "verdict"]),
        # 1 for what could be seen of a fall, of seen, stale, blind, none (no floor); how many, of `__other__`.
        "coverage": _gauge("intent_coverage", "1 for the coverage that holds.", [*_CELL, "coverage"]),
    }
    for status in listed:
        state, reading = status.state, status.state.labels.reading
        names = _names(state.cell)
        families["support"].add_metric(names, state.labels.tally.support)
        families["verdict"].add_metric([*names, state.judgement.verdict.value], 1)
        families["coverage"].add_metric([*names, state.judgement.coverage.value], 1)
        if state.labels.tally.support:
            families["recall"].add_metric(
                names, reading.recall if reading.recall is not None else float("nan")
            )
            families["low"].add_metric(names, reading.interval.low)
            families["high"].add_metric(names, reading.interval.high)
        if status.promise is not None:
            families["offline"].add_metric(names, status.promise.shipped.recall)
        if state.held.floor is not None:
            families["floor"].add_metric(names, state.held.floor)
        if state.bet.detector is not None:
            families["evidence"].add_metric(names, state.bet.detector.evidence)
    # Of the rest only counts: a recall over many intents would be nobody's.
    support: Counter[tuple[str, ...]] = Counter()
    verdicts: Counter[tuple[str, ...]] = Counter()
    coverages: Counter[tuple[str, ...]] = Counter()
    for status in folded:
        place = (*_names(status.state.cell)[:-1], OTHER)
        support[place] += status.state.labels.tally.support
        verdicts[*place, status.state.judgement.verdict.value] += 1
        coverages[*place, status.state.judgement.coverage.value] += 1
    for place, count in support.items():
        families["support"].add_metric(list(place), count)
    for place, count in verdicts.items():
        families["verdict"].add_metric(list(place), count)
    for place, count in coverages.items():
        families["coverage"].add_metric(list(place), count)
    yield from families.values()


def _of_work(snapshot: Snapshot) -> Iterator[Metric]:
    # When a model's last label was given.
    labels = _gauge("last_label_timestamp_seconds", "When the last label was given.", _MODEL)
    # How long first labels took after their predictions.
    delay = HistogramMetricFamily(
        "anchorwatch_label_delay_seconds", "From a prediction to its first label.", labels=_MODEL
    )
    # The share of all predictions that have a label.
    joined = _gauge("label_join_ratio", "The share of predictions that have a label.", _MODEL)
    for of in snapshot.labelling:
        names = [of.model.name, of.model.version, of.model.environment]
        labels.add_metric(names, of.last.timestamp())
        places = zip([*map(str, BOUNDS_S), "+Inf"], accumulate(of.delays.counts), strict=True)
        delay.add_metric(names, list(places), of.delays.total_s)
        if of.predictions:
            joined.add_metric(names, of.outcomes / of.predictions)
    yield labels
    yield delay
    yield joined
    # What became of the events: taken, repeated, or rejected with a code.
    events = CounterMetricFamily(
        "anchorwatch_events", "What became of the events.", labels=["topic", "outcome"]
    )
    # What was put right in events that were taken in.
    mended = CounterMetricFamily("anchorwatch_mended", "What was put right.", labels=["topic", "what"])
    # What is beyond a limit and counts together with others.
    folded = CounterMetricFamily("anchorwatch_folded", "What is beyond a limit.", labels=["limit"])
    for count in snapshot.events:
        match count.fate.kind:
            case FateKind.FOLDED:
                folded.add_metric([count.fate.code], count.events)
            case FateKind.MENDED:
                mended.add_metric([count.topic, count.fate.code], count.events)
            case _:
                events.add_metric([count.topic, str(count.fate)], count.events)
    yield events
    yield mended
    yield folded
    # Labels whose prediction has not come.
    yield _single("anchorwatch_labels_waiting", "Labels without a prediction.", snapshot.labels_waiting)
    # Incidents that are open now.
    yield _single("anchorwatch_incidents_open", "Incidents that are open.", snapshot.incidents_open)
    # What a sink took or refused for good, and what waits for it.
    sends = CounterMetricFamily(
        "anchorwatch_notifications", "Notifications by what became of them.", labels=["sink", "outcome"]
    )
    waiting = _gauge("notifications_waiting", "Notifications that wait for a sink.", ["sink"])
    moments = {
        # When the oldest that waits was written, and when one is tried next; before now where it is due.
        "oldest": _of_sink("oldest_waiting", "When the oldest notification that waits was written."),
        "next": _of_sink("next_try", "When a notification is to be sent."),
        # When it last took one, and when it last did not.
        "sent": _of_sink("last_sent", "When the sink last took a notification."),
        "failed": _of_sink("last_failed", "When the sink last did not take a notification."),
    }
    for sink in snapshot.sinks:
        sends.add_metric([sink.name, "sent"], sink.sent)
        sends.add_metric([sink.name, "failed"], sink.failed)
        waiting.add_metric([sink.name], sink.waiting)
        for name, at in (
            ("oldest", sink.oldest_waiting),
            ("next", sink.next_try),
            ("sent", sink.last_sent),
            ("failed", sink.last_failed),
        ):
            if at is not None:
                moments[name].add_metric([sink.name], at.timestamp())
    yield sends
    yield waiting
    yield from moments.values()


def _of_process(health: Health) -> Iterator[Metric]:
    # When each loop of this agent last did all of its work; the dead-man's switch looks at `evaluate`.
    complete = _gauge(
        "last_complete_round_timestamp_seconds", "When a loop last did all of its work.", ["loop"]
    )
    # How the rounds of each loop of this agent went; one is missed where the one before it still ran.
    rounds = CounterMetricFamily("anchorwatch_rounds", "Rounds of a loop.", labels=["loop", "outcome"])
    # 1 while a loop of this agent can't do its work.
    trouble = _gauge("loop_in_trouble", "1 while a loop can't do its work.", ["loop"])
    for name, loop in health.loops.items():
        if loop.complete is not None:
            complete.add_metric([name], as_dated(loop.complete).timestamp())
        trouble.add_metric([name], float(bool(loop.trouble)))
        for outcome in ("whole", "failed", "missed"):
            rounds.add_metric([name, outcome], getattr(loop, outcome))
    yield complete
    yield rounds
    yield trouble
    # Records between our position and the end, of the partitions that this agent reads.
    lag = _gauge("consumer_lag_messages", "Records that wait to be read.", ["topic", "partition"])
    for (topic, partition), behind in health.lag.items():
        lag.add_metric([topic, str(partition)], behind)
    yield lag


def _gauge(name: str, about: str, labels: Sequence[str]) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"anchorwatch_{name}", about, labels=labels)


def _of_sink(name: str, about: str) -> GaugeMetricFamily:
    return _gauge(f"sink_{name}_timestamp_seconds", about, ["sink"])


def _single(name: str, about: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, about, value=value)


def _names(cell: Cell) -> list[str]:
    return [cell.model.name, cell.model.version, cell.model.environment, cell.display]
