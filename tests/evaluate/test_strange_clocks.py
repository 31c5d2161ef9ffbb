"""One event in a hundred carries any time that the decoder admits: what is judged stays as it is without them.

A label is from a person's laptop and a prediction from a host whose clock was never set: single times are nobody's.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import numpy as np
import pytest
from msgspec.structs import replace
from sqlalchemy import Engine

from connectors.sql.evaluate.store import EvaluationStore
from connectors.sql.review.incidents import IncidentRecords
from monitor.domain.events.types import Label, Prediction
from monitor.domain.judging.judge import Coverage, Verdict
from monitor.domain.judging.reasons import StreamStopped, TooFewLabels
from monitor.domain.judging.state import days_observed
from tests.stored import TICKETS, label, prediction, rows, take
from tests.worlds import NewWorld, World

BEGIN = datetime(2026, 10, 1, tzinfo=UTC)
DAYS = 30
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOW = BEGIN + DAYS * DAY
FUTURE = DAY  # limits.future_hours
OLDEST = datetime(2000, 1, 1, tzinfo=UTC)
RATE = 60  # tickets a day

Pair = tuple[Prediction, Label | None]
Strays = Callable[[np.random.Generator, int], Sequence[datetime]]


class Judged(NamedTuple):
    """What is judged by time."""

    verdicts: dict[str, tuple[Verdict, Coverage]]
    reasons: dict[str, list[str]]
    per_day: dict[str, float]
    silent_days: float
    released: datetime
    last_label: datetime
    opened: list[datetime]
    onsets: list[datetime]
    latest: datetime


def tickets(*, labelled_days: float = DAYS, broken_from: float = DAYS) -> list[Pair]:
    """A ticket every 24 minutes, its label five hours later; the intent `erasure` is one in six."""
    rng = np.random.default_rng(7)
    pairs: list[Pair] = []
    for number in range(RATE * DAYS):
        at = BEGIN + number * DAY / RATE
        truth = "erasure" if number % 6 == 0 else "bug"
        recall = 0.1 if truth == "erasure" and at > BEGIN + broken_from * DAY else 0.92
        predicted = truth if rng.random() < recall else "other"
        name = f"p{number}"
        given = at + 5 * HOUR
        made = replace(label(name, truth), labeled_at=given) if given <= BEGIN + labelled_days * DAY else None
        pairs.append((replace(prediction(name, predicted), ts=at), made))
    return [pair for pair in pairs if pair[0].ts <= NOW]


def any_time(rng: np.random.Generator, count: int) -> Sequence[datetime]:
    span = (NOW + FUTURE - OLDEST) / DAY
    return [OLDEST + share * span * DAY for share in rng.random(count).tolist()]


def long_ago(_rng: np.random.Generator, count: int) -> Sequence[datetime]:
    return [OLDEST] * count


def ahead(_rng: np.random.Generator, count: int) -> Sequence[datetime]:
    return [NOW + FUTURE] * count


def just_now(_rng: np.random.Generator, count: int) -> Sequence[datetime]:
    return [NOW] * count


def before_the_release(rng: np.random.Generator, count: int) -> Sequence[datetime]:
    return [BEGIN - 60 * float(share) * DAY for share in rng.random(count)]


def within_the_silence(rng: np.random.Generator, count: int) -> Sequence[datetime]:
    return [NOW - 10 * float(share) * DAY for share in rng.random(count)]


STRAYS = [any_time, long_ago, ahead, just_now, before_the_release, within_the_silence]


def strayed(pairs: Sequence[Pair], strays: Strays, share: float, what: str, seed: int) -> list[Pair]:
    """The same tickets; of their predictions, or labels, some carry other times."""
    rng = np.random.default_rng(seed)
    chosen = [number for number, (_, made) in enumerate(pairs) if made is not None or what == "prediction"]
    count = max(1, int(len(chosen) * share))
    moved = dict(zip(rng.choice(chosen, count, replace=False).tolist(), strays(rng, count), strict=True))
    changed: list[Pair] = []
    for number, (made, labelled) in enumerate(pairs):
        at = moved.get(number)
        if at is not None and what == "prediction":
            made = replace(made, ts=at)
        elif at is not None and labelled is not None:
            labelled = replace(labelled, labeled_at=at)
        changed.append((made, labelled))
    return changed


def judged(world: World, pairs: Sequence[Pair]) -> Judged:
    """Taken in and judged in six steps, as a live agent would; the last at `NOW`."""
    world.anchor(erasure=(0.9, 40), bug=(0.9, 200))
    store = world.store
    for step in range(6):
        part = pairs[step * len(pairs) // 6 : (step + 1) * len(pairs) // 6]
        take(store, *(event for pair in part for event in pair if event is not None))
        world.evaluate(BEGIN + (step + 1) * DAYS / 6 * DAY)
    with EvaluationStore(world.engine).evaluation() as transaction:
        latest = transaction.latest_event()
        model = transaction.models()[TICKETS]
    assert latest is not None
    assert model.first_prediction is not None
    assert model.last_label is not None
    cells = {intent: world.cell(intent) for intent in ("erasure", "bug")}
    reasons = {intent: state.judgement.reasons for intent, state in cells.items()}
    silent = [r.silent_h / 24 for r in reasons["erasure"] if isinstance(r, StreamStopped)]
    incidents = IncidentRecords(world.engine).all()
    return Judged(
        {intent: (state.judgement.verdict, state.judgement.coverage) for intent, state in cells.items()},
        {
            intent: [type(r).__name__ for r in of if isinstance(r, StreamStopped | TooFewLabels)]
            for intent, of in reasons.items()
        },
        {
            intent: state.labels.per_day(days_observed(model.first_prediction, NOW))
            for intent, state in cells.items()
        },
        max(silent, default=0.0),
        model.first_prediction,
        model.last_label,
        [incident.opened_at for incident in incidents],
        [member.onset for incident in incidents for member in incident.members],
        latest,
    )


def assert_alike(strange: Judged, clean: Judged) -> None:
    assert strange.verdicts == clean.verdicts
    assert strange.reasons == clean.reasons
    assert strange.per_day == pytest.approx(clean.per_day, rel=0.07)
    assert strange.silent_days == pytest.approx(clean.silent_days, abs=1.0)
    assert abs(strange.released - clean.released) <= 2 * DAY
    assert abs(strange.last_label - clean.last_label) <= DAY
    assert strange.opened == clean.opened
    for onset, expected in zip(strange.onsets, clean.onsets, strict=True):
        assert abs(onset - expected) <= DAY
    assert abs(strange.latest - clean.latest) <= FUTURE


FINE = Verdict.OK, Coverage.SEEN
SILENT = Verdict.OK, Coverage.STALE
WORLDS = {
    "flows": (tickets(), {"erasure": FINE, "bug": FINE}),
    "labels stopped": (tickets(labelled_days=20), {"erasure": SILENT, "bug": SILENT}),
    "broken": (tickets(broken_from=22), {"erasure": (Verdict.DEGRADED, Coverage.SEEN), "bug": FINE}),
}


@pytest.fixture(scope="module")
def clean() -> dict[str, Judged]:
    """What is judged of each world without strays, as it was first asked for."""
    return {}


def as_clean(new_world: NewWorld, name: str, known: dict[str, Judged]) -> Judged:
    if name not in known:
        pairs, verdicts = WORLDS[name]
        known[name] = judged(new_world(), pairs)
        assert known[name].verdicts == verdicts
    return known[name]


@pytest.mark.parametrize("what", ["prediction", "label"])
@pytest.mark.parametrize("share", [0.0, 0.0095])
@pytest.mark.parametrize("strays", STRAYS)
@pytest.mark.parametrize("name", WORLDS)
def test_what_is_judged_by_time_is_as_without_the_strays(
    new_world: NewWorld, clean: dict[str, Judged], name: str, strays: Strays, share: float, what: str
) -> None:
    expected = as_clean(new_world, name, clean)
    pairs = strayed(WORLDS[name][0], strays, share, what, seed=len(strays.__name__))
    assert_alike(judged(new_world(), pairs), expected)


@pytest.mark.parametrize("name", WORLDS)
def test_it_is_so_on_both_databases(
    engine: Engine, new_world: NewWorld, clean: dict[str, Judged], name: str
) -> None:
    expected = as_clean(new_world, name, clean)
    pairs = WORLDS[name][0]
    for seed, what in enumerate(("prediction", "label")):
        pairs = strayed(pairs, any_time, 0.0045, what, seed)
    world = World(engine)
    assert_alike(judged(world, pairs), expected)


@pytest.mark.parametrize("stray", [OLDEST, BEGIN - 300 * DAY, NOW + FUTURE])
def test_the_event_at_which_a_fall_begins_does_not_say_alone_when_that_was(
    new_world: NewWorld, stray: datetime
) -> None:
    pairs = WORLDS["broken"][0]
    world = new_world()
    expected = judged(world, pairs)
    (incident,) = IncidentRecords(world.engine).all()
    ((begun,),) = rows(
        world.engine, f"SELECT prediction_id FROM outcome WHERE seq = {incident.members[0].onset_seq}"
    )
    strange = [(replace(made, ts=stray) if made.prediction_id == begun else made, of) for made, of in pairs]
    odd = new_world()
    assert_alike(judged(odd, strange), expected)
    (member,) = IncidentRecords(odd.engine).all()[0].members
    assert member.onset_seq == incident.members[0].onset_seq
    assert member.newest is not None
    assert timedelta(0) <= NOW - member.newest <= 2 * DAY + (NOW - member.noticed)
    bet = odd.cell("erasure").bet
    assert bet.onset is not None
    assert abs(bet.onset - member.onset) <= DAY


def test_a_retraction_and_a_correction_undo_the_times_that_a_label_brought(new_world: NewWorld) -> None:
    """Of few tickets one can't be told from the rest; but people can, and say so."""
    few = [pair for pair in tickets(labelled_days=20) if int(pair[0].prediction_id[1:]) % 40 == 0]
    late = (
        replace(few[-1][0], prediction_id="late"),
        replace(label("late", "bug", label_id="late"), labeled_at=NOW),
    )
    early = (
        replace(few[0][0], prediction_id="early", ts=OLDEST),
        replace(label("early", "bug", label_id="early"), labeled_at=BEGIN + DAY),
    )
    expected = judged(new_world(), few)
    for status, changes in (("retracted", {"retracted": True}), ("corrected", {})):
        world = new_world()
        assert judged(world, [early, *few, late]).released == OLDEST
        assert rows(world.engine, "SELECT last_label_us FROM model") == [(int(NOW.timestamp()) * 10**6,)]
        right = BEGIN + 3 * DAY
        for name in ("early", "late"):
            made = label(name, "bug", label_id=name, revision=2, **changes)
            take(world.store, replace(made, labeled_at=right))
        world.evaluate(NOW)
        with EvaluationStore(world.engine).evaluation() as transaction:
            model = transaction.models()[TICKETS]
        assert model.last_label is not None
        assert abs(model.last_label - expected.last_label) <= HOUR
        assert (model.first_prediction == expected.released) == (status == "retracted")
        (silent,) = (r for r in world.cell("bug").judgement.reasons if isinstance(r, StreamStopped))
        assert silent.silent_h / 24 == pytest.approx(expected.silent_days, abs=0.1)
        held = sum(model.delays.counts) + sum(model.delays.changes)
        assert (
            held == model.outcomes == sum(made is not None for _, made in few) + 2 * (status == "corrected")
        )
