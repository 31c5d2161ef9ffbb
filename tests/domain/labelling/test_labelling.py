"""How labels were chosen: what was counted in can be taken back, and a slip does not speak for all."""

from datetime import UTC, datetime

import msgspec

from monitor.domain.events.types import Design
from monitor.domain.labelling.labelling import Labelling, Reach

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def labelled(*chances: float) -> Labelling:
    made = Labelling()
    for chance in chances:
        made.count("refund", Design.BY_PREDICTION, chance, NOON)
    return made


def least(labelling: Labelling) -> float | None:
    (stratum,) = labelling.strata()
    return stratum.probability


def test_the_smallest_chance_is_one_that_more_than_a_slip_in_fifty_stated() -> None:
    assert least(labelled(0.4, 0.02)) == 0.02
    assert least(labelled(*[0.4] * 30, *[0.02] * 30, 1e-6)) == 0.02
    assert least(labelled(*[0.4] * 30, *[0.02] * 30, *[1e-6] * 2)) == 1e-6


def test_a_chance_that_is_taken_back_is_gone() -> None:
    made = labelled(0.4, 1e-6)
    assert least(made) == 1e-6
    made.count("refund", Design.BY_PREDICTION, 1e-6, NOON, -1)
    assert least(made) == 0.4
    assert made == labelled(0.4)


def test_chances_of_any_number_take_little_room_and_come_back_as_they_were() -> None:
    made = labelled(*(1 / number for number in range(1, 3_000)))
    (reach,) = made.reached.values()
    assert len(reach.chances) < 400
    assert msgspec.json.decode(msgspec.json.encode(made), type=Labelling) == made


def test_what_an_earlier_version_kept_counts_until_fifty_chances_are_known() -> None:
    old = msgspec.json.decode(b'{"designs":{"by_prediction":7},"smallest":0.03}', type=Reach)
    assert old.least == 0.03
    for _ in range(49):
        old.state(0.25, 1)
        assert old.least == 0.03
    old.state(0.25, 1)
    assert old.least == 0.25


def test_a_chance_below_what_an_earlier_version_kept_is_the_smallest_at_once() -> None:
    old = Reach(smallest=0.03)
    old.state(0.02, 1)
    assert old.least == 0.02
