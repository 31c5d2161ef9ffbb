"""A plan for labels in, a picture out: how soon falls are seen, against labels a day, for each design. SVG."""

import math
from collections.abc import Sequence
from html import escape
from itertools import groupby

from monitor.domain.sampling.plan import DESIGNS, typical_days
from monitor.labels.ports.plans import ModelPlan
from reports.tables.label_plan import BY

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 720, 360, 56, 20, 44, 48
POINTS = 24
LEAST_DAYS, MOST_DAYS = 1.0, 180.0
STYLE = (
    "<style>text{font:13px system-ui,sans-serif;fill:#555}.grid{stroke:#999;stroke-width:1;opacity:.25}"
    ".line{fill:none;stroke-width:2.5}.uniform{stroke:#7f7f7f}.by_prediction{stroke:#1f77b4}.by_score{stroke:#2ca02c}"
    ".limit{stroke:#d62728;stroke-dasharray:6 4;stroke-width:1.5}"
    "@media(prefers-color-scheme:dark){text{fill:#bbb}}</style>"
)


def days_against_labels(answer: ModelPlan) -> str:
    """Days in which half of the falls are seen, against labels a day, both on logarithmic scales."""
    plan, within = answer.plan, answer.question.within_days
    most = plan.traffic
    least = min(max(most / 1000, 1.0), most / 2)
    budgets = [least * (most / least) ** (at / (POINTS - 1)) for at in range(POINTS)]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
        f"<title>{escape(_about(answer))}</title>",
        STYLE,
        f'<text x="{LEFT}" y="18">{escape(str(answer.model))}: days until half of the falls are seen</text>',
    ]
    for days in (1, 3, 7, 14, 30, 90, 180):
        y = _down(days)
        parts.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{days}</text>')
    for labels in _ticks(least, most):
        x = _across(labels, least, most)
        parts.append(f'<text x="{x:.1f}" y="{HEIGHT - 28}" text-anchor="middle">{labels:,g}</text>')
    parts.append(
        f'<text x="{(LEFT + WIDTH - RIGHT) / 2:.0f}" y="{HEIGHT - 8}" text-anchor="middle">labels a day</text>'
    )
    if LEAST_DAYS <= within <= MOST_DAYS:
        y = _down(within)
        parts.append(f'<line class="limit" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
    for row, design in enumerate(reversed(DESIGNS)):
        # Without the smallest chance of today: the picture is of the designs.
        days_at = typical_days(plan.intents, answer.traffic.per_day, budgets, design, 1e-6, plan.auc)
        places = [
            (_across(labels, least, most), _down(days)) if LEAST_DAYS <= days <= MOST_DAYS else None
            for labels, days in zip(budgets, days_at, strict=True)
        ]
        x, y = WIDTH - RIGHT - 90, TOP + 14 + 20 * row
        parts += [
            *_line(places, design.value),
            f'<line class="line {design.value}" x1="{x}" x2="{x + 24}" y1="{y}" y2="{y}"/>',
            f'<text x="{x + 32}" y="{y + 4}">{BY[design]}</text>',
        ]
    return "\n".join([*parts, "</svg>", ""])


def _about(answer: ModelPlan) -> str:
    words = [
        f"{BY[each.design]} {each.in_time(answer.question.within_days)} of {len(answer.plan.intents)} intents in time"
        f" at {each.per_day:,.0f} labels a day"
        for each in answer.plan.plans
    ]
    return (
        f"Days until half of the falls of {answer.model} are seen, against labels a day: {'; '.join(words)}."
    )


def _line(places: Sequence[tuple[float, float] | None], name: str) -> list[str]:
    runs = [list(run) for there, run in groupby(places, key=lambda place: place is not None) if there]
    return [
        f'<polyline class="line {name}" points="'
        + " ".join(f"{place[0]:.1f},{place[1]:.1f}" for place in run if place is not None)
        + '"/>'
        for run in runs
        if len(run) > 1
    ]


def _ticks(least: float, most: float) -> list[float]:
    steps = [step * 10.0**power for power in range(-1, 8) for step in (1, 3)]
    return [step for step in steps if least <= step <= most]


def _across(labels: float, least: float, most: float) -> float:
    return LEFT + math.log(labels / least) / math.log(most / least) * (WIDTH - LEFT - RIGHT)


def _down(days: float) -> float:
    share = math.log(days / LEAST_DAYS) / math.log(MOST_DAYS / LEAST_DAYS)
    return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)
