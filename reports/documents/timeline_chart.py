"""A member's timeline as one picture: recall step by step, what surely holds, the promise, the onset and the page."""

from collections.abc import Sequence
from datetime import datetime
from html import escape

from monitor.domain.analysis.timeline import Step
from monitor.domain.incidents.deploys import Deploy
from reports.words.deploys import sentence

WIDTH, HEIGHT = 720, 250
LEFT, RIGHT, TOP, BOTTOM = 34, 92, 24, 30


def timeline_chart(
    steps: Sequence[Step],
    floor: float | None,
    offline: float | None,
    onset: datetime | None,
    noticed: datetime | None,
    about: str,
    deploys: Sequence[Deploy] = (),
) -> str:
    """Recall since the release with its confidence sequence as a band, and of each step as a dot, over time.

    Without an onset, or a page, none is marked. `about` is what a person hears who can't see it. `deploys` are marked
    where they were; hovering says what each was.
    """
    if not steps:
        return ""
    marked = [at for at in (onset, noticed) if at is not None]
    begin = min([steps[0].known, *marked, *(deploy.at for deploy in deploys)])
    end = max([steps[-1].known, *marked])
    span = max((end - begin).total_seconds(), 1.0)

    def x(at: datetime) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * (at - begin).total_seconds() / span

    places = [x(step.known) for step in steps]
    upper = [f"{place:.1f},{_y(step.high):.1f}" for place, step in zip(places, steps, strict=True)]
    lower = [f"{place:.1f},{_y(step.low):.1f}" for place, step in zip(places, steps, strict=True)]
    line = [f"{place:.1f},{_y(step.recall):.1f}" for place, step in zip(places, steps, strict=True)]
    dots = [
        f'<circle cx="{place:.1f}" cy="{_y(step.here):.1f}" r="2.5" class="dot"/>'
        for place, step in zip(places, steps, strict=True)
        if step.labelled
    ]
    parts = [
        *(_level(value, f"{value:g}", "axis", LEFT - 8, "end") for value in (0.0, 0.5, 1.0)),
        f'<polygon points="{" ".join([*upper, *reversed(lower)])}" class="band"/>',
        *_promise(floor, offline),
        f'<polyline points="{" ".join(line)}" class="line"/>',
        *dots,
        *(_deploy(x(deploy.at), sentence(deploy)) for deploy in deploys if deploy.at <= end),
        *([_mark(x(onset), "onset", end=x(onset) > WIDTH / 2)] if onset is not None else []),
        *(
            [_mark(x(noticed), "page", end=_ends(x(noticed), None if onset is None else x(onset)))]
            if noticed
            else []
        ),
        _date(LEFT, begin, "start"),
        _date(WIDTH - RIGHT, end, "end"),
    ]
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" role="img">'
        f"<title>{escape(about)}</title>{''.join(parts)}</svg>"
    )


def _y(recall: float) -> float:
    return HEIGHT - BOTTOM - recall * (HEIGHT - TOP - BOTTOM)


def _promise(floor: float | None, offline: float | None) -> list[str]:
    at, lower = WIDTH - RIGHT + 6, _room(floor, offline) if floor is not None and offline is not None else 0.0
    return [
        *([] if floor is None else [_level(floor, f"floor {floor:.2f}", "floor", at, "start", lower)]),
        *([] if offline is None else [_level(offline, f"offline {offline:.2f}", "offline", at, "start")]),
    ]


def _ends(x: float, onset: float | None) -> bool:
    """Whether the words of the page's mark end at it: there is no room behind it, and the onset is not near."""
    return x > WIDTH - RIGHT - 40 and (onset is None or x > onset + 60)


def _room(value: float, other: float) -> float:
    """How far a label is moved down so that it does not lie on the other's."""
    near = abs(_y(value) - _y(other)) < 14
    return (14 - abs(_y(value) - _y(other))) if near and value <= other else 0.0


def _level(value: float, words: str, css: str, x: float, anchor: str, lower: float = 0.0) -> str:
    y = _y(value)
    return (
        f'<line x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}" class="{css}"/>'
        f'<text x="{x:.1f}" y="{y + 4 + lower:.1f}" text-anchor="{anchor}">{words}</text>'
    )


def _mark(x: float, words: str, *, end: bool) -> str:
    side = ("end", x - 4) if end else ("start", x + 4)
    return (
        f'<line x1="{x:.1f}" y1="{TOP - 14}" x2="{x:.1f}" y2="{HEIGHT - BOTTOM}" class="mark"/>'
        f'<text x="{side[1]:.1f}" y="{TOP - 6}" text-anchor="{side[0]}">{words}</text>'
    )


def _deploy(x: float, what: str) -> str:
    """A mark at the foot, where those of onset and page have no words."""
    side = ("end", x - 4) if x > WIDTH / 2 else ("start", x + 4)
    return (
        f"<g><title>{escape(what)}</title>"
        f'<line x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{HEIGHT - BOTTOM}" class="mark" stroke-dasharray="2 3"/>'
        f'<text x="{side[1]:.1f}" y="{HEIGHT - BOTTOM - 4}" text-anchor="{side[0]}">deploy</text></g>'
    )


def _date(x: float, at: datetime, anchor: str) -> str:
    return f'<text x="{x}" y="{HEIGHT - 8}" text-anchor="{anchor}">{at:%Y-%m-%d}</text>'
