"""Numbers in, small pictures out: inline SVG with a text alternative, no script, nothing fetched."""

from collections.abc import Sequence
from html import escape
from itertools import pairwise

WIDTH, HEIGHT, MARGIN = 132, 30, 3
LEVELS = "▁▂▃▄▅▆▇█"


def recall_by_week(recalls: Sequence[float | None], floor: float | None, about: str) -> str:
    """Recall week by week from 0 at the bottom to 1 at the top; a gap where there was no label, a line for the floor.

    `about` is what a person hears who can't see it.
    """
    step = (WIDTH - 2 * MARGIN) / max(1, len(recalls) - 1)
    places = [
        (MARGIN + step * at, _height(recall)) if recall is not None else None
        for at, recall in enumerate(recalls)
    ]
    lines = [
        f'<line x1="{begin[0]:.1f}" y1="{begin[1]:.1f}" x2="{end[0]:.1f}" y2="{end[1]:.1f}" class="line"/>'
        for begin, end in pairwise(places)
        if begin and end
    ]
    dots = [
        f'<circle cx="{place[0]:.1f}" cy="{place[1]:.1f}" r="2" class="dot"/>' for place in places if place
    ]
    level = (
        f'<line x1="0" y1="{_height(floor):.1f}" x2="{WIDTH}" y2="{_height(floor):.1f}" class="floor"/>'
        if floor is not None
        else ""
    )
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" role="img"><title>{escape(about)}'
        f"</title>{level}{''.join(lines)}{''.join(dots)}</svg>"
    )


def _height(recall: float) -> float:
    return HEIGHT - MARGIN - recall * (HEIGHT - 2 * MARGIN)


def spark(recalls: Sequence[float | None]) -> str:
    """Recall week by week in as many characters, from 0 to 1 in eight steps; a dot where there was no label.

    >>> spark([None, 0.0, 0.5, 1.0])
    '·▁▅█'
    """
    return "".join(
        "·" if recall is None else LEVELS[min(int(recall * len(LEVELS)), len(LEVELS) - 1)]
        for recall in recalls
    )


def shares(live: float, offline: float, about: str) -> str:
    """Two bars, one above the other, each a share of 0 to 1: live, and below it offline."""
    long = WIDTH - 2 * MARGIN
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" role="img"><title>{escape(about)}'
        f'</title><rect x="{MARGIN}" y="5" width="{long * live:.1f}" height="9" class="missed"/>'
        f'<rect x="{MARGIN}" y="16" width="{long * offline:.1f}" height="9" class="other"/></svg>'
    )
