"""What pages say since a fall: recall since the release and since the onset, the onset, the tickets missed."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from benchmarks.promises_alarms import AlarmSeen, Fall, alarms
from benchmarks.promises_rows import Answer, covered, holds, open_figure, share, width
from monitor.domain.recall.estimate import Estimate
from monitor.domain.recall.intervals import interval

SEED = 1
CLEARLY_BELOW = 0.70  # of a recall hardly below the floor of .78 nobody can tell well when it fell
LENGTHS = {0.39: 400, 0.60: 800, 0.70: 2000, 0.75: 3000}  # labels in which every fall has paged


def live(runs: int) -> Iterator[Answer]:
    """The recall since the release: a confidence sequence, at a page of a cell that was broken from the start."""
    for fall in _falls(days=(0.0,)):
        seen = _alarms(fall, runs)
        held = [holds(alarm.live, fall.to) for alarm in seen]
        yield covered("live, at a page", _name(fall), held, 0.95, f"width {_width(seen, 'live'):.2f}")


def since_onset(runs: int) -> Iterator[Answer]:
    """The recall since the onset, which the alarm chose; beside it what an interval for one look would hold."""
    for fall in (*_falls(), *_anchors(), *_late()[:4], *_alike()):
        seen = _alarms(fall, runs)
        held = [holds(alarm.recent, fall.to) for alarm in seen]
        before = share([holds(one_look(alarm), fall.to) for alarm in seen])
        beside = f"width {_width(seen, 'recent'):.2f}; an interval for one look {before:.2f}"
        yield covered("since the onset", _name(fall), held, 0.95, beside)


def missed(runs: int) -> Iterator[Answer]:
    """The tickets missed since the onset, those without a label, or whose label is still to come, too."""
    for fall in _late():
        seen = _alarms(fall, runs)
        held = [holds(alarm.touched, alarm.missed) for alarm in seen]
        before = share([holds(_by_share(alarm, fall), alarm.missed) for alarm in seen])
        beside = f"width {_width(seen, 'touched'):.0f}; P (1 - R) {before:.2f}"
        yield covered("missed", _name(fall), held, 0.95, beside)


def onset(runs: int) -> Iterator[Answer]:
    """The interval of the onset: whether it holds the time at which recall fell, or the first ticket."""
    for fall in (*_falls(), *_late(), *_alike()):
        if fall.later_days:
            continue
        seen = _alarms(fall, runs)
        days = [(alarm.onset_high - alarm.onset_low).total_seconds() / 86_400 for alarm in seen]
        beside = f"{sum(days) / max(len(days), 1):.1f} days wide"
        held = [surrounds(alarm, fall) for alarm in seen]
        if fall.to > CLEARLY_BELOW:
            yield open_figure("onset", f"{_name(fall)}, floor .78", share(held), len(held), beside)
        else:
            yield covered("onset", _name(fall), held, 0.95, beside)


def surrounds(alarm: AlarmSeen, fall: Fall) -> bool:
    """Whether the interval of the onset holds the time at which recall fell, or the first ticket of the version."""
    if fall.on_day == 0 and alarm.from_first:
        return True
    return alarm.onset_low <= alarm.fell <= alarm.onset_high


def one_look(alarm: AlarmSeen) -> Estimate:
    """Recall since the onset, with the interval that would hold had nobody chosen it."""
    support = alarm.recent_support
    hits = round(alarm.recent.value * support)
    return Estimate(alarm.recent.value, *interval(hits, support - hits))


def _falls(
    to: Sequence[float] = (0.39, 0.60, 0.70, 0.75), days: Sequence[float] = (0.0, 20.0)
) -> Iterator[Fall]:
    """Falls to these recalls, at the release and later, at .2 to 50 labels a day, with a floor of .78."""
    for recall in to:
        for rate in (0.2, 2.0, 50.0) if recall == 0.39 else (2.0, 50.0):
            for day in days:
                length = LENGTHS[recall] / rate
                yield Fall(recall, on_day=day * 10 / rate, labels_a_day=rate, days=day * 10 / rate + length)


def _anchors() -> Iterator[Fall]:
    """Falls below the floors of small anchors."""
    for support, recall in ((8, 0.39), (20, 0.39), (38, 0.60), (100, 0.60)):
        yield Fall(recall, on_day=20.0, support=support)


def _alike() -> Iterator[Fall]:
    """Falls where a customer's tickets miss together, and are bet on as one."""
    for icc, at_a_time in ((0.1, 3), (0.3, 3), (0.1, 10), (0.3, 10)):
        for recall in (0.39, 0.60):
            length = LENGTHS[recall] * (1 + (at_a_time - 1) * icc) * 2 / 10
            yield Fall(recall, on_day=30.0, days=30 + length, at_a_time=at_a_time, icc=icc)


def _late() -> list[Fall]:
    """Falls with labels for a fifth of the tickets or for all, up to five days late; at the page and four days on."""
    falls = []
    for recall in (0.39, 0.60):
        for delay in (5.0, 3.0, 0.0):
            for labelled in (0.2, 1.0):
                world = Fall(recall, on_day=30.0, share=labelled, delay_days=delay, days=180.0)
                falls += [world, replace(world, later_days=4.0)]
    return falls + [Fall(recall, share=0.2, delay_days=5.0, days=120.0) for recall in (0.39, 0.60)]


@lru_cache(maxsize=64)
def _alarms(fall: Fall, runs: int) -> list[AlarmSeen]:
    """The pages of a world, for all the questions that are asked of it."""
    return alarms(fall, runs, SEED)


def _by_share(alarm: AlarmSeen, fall: Fall) -> Estimate:
    """`P (1 - R)` of before: the labels of the moment, each for as many tickets as are not drawn."""
    looked = one_look(alarm)
    positives = alarm.recent_support / fall.share
    return Estimate(
        positives * (1 - looked.value), positives * (1 - looked.high), positives * (1 - looked.low)
    )


def _width(seen: Sequence[AlarmSeen], figure: str) -> float:
    return width(getattr(alarm, figure) for alarm in seen)


def _name(fall: Fall) -> str:
    when = f"on day {fall.on_day:g}" if fall.on_day else "at the release"
    told = f"to {fall.to:g} {when}, {fall.labels_a_day:g} labels a day"
    more = {
        f", {fall.at_a_time} tickets of a customer at a time, ICC {fall.icc:g}": fall.at_a_time > 1,
        f", anchor of {fall.support}": fall.support is not None,
        f", {fall.share:.0%} labelled": fall.share < 1,
        f", up to {fall.delay_days:g} days late": fall.delay_days > 0,
        f", {fall.later_days:g} days after the page": fall.later_days > 0,
    }
    return told + "".join(words for words, true in more.items() if true)
