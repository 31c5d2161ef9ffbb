"""Does every figure that people are shown cover what it says? A question, its worlds, the share covered, the promise.

`python -m benchmarks.promises [--full] [--only QUESTION]`

To ask another one, write a function from the number of runs to rows, and give it a name in `QUESTIONS`.
"""

import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import lru_cache

from scipy.stats import binom

from benchmarks.promises_alarms import AlarmSeen, Fall, alarms
from benchmarks.report import Report, Table, parser, publish
from monitor.domain.recall.estimate import Estimate
from monitor.domain.recall.intervals import interval

RUNS, FULL = 100, 2_000
SEED = 1
LUCK = 0.001  # a promise that is kept is called broken so seldom


class Promised(dict[str, str | float | int | bool]):
    """One row: a question, its world, the `figure` measured in so many `runs`, what is promised, whether it is kept."""


Question = Callable[[int], Iterable[Promised]]


def covered(question: str, world: str, held: Sequence[bool], promised: float, **more: float) -> Promised:
    """How often an interval held the truth; kept unless it did so less often than chance allows (1 in 1,000)."""
    runs, count = len(held), sum(held)
    least = binom.ppf(LUCK, runs, promised) if runs else 0
    rounded = {name: round(value, 3) for name, value in more.items()}
    return Promised(
        question=question,
        world=world,
        figure=round(count / runs, 3) if runs else math.nan,
        promised=promised,
        runs=runs,
        kept=count >= least,
        **rounded,
    )


def live(runs: int) -> Iterator[Promised]:
    """The recall since the release: a confidence sequence, at a page of a cell that was broken from the start."""
    for fall in _falls(days=(0.0,)):
        seen = _alarms(fall, runs)
        held = [_holds(alarm.facts.live, fall.to) for alarm in seen]
        yield covered("live", _name(fall), held, 0.95, width=_width(alarm.facts.live for alarm in seen))


def since_onset(runs: int) -> Iterator[Promised]:
    """The recall since the onset, which the alarm chose; beside it what an interval for one look would hold."""
    for fall in (*_falls(), *_anchors()):
        seen = _alarms(fall, runs)
        held = [_holds(alarm.facts.recent, fall.to) for alarm in seen]
        before = [_holds(one_look(alarm), fall.to) for alarm in seen]
        yield covered(
            "since onset",
            _name(fall),
            held,
            0.95,
            width=_width(alarm.facts.recent for alarm in seen),
            before=_share(before),
        )


def missed(runs: int) -> Iterator[Promised]:
    """The tickets missed since the onset, those without a label, or whose label is still to come, too."""
    for fall in _late():
        seen = _alarms(fall, runs)
        held = [_holds(alarm.facts.touched, alarm.missed) for alarm in seen]
        yield covered(
            "missed",
            _name(fall),
            held,
            0.90,
            width=_width(alarm.facts.touched for alarm in seen),
            before=_share([_holds(_by_share(alarm, fall), alarm.missed) for alarm in seen]),
        )


def onset(runs: int) -> Iterator[Promised]:
    """The interval of the onset: whether it holds the time at which recall fell, or the first ticket."""
    for fall in (*_falls(to=(0.39, 0.60, 0.70)), *_late()):
        seen = _alarms(fall, runs)
        held = [
            (fall.on_day == 0 and alarm.facts.starts[2].seq == 0) or surrounds(alarm, fall) for alarm in seen
        ]
        days = [
            (alarm.facts.onset_high - alarm.facts.onset_low).total_seconds() / 86_400
            for alarm in seen
            if alarm.facts.onset_low is not None and alarm.facts.onset_high is not None
        ]
        yield covered("onset", _name(fall), held, 0.90, width=sum(days) / max(len(days), 1))


QUESTIONS: Mapping[str, Question] = {
    "live": live,
    "since onset": since_onset,
    "missed": missed,
    "onset": onset,
}


def _falls(
    to: Sequence[float] = (0.39, 0.60, 0.70, 0.75), days: Sequence[float] = (0.0, 20.0)
) -> Iterator[Fall]:
    """Falls to these recalls, at the release and later, at 2 to 50 labels a day, with a floor of .78."""
    for recall in to:
        for rate in (2.0, 50.0):
            for day in days:
                length = {0.39: 400, 0.60: 800, 0.70: 2000, 0.75: 3000}[recall] / rate
                yield Fall(recall, on_day=day * 10 / rate, labels_a_day=rate, days=day * 10 / rate + length)


def _anchors() -> Iterator[Fall]:
    """Falls below the floors of small anchors."""
    for support, recall in ((8, 0.39), (20, 0.39), (38, 0.60), (100, 0.60)):
        yield Fall(recall, on_day=20.0, support=support)


def _late() -> Iterator[Fall]:
    """Falls with labels for a fifth of the tickets or for all, up to five days late; at the page and four days on."""
    for recall in (0.39, 0.60):
        for delay in (0.0, 3.0, 5.0):
            for share in (0.2, 1.0):
                world = Fall(recall, on_day=30.0, share=share, delay_days=delay, days=180.0)
                yield from (world, replace(world, later_days=4.0))
    yield from (Fall(recall, share=0.2, delay_days=5.0, days=120.0) for recall in (0.39, 0.60))


@lru_cache(maxsize=4)
def _alarms(fall: Fall, runs: int) -> list[AlarmSeen]:
    return alarms(fall, runs, SEED)


def surrounds(alarm: AlarmSeen, fall: Fall) -> bool:
    """Whether the interval of the onset holds the time at which recall fell."""
    low, high = alarm.facts.onset_low, alarm.facts.onset_high
    # The first ticket of the fall is labelled some tickets after it.
    return low is not None and high is not None and low - _between(fall) <= alarm.fell <= high


def _between(fall: Fall) -> timedelta:
    """So long at most are two labelled tickets apart, once in 20 times longer."""
    return timedelta(days=3 / fall.labels_a_day)


def one_look(alarm: AlarmSeen) -> Estimate:
    """Recall since the onset, with the interval that would hold had nobody chosen it."""
    support = alarm.facts.recent_support
    hits = round(alarm.facts.recent.value * support)
    return Estimate(alarm.facts.recent.value, *interval(hits, support - hits))


def _by_share(alarm: AlarmSeen, fall: Fall) -> Estimate:
    """`P (1 - R)` of before: the labels of the moment, each for as many tickets as are not drawn."""
    looked = one_look(alarm)
    positives = alarm.facts.recent_support / fall.share
    return Estimate(
        positives * (1 - looked.value), positives * (1 - looked.high), positives * (1 - looked.low)
    )


def _holds(estimate: Estimate, truth: float) -> bool:
    return estimate.low - 1e-9 <= truth <= estimate.high + 1e-9


def _width(estimates: Iterable[Estimate]) -> float:
    widths = [each.high - each.low for each in estimates]
    return sum(widths) / max(len(widths), 1)


def _share(held: Sequence[bool]) -> float:
    return sum(held) / max(len(held), 1)


def _name(fall: Fall) -> str:
    told = f"to {fall.to:g}, {fall.labels_a_day:g} labels a day, fell on day {fall.on_day:g}"
    more = {
        f", floor {fall.floor:.2f}": fall.support is not None,
        f", {fall.share:.0%} labelled": fall.share < 1,
        f", up to {fall.delay_days:g} days late": fall.delay_days > 0,
        f", {fall.later_days:g} days after the page": fall.later_days > 0,
    }
    return told + "".join(words for words, holds in more.items() if holds)


def main() -> None:
    """Ask, and print a table for each question."""
    options = parser(__doc__.split("\n", 1)[0])
    options.add_argument("--full", action="store_true", help=f"{FULL:,} runs a row instead of {RUNS}")
    options.add_argument("--only", choices=[*QUESTIONS], help="ask this one")
    asked = options.parse_args()
    begun = time.perf_counter()
    runs = FULL if asked.full else 5 if asked.quick else RUNS
    tables = [
        Table(name, [dict(row) for row in question(runs)])
        for name, question in QUESTIONS.items()
        if asked.only in (None, name)
    ]
    report = Report("promises", tables, time.perf_counter() - begun, asked.quick, ("numpy", "scipy"))
    publish(report, asked)


if __name__ == "__main__":
    main()
