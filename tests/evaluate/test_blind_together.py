"""Cells of a model that go blind one after the other are told together, and not in a notice a day."""

from datetime import timedelta

import msgspec
from sqlalchemy import Engine

from monitor.domain.telling.about import CellConcern
from monitor.domain.telling.notices import Notice
from reports.pages.page import page_of
from tests.stored import NOON, rows
from tests.worlds import World


def told(world: World) -> list[Notice]:
    sent = rows(world.engine, "SELECT notice FROM notification WHERE kind = 'cells.blind' ORDER BY number")
    return [msgspec.json.decode(notice, type=Notice) for (notice,) in sent]


def test_slices_that_go_blind_on_four_days_in_a_row_are_one_notice_within_the_week(engine: Engine) -> None:
    world = World(engine, slices=[{"name": "channel", "against": "intent"}])
    world.anchor(erasure=(0.9, 50))
    days: list[int] = []
    for day in range(30):
        for channel in ("email", *("abcd"[: max(day - 14, 0)])):
            if day % 4 == 0 or day < 20:
                world.outcomes("erasure", "h", slices={"channel": channel}, at=24 * day, hours=24 * day)
        world.evaluate(NOON + timedelta(days=day + 1, hours=1))
        days += [day] * (len(told(world)) - len(days))

    concerns = [notice.about for notice in told(world) if isinstance(notice.about, CellConcern)]
    cells = [[str(cell) for cell, _ in concern.cells] for concern in concerns]
    assert cells[1:] == [[f"erasure [channel={name}]" for name in "abcd"]]
    assert days[1] - days[0] >= 7
    assert page_of(told(world)[1]).title == (
        "tickets v7 (prod): 4 cells cannot be watched with the labels there are"
    )
