"""A chart in; a picture of it that needs no script out: lines, bars and levels over one axis. SVG."""

import math
from collections.abc import Callable
from datetime import UTC, datetime
from html import escape

from reports.documents.chart_words import GAP, Frame, apart
from reports.render.chart import Chart, ChartLine, Shape

LEFT, HEIGHT = 44, 200
_Scale = Callable[[float], float]


def plain_chart(chart: Chart, about: str) -> str:
    """The picture, once for a screen and once for a phone; `about` is what a person hears who can't see it.

    Nothing without a value.
    """
    values = [value for line in chart.lines for value in line.values if value is not None]
    if not values:
        return ""
    most = chart.top or max([*values, *(level.value for level in chart.levels)]) or 1.0
    frames = Frame.of_both((level.name for level in chart.levels), left=LEFT, height=HEIGHT)
    return "".join(_picture(chart, most, frame, about) for frame in frames)


def _picture(chart: Chart, most: float, frame: Frame, about: str) -> str:
    top = chart.top or most * 1.05
    first, span = chart.x[0], (chart.x[-1] - chart.x[0]) or 1.0

    bars = any(line.shape is Shape.BARS for line in chart.lines)
    wide = (frame.right - frame.left) / len(chart.x) if bars else 0.0

    def x(place: float) -> float:
        return frame.left + wide / 2 + (frame.right - frame.left - wide) * (place - first) / span

    def y(value: float) -> float:
        if chart.by_powers:
            share = math.log(max(value, chart.least) / chart.least) / math.log(top / chart.least)
        else:
            share = value / top
        return frame.bottom - (frame.bottom - frame.top) * min(share, 1.0)

    left, right = frame.left, frame.right
    ground = y(chart.least)
    parts = [f'<line x1="{left}" y1="{ground}" x2="{right:.1f}" y2="{ground}" class="axis"/>']
    heights = [y(level.value) for level in chart.levels]
    for level, at, named in zip(chart.levels, heights, apart(heights), strict=True):
        parts.append(
            f'<line x1="{left}" y1="{at:.1f}" x2="{right:.1f}" y2="{at:.1f}" class="{level.style}"/>'
            f'<text x="{right + GAP:.1f}" y="{named + 4:.1f}">{escape(level.name)}</text>'
        )
    for line in chart.lines:
        parts += _drawn(chart, line, x, y, ground, max(wide * 0.7, 1.0))
    parts += [
        f'<text x="{left - 8}" y="{y(most) + 4:.1f}" text-anchor="end">{most:.3g}</text>',
        f'<text x="{left - 8}" y="{ground + 4}" text-anchor="end">{chart.least:g}</text>',
        f'<text x="{left}" y="{frame.height - 8}">{_place(chart, 0)}</text>',
        f'<text x="{right:.1f}" y="{frame.height - 8}" text-anchor="end">{_place(chart, -1)}</text>',
    ]
    return frame.picture(about, parts)


def _drawn(chart: Chart, line: ChartLine, x: _Scale, y: _Scale, ground: float, wide: float) -> list[str]:
    places = [
        (x(place), y(value)) for place, value in zip(chart.x, line.values, strict=True) if value is not None
    ]
    if line.shape is Shape.LINE:
        return [f'<polyline points="{" ".join(f"{a:.1f},{b:.1f}" for a, b in places)}" class="line"/>']
    if line.shape is Shape.DOTS:
        return [f'<circle cx="{a:.1f}" cy="{b:.1f}" r="2.5" class="dot"/>' for a, b in places]
    return [
        f'<rect x="{a - wide / 2:.1f}" y="{b:.1f}" width="{wide:.1f}" height="{ground - b:.1f}" class="other"/>'
        for a, b in places
    ]


def _place(chart: Chart, at: int) -> str:
    if chart.timed:
        return f"{datetime.fromtimestamp(chart.x[at], UTC):%Y-%m-%d}"
    return f"{chart.x[at]:,.0f} {escape(chart.x_name)}"
