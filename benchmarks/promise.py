"""What it costs to see small falls soon: held to the floor, to the anchor, or by a window, at the same false pages.

`python -m benchmarks.promise --json benchmarks/out/promise.json --plot docs/images/promise.svg`

Every threshold is set so that 4 % of healthy streams of 1,000 outcomes at 0.88 page. Delays are from the break, after
200 good outcomes, and "tolerated" is the share of streams of 1,000 outcomes at 0.83 that page: a fall of .05, which
the floor forgives.
"""

import math
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial
from html import escape
from pathlib import Path

import numpy as np

from benchmarks.detection import FALSE_PAGES, RECALLS
from benchmarks.detection_rules import Rule, first_page, ours, rolling, with_lots
from benchmarks.detection_streams import GOOD, HEALTHY, Break, delay, draw, healthy
from benchmarks.report import Report, Row, Table, parser, publish
from monitor.domain.anchors.promise import CHANCE
from monitor.domain.detection.betting import stakes
from monitor.domain.detection.bold_stakes import bold_stakes

TOLERATED = 0.83
WIDTH, PLOT, HEIGHT, LEFT, TOP, BOTTOM = 920, 740, 420, 64, 60, 48
TICKS = (10, 20, 50, 100, 200, 400)
COLOURS = ("#b3261e", "#c77700", "#1f5fa8")  # .39, .60, .75, as in detection.svg


@dataclass(frozen=True, slots=True)
class Size:
    """How large the simulation is."""

    streams: int = 4_000
    tuning: int = 20_000
    length: int = HEALTHY
    good: int = GOOD
    horizons: Sequence[tuple[float, int]] = tuple(RECALLS)


QUICK = Size(
    streams=60, tuning=60, length=120, good=40, horizons=tuple((recall, 80) for recall, _ in RECALLS)
)


@dataclass(frozen=True, slots=True)
class Point:
    """A rule: how often it pages what was tolerated, and its mean labels to the page of each fall."""

    rule: str
    false_pages: float
    tolerated: float
    labels: Sequence[float]


def compared() -> list[Rule]:
    """The rules on the frontier."""
    return [
        Rule("floor, drop 0.10", "ours", partial(ours, 0.10, stakes, 0.0)),
        Rule("floor, drop 0.05", "ours", partial(ours, 0.05, stakes, 0.0)),
        Rule("anchor", "ours", partial(ours, CHANCE, bold_stakes, 0.0)),
        Rule("anchor, sixteen stakes", "grid", partial(ours, CHANCE, stakes, 0.0)),
        *(Rule(f"tuned window of {n}", "tuned", partial(rolling, n)) for n in (15, 20, 50, 100)),
    ]


def measure(size: Size) -> list[Point]:
    """Every rule on the same streams."""
    tuning, good = healthy(size.tuning, size.length, 1), healthy(size.streams, size.length, 2)
    fallen = draw(size.streams, Break(TOLERATED, 0, size.length), 3)
    points = []
    for rule in compared():
        threshold = float(np.quantile(with_lots(rule, tuning, 0.0).max(axis=1), 1 - FALSE_PAGES))
        false, tolerated = (
            float(np.mean(first_page(with_lots(rule, streams, 0.0), threshold) > 0))
            for streams in (good, fallen)
        )
        labels = []
        for seed, (recall, horizon) in enumerate(size.horizons):
            each = Break(recall, size.good, horizon)
            drawn = draw(size.streams, each, 4 + seed)
            labels.append(delay(first_page(with_lots(rule, drawn, recall), threshold), each).mean)
        points.append(Point(rule.name, false, tolerated, labels))
    return points


def draw_plot(points: Sequence[Point]) -> str:
    """Tolerated falls that page to the right, mean labels to the page upwards on a log scale."""
    body = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        'font-family="system-ui,sans-serif" font-size="12" fill="#222">',
        "<title>Labels to the page against tolerated falls that page</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        _text(
            12, 20, "Mean labels to the page, where 4 % of healthy streams page falsely", "start", bold=True
        ),
    ]
    for place, (colour, (recall, _)) in enumerate(zip(COLOURS, RECALLS, strict=True)):
        body.append(f'<circle cx="{20 + 110 * place}" cy="38" r="4.5" fill="{colour}"/>')
        body.append(_text(30 + 110 * place, 42, f"0.88 to {recall:.2f}", "start"))
    for tick in TICKS:
        y = _y(tick)
        body.append(f'<line x1="{LEFT}" x2="{PLOT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#e3e3e3"/>')
        body.append(_text(LEFT - 8, y + 4, str(tick), "end"))
    for share in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0):
        body.append(_text(_x(share), HEIGHT - BOTTOM + 18, f"{share:.0%}", "middle"))
    body.append(
        _text(PLOT / 2, HEIGHT - 10, "streams that page a tolerated fall, to .83, in 1,000 labels", "middle")
    )
    for place, point in enumerate(points):
        x = _x(point.tolerated)
        for colour, labels in zip(COLOURS, point.labels, strict=True):
            body.append(
                f'<circle cx="{x:.1f}" cy="{_y(labels):.1f}" r="4.5" fill="{colour}">'
                f"<title>{escape(point.rule)}: {labels:.0f} labels</title></circle>"
            )
        letter, side = chr(ord("A") + place), -8 if "window" not in point.rule else 8
        for labels in point.labels:
            body.append(_text(x + side, _y(labels) + 4, letter, "end" if side < 0 else "start"))
        body.append(_text(PLOT + 12, TOP + 10 + 20 * place, f"{letter}  {point.rule}", "start"))
    return "\n".join([*body, "</svg>", ""])


def _x(share: float) -> float:
    return LEFT + 20 + share * (PLOT - LEFT - 40)


def _y(labels: float) -> float:
    low, high = math.log(TICKS[0] * 0.9), math.log(TICKS[-1])
    part = (math.log(max(labels, 1.0)) - low) / (high - low)
    return HEIGHT - BOTTOM - part * (HEIGHT - BOTTOM - TOP)


def _text(x: float, y: float, words: str, anchor: str, *, bold: bool = False) -> str:
    weight = ' font-weight="600"' if bold else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{weight}>{escape(words)}</text>'


def main() -> None:
    """Measure, print, write, draw."""
    options = parser(__doc__ or "")
    options.add_argument("--plot", type=Path, metavar="FILE", help="draw the frontier as an SVG")
    given = options.parse_args()
    size, began = QUICK if given.quick else Size(), time.perf_counter()
    points = measure(size)
    rows: list[Row] = [
        {
            "rule": point.rule,
            "false pages": f"{point.false_pages:.1%}",
            "tolerated": f"{point.tolerated:.0%}",
            **{
                f"to {recall:.2f}": round(labels, 1)
                for (recall, _), labels in zip(size.horizons, point.labels, strict=True)
            },
        }
        for point in points
    ]
    table = Table("Held to the floor, or to the anchor", rows, data=[asdict(point) for point in points])
    publish(Report("promise", [table], time.perf_counter() - began, given.quick, ["numpy"]), given)
    if given.plot:
        given.plot.parent.mkdir(parents=True, exist_ok=True)
        given.plot.write_text(draw_plot(points), encoding="utf-8")


if __name__ == "__main__":
    main()
