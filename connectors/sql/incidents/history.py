"""The lines of an incident's history as they are written: beyond a thousand, the middle is left out and counted."""

import msgspec

from connectors.sql.dialect import Dialect
from monitor.domain.events.microseconds import from_us, to_us
from monitor.domain.incidents.history import Happening, HistoryKind, HistoryLine, LinesLeftOut

# A recall that swings writes lines for ever: its first ones say how it began, its last ones how it is.
LINES_MAX, FIRST_KEPT = 1_000, 100
OURS = "anchorwatch"
_encode = msgspec.json.encode
_left_out = msgspec.json.Decoder(LinesLeftOut)


def write_line(sql: Dialect, incident: int, line: HistoryLine) -> None:
    """One line more. What people wrote is never left out."""
    sql.run(
        "INSERT INTO incident_event (incident_id, at_us, who, what, why, happening) VALUES (?, ?, ?, ?, ?, ?)",
        incident,
        to_us(line.at),
        line.who,
        line.what.value,
        line.why if isinstance(line.why, str) else "",
        None if isinstance(line.why, str) else _stored(line.why),
    )
    (lines,) = sql.row("SELECT count(*) FROM incident_event WHERE incident_id = ?", incident)
    if lines > LINES_MAX:
        _leave_one_out(sql, incident)


def _leave_one_out(sql: Dialect, incident: int) -> None:
    oldest = sql.row(
        "SELECT id, at_us FROM incident_event WHERE incident_id = ? AND who = ? AND what <> ?"
        f" ORDER BY id LIMIT 1 OFFSET {FIRST_KEPT}",
        incident,
        OURS,
        HistoryKind.LEFT_OUT.value,
    )
    if oldest is None:
        return
    line, at_us = oldest
    gap = sql.row(
        "SELECT id, happening FROM incident_event WHERE incident_id = ? AND what = ?",
        incident,
        HistoryKind.LEFT_OUT.value,
    )
    if gap is None:  # the line itself makes room for what stands for it
        sql.run(
            "UPDATE incident_event SET what = ?, why = '', happening = ? WHERE id = ?",
            HistoryKind.LEFT_OUT.value,
            _stored(LinesLeftOut(1, from_us(at_us))),
            line,
        )
        _leave_one_out(sql, incident)
        return
    number, happening = gap
    known = _left_out.decode(happening)
    sql.run("DELETE FROM incident_event WHERE id = ?", line)
    sql.run(
        "UPDATE incident_event SET happening = ? WHERE id = ?",
        _stored(LinesLeftOut(known.lines + 1, from_us(at_us))),
        number,
    )


def _stored(happening: Happening) -> str:
    return _encode(happening).decode()
