"""Behind a page that a person ended the recovery's bet goes on, corrected or not, until it confirms what they said."""

import numpy as np
import pytest

from monitor.domain.detection.detector import Detector, advance, fresh
from monitor.domain.detection.ends import ended
from monitor.domain.detection.group import MemberAnchor, group
from monitor.domain.detection.money import Income, Rate
from monitor.domain.detection.outcomes import outcomes
from monitor.domain.events.microseconds import DAY_US
from monitor.evaluate import replay as replaying
from tests.evaluate.same import same
from tests.incidents.falls import HOUR, resolve
from tests.stored import NOON, label, prediction, take
from tests.worlds import NewWorld


@pytest.mark.parametrize("late", [False, True])
def test_a_correction_of_the_past_ends_where_a_right_history_ends(
    new_world: NewWorld, monkeypatch: pytest.MonkeyPatch, *, late: bool
) -> None:
    monkeypatch.setattr(replaying, "CHECKPOINT_EVERY", 5)
    corrected, right = new_world(), new_world()
    for world, first in ((corrected, "erasure"), (right, "other")):
        world.anchor(erasure=(0.88, 38), other=(0.9, 400))
        take(world.store, prediction("first", "erasure"), label("first", first))
        world.outcomes("erasure", "h" * 5 + "m" * 20)
        world.evaluate()
        resolve(world, 1, "ben", "rolled back", NOON + 49 * HOUR)
        if late:
            world.outcomes("erasure", "hhhm", at=50, hours=60)
            world.evaluate(NOON + 85 * HOUR)
    corrected.correct(["first"], "other")
    for world in (corrected, right):
        world.evaluate(NOON + 86 * HOUR)
        assert world.cell("erasure").bet.unconfirmed
    same(corrected, right)


def test_of_a_group_that_a_person_ended_those_confirm_it_who_had_fallen() -> None:
    many = group({f"i{number:02}": MemberAnchor(0.88, None) for number in range(20)})
    income = Income((Rate(0, 0.01),))

    def fed(detector: Detector, labels: list[tuple[str, bool]]) -> Detector:
        days = [detector.outcomes + number for number in range(len(labels))]
        came = outcomes(
            [hit for _, hit in labels],
            np.ones(len(labels)),
            [10 * (day + 1) for day in days],
            [day * DAY_US // 20 for day in days],
            [intent for intent, _ in labels],
        )
        return advance(detector, many, income, came)[0]

    well = [(intent, True) for intent in many.intents[1:]]
    paged = fresh()
    while paged.paged is None:
        paged = fed(paged, [*well, (many.intents[0], False)])
    over = ended(paged, paged.last_seq, many)
    assert over.fallen == (many.intents[0],)
    for _ in range(60):
        over = fed(over, well)
    assert over.healing is not None  # the others were never away
    over = fed(over, [(many.intents[0], True)] * 60)
    assert (over.healing, over.fallen) == (None, ())


def test_what_confirms_a_person_goes_by_the_weights_of_a_recovery_not_by_the_bold_ones_of_a_fall() -> None:
    income = Income((Rate(0, 0.01),))

    def fed(detector: Detector, hits: list[bool], bold: float) -> Detector:
        seqs = [detector.outcomes + number for number in range(len(hits))]
        calm = np.full(len(hits), 0.5)
        came = outcomes(hits, bold * calm, seqs, [seq * DAY_US for seq in seqs], calm=calm)
        return advance(detector, 0.78, income, came)[0]

    paged = fed(fresh(), [False] * 40, 1.0)
    assert paged.paged is not None
    over = ended(paged, paged.last_seq, 0.78)
    calm, bold = (fed(over, [True, True, False, True], by).healing for by in (1.0, 6.0))
    assert calm is not None
    assert bold is not None
    assert bold.to_dict() == calm.to_dict()
