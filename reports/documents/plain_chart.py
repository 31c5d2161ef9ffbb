"""A chart in; a picture of it that needs no script out: lines, bars and levels over one axis. SVG."""

import math
from collections.abc import Callable
from datetime import UTC, datetime
from html import escape

from reports.render.chart import Chart, ChartLine, Shape

WIDTH, HEIGHT = 720, 200
LEFT, RIGHT, TOP, BOTTOM = 44, 92, 16, 30
_Scale = Callable[[float], float]


def plain_chart(chart: Chart, about: str) -> str:
    """The picture; `about` is what a person hears who can't see it. Nothing without a value."""
    values = [value for line in chart.lines for value in line.values if value is not None]
    if not values:
        return ""
    top = chart.top or max([*values, *(level.value for level in chart.levels)]) * 1.05 or 1.0
    first, span = chart.x[0], (chart.x[-1] - chart.x[0]) or 1.0

    def x(place: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * (place - first) / span

    def y(value: float) -> float:
        if chart.by_powers:
            share = math.log(max(value, chart.least) / chart.least) / math.log(top / chart.least)
        else:
            share = value / top
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * min(share, 1.0)

    ground = y(chart.least)
    parts = [f'<line x1="{LEFT}" y1="{ground}" x2="{WIDTH - RIGHT}" y2="{ground}" class="axis"/>']
    for level in chart.levels:
        at = y(level.value)
        parts.append(
            f'<line x1="{LEFT}" y1="{at:.1f}" x2="{WIDTH - RIGHT}" y2="{at:.1f}" class="{level.style}"/>'
            f'<text x="{WIDTH - RIGHT + 6}" y="{at + 4:.1f}">{escape(level.name)}</text>'
        )
    for line in chart.lines:
        parts += _drawn(chart, line, x, y, ground)
    parts += [
        f'<text x="{LEFT - 8}" y="{y(top) + 4:.1f}" text-anchor="end">{top:.3g}</text>',
        f'<text x="{LEFT - 8}" y="{ground + 4}" text-anchor="end">{chart.least:g}</text>',
        f'<text x="{LEFT}" y="{HEIGHT - 8}">{_place(chart, 0)}</text>',
        f'<text x="{WIDTH - RIGHT}" y="{HEIGHT - 8}" text-anchor="end">{_place(chart, -1)}</text>',
    ]
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" role="img">'
        f"<title>{escape(about)}</title>{''.join(parts)}</svg>"
    )


def _drawn(chart: Chart, line: ChartLine, x: _Scale, y: _Scale, ground: float) -> list[str]:
    places = [
        (x(place), y(value)) for place, value in zip(chart.x, line.values, strict=True) if value is not None
    ]
    if line.shape is Shape.LINE:
        return [f'<polyline points="{" ".join(f"{a:.1f},{b:.1f}" for a, b in places)}" class="line"/>']
    if line.shape is Shape.DOTS:
        return [f'<circle cx="{a:.1f}" cy="{b:.1f}" r="2.5" class="dot"/>' for a, b in places]
    wide = max((WIDTH - LEFT - RIGHT) / max(len(chart.x), 1) * 0.7, 1.0)
    return [
        f'<rect x="{a - wide / 2:.1f}" y="{b:.1f}" width="{wide:.1f}" height="{ground - b:.1f}" class="other"/>'
        for a, b in places
    ]


def _place(chart: Chart, at: int) -> str:
    if chart.timed:
        return f"{datetime.fromtimestamp(chart.x[at], UTC):%Y-%m-%d}"
    return f"{chart.x[at]:,.0f} {escape(chart.x_name)}"
