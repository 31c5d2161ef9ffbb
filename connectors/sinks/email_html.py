"""The page as HTML for a mail: tables and inline styles only, which every mail program shows."""

from html import escape

from monitor.domain.telling.kinds import CLOSING, STANDING, NoticeKind
from monitor.domain.telling.page import Door, Link, Page, Rows

_TEXT = "font:14px/1.5 system-ui,-apple-system,'Segoe UI',sans-serif;color:#1a1a1a"
_LABEL = "padding:2px 16px 2px 0;color:#5a5a5a;white-space:nowrap;vertical-align:top"
_BUTTON = "display:inline-block;padding:6px 14px;border-radius:4px;background:#3d4f8a;color:#ffffff"
_VALUE = "padding:2px 0;vertical-align:top"


def html(page: Page, kind: NoticeKind) -> str:
    """The whole page, title first; nothing in it is fetched from anywhere."""
    colour = "#b3261e" if kind in STANDING else "#1b7f3b" if kind in CLOSING else "#3d4f8a"
    parts = [
        f'<h1 style="font-size:18px;margin:0 0 12px;padding-left:10px;border-left:4px solid {colour}">'
        f"{escape(page.title)}</h1>"
    ]
    for heading, rows in page.sections:
        if heading:
            parts.append(f'<h2 style="font-size:15px;margin:16px 0 4px">{escape(heading)}</h2>')
        parts.append(_table(rows, gap=0 if heading else 14))
    body = "\n".join(parts)
    return f'<!doctype html>\n<html lang="en"><body style="{_TEXT}">\n{body}\n</body></html>\n'


def _table(rows: Rows, gap: int) -> str:
    if not any(label for label, _ in rows):
        return "".join(f'<p style="margin:4px 0">{escape(value)}</p>' for _, value in rows)
    cells = "".join(
        f'<tr><td style="{_LABEL}">{escape(label)}</td><td style="{_VALUE}">{_value(value)}</td></tr>'
        for label, value in rows
    )
    style = f"border-collapse:collapse;margin-top:{gap}px"
    return f'<table role="presentation" style="{style}">{cells}</table>'


def _value(value: str) -> str:
    if isinstance(value, Door):
        return f'<a href="{escape(value)}" style="{_BUTTON}">{escape(value)}</a>'
    if isinstance(value, Link):
        return f'<a href="{escape(value)}">{escape(value)}</a>'
    return escape(value)
