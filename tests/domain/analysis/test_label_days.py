"""How many labels came on each day, and how long they took."""

from datetime import timedelta

from msgspec.structs import replace

from monitor.domain.analysis.label_days import LabelDay, label_days
from monitor.domain.analysis.ticket_columns import TicketColumns
from monitor.domain.events.microseconds import HOUR_US, to_us
from tests.domain.cases import HOUR, NOON, tickets


def test_a_day_without_a_label_is_there_too() -> None:
    live = [
        replace(ticket, ts=NOON, labeled_at=NOON + timedelta(hours=after))
        for ticket, after in zip(tickets("hhhm"), (1, 3, 5, 48), strict=True)
    ]
    day = NOON.date()
    assert label_days(TicketColumns.of(live)) == [
        LabelDay(day, 3, 3 * 3_600.0),
        LabelDay(day + timedelta(days=1), 0, None),
        LabelDay(day + timedelta(days=2), 1, 48 * 3_600.0),
    ]


def test_only_the_newest_days_are_told() -> None:
    live = [
        replace(ticket, ts=NOON, labeled_at=NOON + timedelta(days=after))
        for after, ticket in enumerate(tickets("h" * 9))
    ]
    days = label_days(TicketColumns.of(live), days=4)
    assert [each.labels for each in days] == [1] * 4
    assert days[-1].day == NOON.date() + timedelta(days=8)


def test_no_ticket_no_day() -> None:
    assert label_days(TicketColumns.of([])) == []


def test_labels_that_came_all_at_once_leave_the_tickets_where_they_were_predicted() -> None:
    made = [6, 1, 5, 2, 4, 3]
    live = [
        replace(ticket, ts=NOON + hours * HOUR, labeled_at=NOON + 99 * HOUR)
        for hours, ticket in zip(made, tickets("hhhhhh"), strict=True)
    ]
    ordered = TicketColumns.of(live).by_prediction()
    assert [(at - to_us(NOON)) / HOUR_US for at in ordered.ts_us.tolist()] == [1, 2, 3, 4, 5, 6]
