"""Notes before any label, as their rows have them."""

import msgspec

from connectors.sql.dialect import Dialect
from monitor.domain.events.microseconds import DAY_US, from_us
from monitor.domain.telling.early import EarlyFacts, EarlyNote

_facts = msgspec.json.Decoder(EarlyFacts)


def read_early_notes(sql: Dialect, where: str, *values: object) -> list[EarlyNote]:
    """The notes that fit, in the order in which they were made."""
    return [
        EarlyNote(
            number,
            _facts.decode(facts),
            from_us(told_us) if told_us is not None else None,
            from_us((ended_day + 1) * DAY_US) if ended_day is not None else None,
        )
        for number, facts, told_us, ended_day in sql.rows(
            f"SELECT id, facts, told_us, ended_day FROM early_note WHERE {where} ORDER BY id", *values
        )
    ]
