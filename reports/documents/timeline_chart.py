"""A member's timeline as one picture: recall step by step, what surely holds, the promise, the onset and the page."""

from collections.abc import Callable, Sequence
from datetime import datetime
from html import escape

from monitor.domain.analysis.timeline import Step
from monitor.domain.incidents.deploys import Deploy
from reports.documents.chart_words import GAP, LINE, Frame, apart, beside_marks
from reports.words.deploys import sentence

LEFT = 34
_Across = Callable[[datetime], float]


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

    Once for a screen, and once for a phone. Without an onset, or a page, none is marked. `about` is what a person hears
    who can't see it. `deploys` are marked where they were; hovering says what each was.
    """
    if not steps:
        return ""
    marks = [(at, words) for at, words in ((onset, "onset"), (noticed, "page")) if at is not None]
    begin = min([steps[0].known, *(at for at, _ in marks), *(deploy.at for deploy in deploys)])
    end = max([steps[-1].known, *(at for at, _ in marks)])
    levels = {
        style: (f"{style} {value:.2f}", value)
        for style, value in (("offline", offline), ("floor", floor))
        if value is not None
    }
    frames = Frame.of_both((words for words, _ in levels.values()), left=LEFT, rows=2)
    shown = [deploy for deploy in deploys if deploy.at <= end]
    return "".join(
        frame.picture(
            about,
            [
                *_recall(steps, _across(frame, begin, end), frame),
                *_levels(levels, frame),
                *_deploys(shown, _across(frame, begin, end), frame),
                *_marks(marks, _across(frame, begin, end), frame),
                _date(frame.left, begin, "start", frame),
                _date(frame.right, end, "end", frame),
            ],
        )
        for frame in frames
    )


def _across(frame: Frame, begin: datetime, end: datetime) -> _Across:
    span = max((end - begin).total_seconds(), 1.0)
    return lambda at: frame.left + (frame.right - frame.left) * (at - begin).total_seconds() / span


def _recall(steps: Sequence[Step], across: _Across, frame: Frame) -> list[str]:
    places = [across(step.known) for step in steps]
    upper, lower, line = (
        [f"{place:.1f},{_y(value, frame):.1f}" for place, value in zip(places, values, strict=True)]
        for values in (
            [step.high for step in steps],
            [step.low for step in steps],
            [step.recall for step in steps],
        )
    )
    return [
        *(_level(value, "axis", frame) for value in (0.0, 0.5, 1.0)),
        *(
            f'<text x="{frame.left - 8}" y="{_y(value, frame) + 4:.1f}" text-anchor="end">{value:g}</text>'
            for value in (0.0, 0.5, 1.0)
        ),
        f'<polygon points="{" ".join([*upper, *reversed(lower)])}" class="band"/>',
        f'<polyline points="{" ".join(line)}" class="line"/>',
        *(
            f'<circle cx="{place:.1f}" cy="{_y(step.here, frame):.1f}" r="2.5" class="dot"/>'
            for place, step in zip(places, steps, strict=True)
            if step.labelled
        ),
    ]


def _y(recall: float, frame: Frame) -> float:
    return frame.bottom - recall * (frame.bottom - frame.top)


def _levels(levels: dict[str, tuple[str, float]], frame: Frame) -> list[str]:
    named = apart([_y(value, frame) for _, value in levels.values()])
    return [
        _level(value, style, frame) + f'<text x="{frame.right + GAP:.1f}" y="{at + 4:.1f}">{words}</text>'
        for (style, (words, value)), at in zip(levels.items(), named, strict=True)
    ]


def _level(value: float, css: str, frame: Frame) -> str:
    y = f"{_y(value, frame):.1f}"
    return f'<line x1="{frame.left}" y1="{y}" x2="{frame.right:.1f}" y2="{y}" class="{css}"/>'


def _marks(marks: Sequence[tuple[datetime, str]], across: _Across, frame: Frame) -> list[str]:
    """Lines with their words above what is drawn."""
    places = [(across(at), words) for at, words in marks]
    parts = []
    for (x, name), words in zip(places, beside_marks(places, frame.left, frame.right), strict=True):
        y = frame.top - 6 - LINE * words.row
        parts.append(
            f'<line x1="{x:.1f}" y1="{y - 8:.1f}" x2="{x:.1f}" y2="{frame.bottom}" class="mark"/>'
            f'<text x="{words.x:.1f}" y="{y:.1f}" text-anchor="{words.anchor}">{name}</text>'
        )
    return parts


def _deploys(deploys: Sequence[Deploy], across: _Across, frame: Frame) -> list[str]:
    """Marks with a word at the foot, where those of onset and page have none; of several near each other, one word."""
    places = [(across(deploy.at), "deploy") for deploy in deploys]
    parts = []
    named = beside_marks(places, frame.left, frame.right)
    for deploy, (x, name), words in zip(deploys, places, named, strict=True):
        said = (
            f'<text x="{words.x:.1f}" y="{frame.bottom - 4}" text-anchor="{words.anchor}">{name}</text>'
            if not words.row
            else ""
        )
        parts.append(
            f"<g><title>{escape(sentence(deploy))}</title>"
            f'<line x1="{x:.1f}" y1="{frame.top}" x2="{x:.1f}" y2="{frame.bottom}" class="mark"'
            f' stroke-dasharray="2 3"/>{said}</g>'
        )
    return parts


def _date(x: float, at: datetime, anchor: str, frame: Frame) -> str:
    return f'<text x="{x:.1f}" y="{frame.height - 8}" text-anchor="{anchor}">{at:%Y-%m-%d}</text>'
