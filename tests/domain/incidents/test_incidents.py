"""What happens to an incident, and why anyone is notified: every branch."""

from monitor.domain.events.types import Model
from monitor.domain.incidents.history import AllRecovered, CellsBroke, MembersChanged, PageWithdrawn
from monitor.domain.incidents.incidents import Change, IncidentState, dedup_key, why_notify
from monitor.domain.slices.cells import Cell
from monitor.domain.telling.kinds import NoticeKind

V7 = Model("tickets", "7")
A, B, C, D = (Cell(V7, intent) for intent in ("a", "b", "c", "d"))
NOBODY: set[Cell] = set()


def test_nothing_broken_and_nothing_open_is_nothing() -> None:
    assert why_notify(NOBODY, NOBODY, NOBODY) == Change()


def test_a_recovery_without_an_incident_is_nothing() -> None:
    assert why_notify(NOBODY, NOBODY, {A}) == Change()


def test_the_first_broken_cell_opens_an_incident() -> None:
    assert why_notify({A}, NOBODY, NOBODY) == Change(NoticeKind.OPENED, (A,), why=CellsBroke((A,)))


def test_cells_that_break_together_open_one_incident() -> None:
    assert why_notify({B, A}, NOBODY, NOBODY) == Change(NoticeKind.OPENED, (A, B), why=CellsBroke((A, B)))


def test_an_incident_whose_members_are_as_before_tells_nobody() -> None:
    assert why_notify({A, B}, {A, B}, NOBODY) == Change()


def test_another_broken_cell_joins_and_is_reported() -> None:
    assert why_notify({A, B}, {A}, NOBODY) == Change(
        NoticeKind.MEMBER_JOINED, (B,), why=MembersChanged(joined=(B,))
    )


def test_one_member_of_two_that_recovers_is_noted_and_nobody_is_told() -> None:
    assert why_notify({A}, {A, B}, {B}) == Change(None, (), (B,), why=MembersChanged(recovered=(B,)))


def test_the_last_member_to_recover_resolves_the_incident() -> None:
    assert why_notify(NOBODY, {A}, {A}) == Change(
        NoticeKind.RESOLVED, (), (A,), (), IncidentState.RESOLVED, AllRecovered((A,))
    )


def test_members_that_neither_are_broken_nor_recovered_were_corrected_and_the_page_is_retracted() -> None:
    assert why_notify(NOBODY, {B, A}, NOBODY) == Change(
        NoticeKind.RETRACTED,
        (),
        (),
        (A, B),
        IncidentState.RETRACTED,
        PageWithdrawn((A, B)),
    )


def test_one_recovered_and_one_corrected_resolve_the_incident() -> None:
    assert why_notify(NOBODY, {A, B}, {A}) == Change(
        NoticeKind.RESOLVED, (), (A,), (B,), IncidentState.RESOLVED, AllRecovered((A,))
    )


def test_one_member_of_two_that_was_corrected_is_withdrawn_and_nobody_is_told() -> None:
    assert why_notify({A}, {A, B}, NOBODY) == Change(None, (), (), (B,), why=MembersChanged(withdrawn=(B,)))


def test_everything_at_once_is_reported_in_one_message() -> None:
    assert why_notify({A, B}, {B, C, D}, {C}) == Change(
        NoticeKind.MEMBER_JOINED,
        (A,),
        (C,),
        (D,),
        why=MembersChanged((A,), (C,), (D,)),
    )


def test_when_one_breaks_as_the_last_other_recovers_the_incident_goes_on() -> None:
    assert why_notify({B}, {A}, {A}) == Change(
        NoticeKind.MEMBER_JOINED, (B,), (A,), why=MembersChanged((B,), (A,))
    )


def test_a_member_that_recovered_and_broke_again_stays_a_member() -> None:
    assert why_notify({A}, {A}, {A}) == Change()


def test_the_dedup_key_is_that_of_the_first_release_so_that_pagers_know_old_incidents() -> None:
    # printf 'tickets\nprod\n1' | sha256sum | head -c 32
    assert dedup_key("tickets", "prod", 1) == "5c4db2f41c7febb10494eba7e47b8bb2"


def test_every_part_of_the_identity_counts() -> None:
    keys = {dedup_key(*who) for who in (("a", "b", 1), ("b", "b", 1), ("a", "a", 1), ("a", "b", 2))}
    assert len(keys) == 4
