"""Described tickets in, a row for each customer out: ten tickets of one customer are not ten witnesses of a style."""

from collections.abc import Iterable

from monitor.domain.analysis.casefile import LiveTicket
from monitor.domain.text.descriptors import Descriptors


def voices(tickets: Iterable[LiveTicket]) -> list[Descriptors]:
    """The mean descriptors of each customer's described tickets; a ticket of nobody known counts for itself."""
    by_customer: dict[int, list[Descriptors]] = {}
    rows: list[list[Descriptors]] = []
    for ticket in tickets:
        if ticket.descriptors is None:
            continue
        if ticket.customer is None:
            rows.append([ticket.descriptors])
            continue
        if ticket.customer not in by_customer:
            by_customer[ticket.customer] = []
            rows.append(by_customer[ticket.customer])
        by_customer[ticket.customer].append(ticket.descriptors)
    return [
        row[0]
        if len(row) == 1
        else Descriptors(*(sum(values) / len(row) for values in zip(*row, strict=True)))
        for row in rows
    ]
