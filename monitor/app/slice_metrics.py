"""The Prometheus series of slices, and of intents by how they stand: a broken slice is a broken intent.

Only slices that are degraded or suspected have series of their own, `SLICES_MAX` at most, the worst first: what ends,
ends with the next scrape. Of all of them together there are counts.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from prometheus_client.core import GaugeMetricFamily, Metric

from monitor.domain.events.types import Model
from monitor.domain.judging.judge import Coverage, Verdict
from monitor.domain.judging.standing import BROKEN, Standing, intents_by_standing, standing
from monitor.domain.judging.state import CellState
from monitor.domain.judging.urgency import Urgency, urgency
from monitor.domain.slices.cells import OTHER, Cell
from monitor.review.ports.status import CellStatus

SLICES_MAX = 200
_MODEL = ["model", "model_version", "environment"]
_SLICE = [*_MODEL, "intent", "slice"]


def of_slices(cells: Sequence[CellStatus]) -> Iterator[Metric]:
    """What is known of each broken slice, and how many slices and intents there are of which kind."""
    states = [status.state for status in cells]
    slices = [state for state in states if state.cell.slice_text]
    broken = sorted((state for state in slices if standing(state) in BROKEN), key=_urgency)
    yield from _each(broken[:SLICES_MAX])
    # Broken or suspected slices beyond the limit, which the counts below have in them.
    unlisted = _gauge("slices_unlisted", "Degraded or suspected slices that have no series.", _MODEL)
    for model, count in Counter(state.cell.model for state in broken[SLICES_MAX:]).items():
        unlisted.add_metric(_names(model), count)
    yield unlisted
    yield from _counts(slices)
    # Intents by how they stand, in a word of `status`; one of which a slice is broken counts as broken.
    intents = _gauge("intents", "Intents by how they or their slices stand.", [*_MODEL, "standing"])
    for model, standings in intents_by_standing(states).items():
        for each in Standing:
            intents.add_metric([*_names(model), each.value], standings[each])
    yield intents


def _each(broken: Iterable[CellState]) -> Iterator[Metric]:
    # As of an intent: recall since the release, its floor, its labels, its evidence and its verdict.
    recall = _gauge("slice_recall_ratio", "Recall of a broken slice since the release.", _SLICE)
    floor = _gauge("slice_floor_ratio", "The recall below which its promise is broken.", _SLICE)
    support = _gauge("slice_labelled_positives", "Labelled tickets of a broken slice.", _SLICE)
    evidence = _gauge("slice_evidence_ratio", "Evidence, as a share of what pages.", _SLICE)
    verdict = _gauge("slice_verdict", "1 for the verdict that holds.", [*_SLICE, "verdict"])
    for state in broken:
        names, live = _of_cell(state.cell), state.labels.reading.recall
        verdict.add_metric([*names, state.judgement.verdict.value], 1)
        support.add_metric(names, state.labels.tally.support)
        evidence.add_metric(names, state.evidence)
        if live is not None:
            recall.add_metric(names, live)
        if state.held.floor is not None:
            floor.add_metric(names, state.held.floor)
    yield from (recall, floor, support, evidence, verdict)


def _counts(slices: Iterable[CellState]) -> Iterator[Metric]:
    """Of each model that has slices every verdict and coverage, 0 too: a count that ends must not stand still."""
    verdicts: dict[Model, Counter[Verdict]] = defaultdict(Counter)
    coverages: dict[Model, Counter[Coverage]] = defaultdict(Counter)
    for state in slices:
        cell = state.cell
        if cell.intent != OTHER and (cell.slice is None or cell.slice.value != OTHER):
            verdicts[cell.model][state.judgement.verdict] += 1
            coverages[cell.model][state.judgement.coverage] += 1
    # How many slices have which verdict, and of how many a fall could be seen.
    by_verdict = _gauge("slices_by_verdict", "Slices by their verdict.", [*_MODEL, "verdict"])
    by_coverage = _gauge("slices_by_coverage", "Slices by their coverage.", [*_MODEL, "coverage"])
    for model in sorted(verdicts):
        for judged in Verdict:
            by_verdict.add_metric([*_names(model), judged.value], verdicts[model][judged])
        for seen in Coverage:
            by_coverage.add_metric([*_names(model), seen.value], coverages[model][seen])
    yield by_verdict
    yield by_coverage


def _urgency(state: CellState) -> tuple[bool, Urgency, Cell]:
    """The watched first."""
    return not state.held.watched, urgency(state.judgement, state.evidence), state.cell


def _gauge(name: str, about: str, labels: Sequence[str]) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"anchorwatch_{name}", about, labels=labels)


def _names(model: Model) -> list[str]:
    return [model.name, model.version, model.environment]


def _of_cell(cell: Cell) -> list[str]:
    return [*_names(cell.model), cell.display, cell.slice_text]
