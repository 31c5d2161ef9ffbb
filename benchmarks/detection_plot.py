"""The measured delays come in; a plot of their means goes out, as an SVG written by hand."""

import math
from collections.abc import Sequence
from html import escape

from benchmarks.detection_streams import Delay
from benchmarks.detection_verdict import Measured

WIDTH, LEFT, RIGHT, TOP, LINE = 960, 330, 90, 92, 22
LOWEST, HIGHEST = 3.0, 1600.0
TICKS = (5, 10, 20, 50, 100, 200, 500, 1000)
COLOURS = ("#b3261e", "#c77700", "#1f5fa8")  # 0.39, 0.60, 0.75
CRYING_WOLF = 0.06  # false pages clearly above the 4 % that all are compared at
STYLES = {
    "": "",
    "title": 'font-weight="600" font-size="15"',
    "heading": 'font-weight="600"',
    "name": 'text-anchor="end"',
    "rate": 'text-anchor="end" fill="#555"',
    "wolf": 'text-anchor="end" fill="#b3261e" font-weight="600"',
    "tick": 'text-anchor="middle" fill="#555"',
}
HEADINGS = {
    "limit": "the limit, if it may break at any time",
    "ours": "Anchorwatch",
    "grid": "Anchorwatch, other stakes",
    "shipped": "Anchorwatch, as it comes",
    "tuned": "others, tuned to the same false pages",
    "untuned": "others, as they come",
}


def draw_plot(results: Sequence[Measured]) -> str:
    """A row a rule, mean delay to the right on a log scale; full: broken from the start, hollow: later."""
    body: list[str] = []
    y, kind = float(TOP), ""
    oracle = results[0].delays
    for result in results:
        if result.kind != kind:
            kind = result.kind
            y += 10
            body.append(_text(12, y + 4, HEADINGS[kind], "heading"))
            y += LINE
        body += _row(result, y)
        y += LINE
    grid = [_line(_x(tick), TOP - 8, y, "#e3e3e3") for tick in TICKS]
    grid += [
        _line(_x(each.mean), TOP - 8, y, colour, "4 3")
        for each, colour in zip(oracle[::2], COLOURS, strict=True)
    ]
    ticks = [_text(_x(tick), TOP - 14, str(tick), "tick") for tick in TICKS]
    return "\n".join([_head(y + 20), *_legend(oracle), *ticks, *grid, *body, "</svg>", ""])


def _head(height: float) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" role="img" '
        'aria-label="Mean outcomes from the break to the page, by rule" '
        'font-family="system-ui,sans-serif" font-size="13" fill="#222">'
        f'<rect width="{WIDTH}" height="{height:.0f}" fill="#fff"/>'
    )


def _legend(oracle: Sequence[Delay]) -> list[str]:
    parts = [_text(12, 24, "Labelled outcomes from the break to the page (mean, log scale)", "title")]
    x = 12.0
    for each, colour in zip(oracle[::2], COLOURS, strict=True):
        parts += [_dot(x + 6, 44, colour, full=True), _text(x + 17, 48, f"0.88 to {each.recall:.2f}", "")]
        x += 118
    later = oracle[1].good
    parts += [_dot(x + 6, 44, "#555", full=True), _text(x + 17, 48, "broken from the start", "")]
    parts += [_dot(x + 166, 44, "#555", full=False), _text(x + 177, 48, f"after {later} good ones", "")]
    parts.append(_text(x + 322, 48, "dashed: the oracle; > some never page", ""))
    parts.append(_text(WIDTH - 8, TOP - 14, "false pages", "rate"))
    return parts


def _row(result: Measured, y: float) -> list[str]:
    parts = [_text(LEFT - 14, y + 4, result.name, "name")]
    for index, each in enumerate(result.delays):
        if not each.streams:
            continue
        x, colour = _x(each.mean), COLOURS[index // 2]
        parts.append(_dot(x, y, colour, full=each.good == 0))
        if each.never >= 0.005:
            parts.append(f'<path d="M{x + 7:.1f} {y - 4:.1f} l5 4 l-5 4" fill="none" stroke="{colour}"/>')
    style = "rate" if result.false_pages < CRYING_WOLF else "wolf"
    return [*parts, _text(WIDTH - 8, y + 4, f"{result.false_pages:.1%}", style)]


def _x(outcomes: float) -> float:
    share = math.log(max(outcomes, LOWEST) / LOWEST) / math.log(HIGHEST / LOWEST)
    return LEFT + share * (WIDTH - LEFT - RIGHT)


def _dot(x: float, y: float, colour: str, *, full: bool) -> str:
    fill = colour if full else "#fff"
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5" fill="{fill}" stroke="{colour}" stroke-width="1.6"/>'


def _line(x: float, top: float, bottom: float, colour: str, dashes: str = "none") -> str:
    return (
        f'<line x1="{x:.1f}" y1="{top:.1f}" x2="{x:.1f}" y2="{bottom:.1f}" stroke="{colour}" '
        f'stroke-dasharray="{dashes}"/>'
    )


def _text(x: float, y: float, text: str, style: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" {STYLES[style]}>{escape(text)}</text>'
