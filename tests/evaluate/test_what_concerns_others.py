"""What happens in one cell, or to a model, concerns cells to which nothing came: they are judged, too, and in time."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from tests.evaluate.twins import Twins
from tests.stored import NOON, SHADOW, TICKETS, label, prediction, take
from tests.worlds import NewWorld, World

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
BY_CHANNEL = {"name": "channel", "against": "intent"}


def judged_often(twins: Twins, at: datetime, times: int = 3) -> datetime:
    """A minute apart; the minute after it."""
    for _ in range(times):
        twins.evaluate(at)
        at += MINUTE
    return at


def predict(twins: Twins, ids: str, intent: str, *hours: float, **more: Any) -> None:  # noqa: ANN401
    events = [prediction(f"{ids}{n}", intent, hours=hour, **more) for n, hour in enumerate(hours)]
    twins.do(lambda world: take(world.store, *events))


def misses(twins: Twins, intent: str, pattern: str, **more: Any) -> list[str]:  # noqa: ANN401
    """Labels by ann; the ids of the misses."""
    names = twins.do(lambda world: world.outcomes(intent, pattern, annotator="ann", **more))
    return [name for name, letter in zip(names, pattern, strict=True) if letter == "m"]


def read_again(twins: Twins, names: Iterable[str], intent: str) -> None:
    by_bob = {"annotator": "bob", "hours": 1}
    events = [label(name, intent, label_id=f"{name} again", **by_bob) for name in names]
    twins.do(lambda world: take(world.store, *events))


def test_blind_cells_of_a_version_that_is_no_longer_replaced_are_told_of(new_world: NewWorld) -> None:
    twins = Twins(new_world, judge={"stale_after_days": 30})
    for model in (TICKETS, SHADOW):
        twins.do(lambda world, model=model: world.anchor(model, erasure=(0.9, 40), login=(0.9, 400)))  # type: ignore[misc]
    predict(twins, "unlabelled", "login", *[1.0] * 100)
    twins.do(lambda world: world.outcomes("erasure", "h" * 100, hours=24 * 10))
    predict(twins, "late", "erasure", *(24 * 11 + hour for hour in range(8)))
    twins.do(lambda world: world.outcomes("login", "h" * 5, model=SHADOW, at=24 * 10, hours=24 * 10))
    predict(twins, "newer", "login", 24 * 13, model=SHADOW)
    judged_often(twins, NOON + 13 * DAY + HOUR, 4)
    predict(twins, "back", "erasure", *[24 * 14.4] * 8)
    predict(twins, "newest", "login", 24 * 14.5, model=SHADOW)
    judged_often(twins, NOON + 14.55 * DAY)
    assert "cells.blind" in twins.ours.kinds()


def test_a_group_believes_its_members_as_soon_as_its_page_ended(new_world: NewWorld) -> None:
    twins = Twins(
        new_world,
        judge={"groups_share": 0.5},
        watch={"intents": ["erasure"]},
        labels={"slip_rate": "auto"},
        groups=[{"name": "all", "intents": ["erasure", "login"]}],
    )
    twins.do(lambda world: world.anchor(erasure=(0.88, 100), login=(0.9, 300)))
    missed = misses(twins, "erasure", "hhhhm" * 10)
    misses(twins, "login", "hmm" * 40)
    at = judged_often(twins, NOON + 2 * DAY)
    assert twins.ours.cell("__group__:all").bet.broken
    read_again(twins, missed, "other")
    at = judged_often(twins, at)
    for hour in range(20):
        misses(twins, "login", "h" * 60, at=20 + hour)
        at = judged_often(twins, at, 1)
        if not twins.ours.cell("__group__:all").bet.broken:
            break
    judged_often(twins, at)
    assert twins.ours.cell("__group__:all").held.believed is not None


def test_slices_of_an_intent_that_cannot_be_watched_itself_are_as_soon_as_it_is_rare(
    new_world: NewWorld,
) -> None:
    twins = Twins(new_world, slices=[{"name": "channel"}], watch={"rare_share": 0.2})
    usable = (0.9, 400)
    twins.do(lambda world: world.anchor(erasure=(0.15, 400), erasure__channel__email=usable, login=usable))
    twins.do(lambda world: world.outcomes("login", "h" * 110))
    twins.do(lambda world: world.outcomes("erasure", "h" * 20, slices={"channel": "email"}))
    of_no_channel = twins.do(lambda world: world.outcomes("erasure", "h" * 20))
    at = judged_often(twins, NOON + DAY)
    twins.do(lambda world: world.retract(of_no_channel[:8]))
    at = judged_often(twins, at, 1)
    for _ in range(6):
        twins.do(lambda world: world.outcomes("login", "h" * 10, at=20))
        at = judged_often(twins, at, 1)
    assert twins.ours.cell("erasure", "channel=email").held.watched is not None


def test_a_slice_without_a_promise_of_its_intent_is_blind_by_the_newest_traffic(new_world: NewWorld) -> None:
    twins = Twins(new_world, slices=[{"name": "channel"}], judge={"stale_after_days": 30})
    twins.do(lambda world: world.anchor(erasure__channel__email=(0.9, 40), login=(0.9, 400)))
    twins.do(lambda world: world.outcomes("erasure", "h" * 30, slices={"channel": "email"}))
    predict(twins, "unlabelled", "login", *(number / 10 for number in range(100)))
    at = judged_often(twins, NOON + 2 * DAY)
    before = twins.ours.cell("erasure", "channel=email").judgement
    predict(twins, "more", "login", *(22 + number / 100 for number in range(200)))
    twins.evaluate(at + 5 * HOUR)
    assert twins.ours.cell("erasure", "channel=email").judgement != before


def test_traffic_that_was_read_to_see_whether_a_version_is_in_service_counts_at_once(
    new_world: NewWorld,
) -> None:
    twins = Twins(new_world, judge={"stale_after_days": 60}, versions={"retire_after_days": 0.5})
    for model in (TICKETS, SHADOW):
        twins.do(lambda world, model=model: world.anchor(model, erasure=(0.9, 40), login=(0.9, 400)))  # type: ignore[misc]
    twins.do(lambda world: world.outcomes("erasure", "h" * 100, hours=-14))
    predict(twins, "unlabelled", "login", *(number * 0.118 for number in range(100)))
    for hour in (21.0, 21.01, 21.02):
        twins.evaluate(NOON + hour * HOUR)
    twins.do(lambda world: world.outcomes("login", "h" * 5, model=SHADOW, at=20, hours=-3.5))
    predict(twins, "first", "login", 21.2, model=SHADOW)
    for hour in (21.5, 21.51, 21.52, 22.0):
        twins.evaluate(NOON + hour * HOUR)
    predict(twins, "second", "login", 22.3, model=SHADOW)
    for hour in (22.5, 23.0):
        twins.evaluate(NOON + hour * HOUR)
    predict(twins, "third", "login", 23.1, model=SHADOW)
    predict(twins, "more", "login", *[5.0] * 150)
    predict(twins, "now", "erasure", *[23.2] * 12)
    for hour in (23.5, 23.55, 23.6, 24.0, 24.55):
        twins.evaluate(NOON + hour * HOUR)


def test_misses_of_a_slice_that_joins_are_believed_as_those_of_its_intent(new_world: NewWorld) -> None:
    def rare(world: World) -> None:
        world.anchor(erasure=(0.88, 100), login=(0.9, 300))

    auto = {"slip_rate": "auto"}
    twins = Twins(new_world, watch={"intents": ["erasure"]}, labels=auto, slices=[BY_CHANNEL])
    twins.do(rare)
    missed = misses(twins, "erasure", "hhhhm" * 20, slices={"channel": "email"})
    read_again(twins, missed[:12], "login")
    at = judged_often(twins, NOON + 2 * DAY)
    misses(twins, "erasure", "hhm" * 5, slices={"channel": "phone"}, at=20)
    judged_often(twins, at)
    believed = {
        twins.ours.cell("erasure", text).held.believed for text in ("", "channel=email", "channel=phone")
    }
    assert len(believed) == 1
    assert None not in believed
