"""What can become of a ticket's label: early, twice, corrected, retracted, and thirteen more."""

from collections.abc import Callable
from datetime import datetime, timedelta

from tests.e2e.drafts import Draft, Event, another, label_event, later_than, stamp

FATES = {
    "plain": 0.62,
    "early": 0.05,
    "twice": 0.04,
    "corrected": 0.05,
    "retracted": 0.03,
    "two_ids": 0.04,
    "two_ids_one_retracted": 0.02,
    "same_time": 0.02,
    "adjudicated": 0.03,
    "complaint": 0.02,
    "weak": 0.02,
    "weak_and_human": 0.01,
    "moved": 0.01,
    "inline": 0.02,
    "among_predictions": 0.01,
    "conflicting": 0.01,
}
Fate = Callable[[Draft, Event, str, datetime], None]


def _some_hours_later(
    draft: Draft, prediction: Event, truth: str, at: datetime, **changes: object
) -> tuple[datetime, Event]:
    """A label some hours later, not sent yet."""
    when = later_than(draft, at)
    prediction_id = prediction["prediction_id"]
    label = label_event(draft, prediction_id, truth, when, f"l-{prediction_id}")
    return when, label | changes


def _plain(draft: Draft, prediction: Event, truth: str, at: datetime) -> None:
    when, label = _some_hours_later(draft, prediction, truth, at)
    draft.add(when, "labels", label)


def _early(draft: Draft, prediction: Event, truth: str, at: datetime) -> None:
    _, label = _some_hours_later(draft, prediction, truth, at)
    draft.add(at - timedelta(hours=float(draft.rng.uniform(0.1, 30))), "labels", label)


def _twice(draft: Draft, prediction: Event, truth: str, at: datetime) -> None:
    when, label = _some_hours_later(draft, prediction, truth, at)
    draft.add(when, "labels", label)
    draft.add(later_than(draft, when), "labels", dict(reversed(label.items())) | {"tool": "v2"})


def _corrected(draft: Draft, prediction: Event, truth: str, at: datetime) -> None:
    """By a higher revision, or by a later time at the same revision; the correction may overtake the first."""
    when, label = _some_hours_later(draft, prediction, truth, at)
    later = later_than(draft, when)
    again = label | {"labeled_at": stamp(later)}
    if draft.chance(0.7):
        again["revision"] = 2
    first = when if draft.chance(0.7) else later_than(draft, later)
    draft.add(first, "labels", label | {"intent": another(truth, draft.rng)})
    draft.add(later, "labels", again)


def _retracted(draft: Draft, prediction: Event, truth: str, at: datetime) -> None:
    when, label = _some_hours_later(draft, prediction, truth, at)
    later = later_than(draft, when)
    again = label | {"status": "retracted", "revision": 2, "labeled_at": stamp(later)}
    if draft.chance(0.5):
        del again["intent"]
    draft.add(when if draft.chance(0.8) else later_than(draft, later), "labels", label)
    draft.add(later, "labels", again)


def _two_ids(draft: Draft, prediction: Event, truth: str, at: datetime) -> None:
    """The later label holds, in whatever order they arrive."""
    when, label = _some_hours_later(draft, prediction, another(truth, draft.rng), at)
    later = later_than(draft, when)
    second = label_event(draft, prediction["prediction_id"], truth, later, f"a-{prediction['prediction_id']}")
    arrivals = [when, later] if draft.chance(0.5) else [later, when]
    draft.add(arrivals[0], "labels", label)
    draft.add(arrivals[1], "labels", second)


def _two_ids_one_retracted(draft: Draft, prediction: Event, truth: str, at: datetime) -> None:
    """The later label held and is taken back: the earlier label holds again."""
    when, label = _some_hours_later(draft, prediction, truth, at)
    draft.add(when, "labels", label)
    later = later_than(draft, when)
    wrong = another(truth, draft.rng)
    second = label_event(draft, prediction["prediction_id"], wrong, later, f"z-{prediction['prediction_id']}")
    draft.add(later, "labels", second)
    last = later_than(draft, later)
    draft.add(last, "labels", second | {"status": "retracted", "revision": 5, "labeled_at": stamp(last)})


def _same_time(draft: Draft, prediction: Event, truth: str, at: datetime) -> None:
    """Of two at the same moment the larger id holds."""
    when, label = _some_hours_later(draft, prediction, truth, at)
    smaller = label | {"label_id": f"b-{prediction['prediction_id']}", "intent": another(truth, draft.rng)}
    pair = [label, smaller] if draft.chance(0.5) else [smaller, label]
    for event in pair:
        draft.add(when, "labels", event)


def _adjudicated(draft: Draft, prediction: Event, truth: str, at: datetime) -> None:
    """It takes precedence over an annotator's later label."""
    when, label = _some_hours_later(draft, prediction, truth, at, source={"kind": "adjudicated"})
    draft.add(when, "labels", label)
    later = later_than(draft, when)
    wrong = another(truth, draft.rng)
    draft.add(
        later,
        "labels",
        label_event(draft, prediction["prediction_id"], wrong, later, f"m-{label['label_id']}"),
    )


def _complaint(draft: Draft, prediction: Event, truth: str, at: datetime) -> None:
    when, label = _some_hours_later(draft, prediction, truth, at, source={"kind": "complaint"})
    draft.add(when, "labels", label)


def _weak(draft: Draft, prediction: Event, truth: str, at: datetime) -> None:
    when, label = _some_hours_later(draft, prediction, truth, at, source={"kind": "weak"})
    draft.add(when, "labels", label)


def _weak_and_human(draft: Draft, prediction: Event, truth: str, at: datetime) -> None:
    _plain(draft, prediction, truth, at)
    when, label = _some_hours_later(draft, prediction, another(truth, draft.rng), at, source={"kind": "weak"})
    draft.add(when, "labels", label | {"label_id": f"w-{label['label_id']}"})


def _moved(draft: Draft, prediction: Event, truth: str, at: datetime) -> None:
    """The annotation tool had it under another ticket at first."""
    when, label = _some_hours_later(draft, prediction, truth, at)
    number = int(prediction["prediction_id"].split("-")[1])
    draft.add(when, "labels", label | {"prediction_id": f"p-{max(0, number - 1):05d}-é"})
    draft.add(later_than(draft, when), "labels", label | {"revision": 2})


def _inline(draft: Draft, prediction: Event, truth: str, at: datetime) -> None:
    when, label = _some_hours_later(draft, prediction, truth, at, event="label")
    draft.add(when, "labels", label | {"prediction": prediction})


def _among_predictions(draft: Draft, prediction: Event, truth: str, at: datetime) -> None:
    when, label = _some_hours_later(draft, prediction, truth, at, event="label")
    draft.add(when, "predictions", label)


def _conflicting(draft: Draft, prediction: Event, truth: str, at: datetime) -> None:
    """The same revision at the same time with another intent is refused, unless a newer label came before."""
    when, label = _some_hours_later(draft, prediction, truth, at)
    draft.add(when, "labels", label)
    later = later_than(draft, when)
    if draft.chance(0.3):
        draft.add(later, "labels", label | {"revision": 3})
    draft.add(later_than(draft, later), "labels", label | {"intent": another(truth, draft.rng)})


WRITERS: dict[str, Fate] = {
    "plain": _plain,
    "early": _early,
    "twice": _twice,
    "corrected": _corrected,
    "retracted": _retracted,
    "two_ids": _two_ids,
    "two_ids_one_retracted": _two_ids_one_retracted,
    "same_time": _same_time,
    "adjudicated": _adjudicated,
    "complaint": _complaint,
    "weak": _weak,
    "weak_and_human": _weak_and_human,
    "moved": _moved,
    "inline": _inline,
    "among_predictions": _among_predictions,
    "conflicting": _conflicting,
}
