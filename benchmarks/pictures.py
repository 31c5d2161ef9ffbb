"""The pictures of docs/statistics.md: `python -m benchmarks.pictures`. The same numbers every time."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from monitor.domain.detection import betting
from monitor.domain.detection.detectability import days_to_page
from monitor.domain.detection.money import per_weight_day
from monitor.domain.events.types import Model
from monitor.domain.sampling.foretold import PlannedIntent
from monitor.domain.sampling.plan import label_plan
from monitor.domain.sampling.wanted import Wanted
from monitor.labels.ports.plans import ModelPlan, PlanQuestion
from monitor.labels.ports.traffic import ClassTraffic
from reports.tables.label_picture import days_against_labels

IMAGES = Path(__file__).parent.parent / "docs" / "images"
FLOOR, LABELS_A_PAGE = 0.78, 6_000.0  # as many labels bring the money of a page
MONEY = per_weight_day(20, 1.0)  # a day, of one of 20 intents
WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 720, 340, 64, 24, 48
STYLE = (
    "<style>text{font:13px system-ui,sans-serif;fill:#555}.axis{stroke:#999;stroke-width:1}"
    ".grid{stroke:#999;stroke-width:1;opacity:.25}.a{stroke:#1f77b4}.b{stroke:#d62728}.line{fill:none;"
    "stroke-width:2.5}.limit{stroke:#d62728;stroke-dasharray:6 4;stroke-width:1.5}"
    "@media(prefers-color-scheme:dark){text{fill:#bbb}}</style>"
)
Point = tuple[float, float]


def the_bet() -> str:
    """Money against labels, for a healthy intent and for an intent that broke at its 61st label."""
    rng = np.random.default_rng(11)
    lines = []
    for after in (0.88, 0.39):
        recall = np.where(np.arange(100) < 60, 0.88, after)
        hits = (rng.random(100) < recall).astype(float)
        wealth, money = betting.start(), []
        stakes = betting.stakes(FLOOR)
        for index, hit in enumerate(hits):
            wealth = betting.bet(wealth, betting.factors(stakes, FLOOR, hit, 1.0), 1 / LABELS_A_PAGE, index)
            money.append((index + 1.0, float(np.log10(max(betting.evidence(wealth), 1e-5)))))
        paged = next((i for i, (_, value) in enumerate(money) if value >= 0), len(money) - 1)
        lines.append(money[: paged + 1])
    return _drawn(
        "The evidence against a floor of 0.78, label by label. Blue: recall stays 0.88. Red: it falls to 0.39 at"
        " the 61st label, and the bet has won a page seventeen labels later.",
        lines,
        x=(0, 100, [0, 20, 40, 60, 80, 100], "labelled tickets of the intent"),
        y=(-5, 0.5, [(n, f"{10.0 ** (n + 2):.10g} %") for n in range(-5, 1)], "evidence (share of a page)"),
        limit=0.0,
        limit_name="a page",
    )


def what_strictness_costs() -> str:
    """Labels from the break to the page against the labels that bring a page of money: the logarithm of them."""
    curves = [
        [(float(np.log10(a)), days_to_page(1 / a, FLOOR, 1.0, fallen)) for a in np.geomspace(20, 1e6, 60)]
        for fallen in (0.60, 0.39)
    ]
    return _drawn(
        "How many labels a fall takes to page, against how little money comes. Blue: a fall to 0.60. Red: to 0.39. Ten"
        " times fewer false pages cost the same few labels more each time.",
        curves,
        x=(1.3, 6, [2, 3, 4, 5, 6], "labels that bring the money of one false page (10 to the power)"),
        y=(0, 180, [(n, str(n)) for n in range(0, 181, 60)], "labels to the page"),
    )


def labels() -> str:
    """Days until a fall is seen against labels a day, for two rare intents of 2,000 tickets a day."""
    traffic = {"gdpr_erasure": 22.0, "data_export_request": 10.0, "cancel_account": 180.0, "other": 1_788.0}
    rare = [
        PlannedIntent(Wanted("gdpr_erasure", 0.8, {"cancel_account": 4}), FLOOR, 0.88, 0.39, MONEY, 22.0),
        PlannedIntent(
            Wanted("data_export_request", 0.8, {"cancel_account": 2}), FLOOR, 0.88, 0.39, MONEY, 10.0
        ),
    ]
    plan = label_plan(rare, traffic, 14.0, 0.001, 100.0)
    lately = ClassTraffic(7.0, {name: round(7 * n) for name, n in traffic.items()})
    return days_against_labels(
        ModelPlan(Model("tickets", "7"), PlanQuestion(14.0, 100.0, 0.39), lately, 0.001, plan)
    )


def _drawn(
    about: str,
    lines: Sequence[Sequence[Point]],
    *,
    x: tuple[float, float, Sequence[float], str],
    y: tuple[float, float, Sequence[tuple[float, str]], str],
    limit: float | None = None,
    limit_name: str = "",
) -> str:
    def across(value: float) -> float:
        return LEFT + (value - x[0]) / (x[1] - x[0]) * (WIDTH - LEFT - 20)

    def down(value: float) -> float:
        return TOP + (y[1] - value) / (y[1] - y[0]) * (HEIGHT - TOP - BOTTOM)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
        f"<title>{about}</title>",
        STYLE,
    ]
    for value, name in y[2]:
        parts.append(
            f'<line class="grid" x1="{LEFT}" x2="{WIDTH - 20}" y1="{down(value):.1f}" y2="{down(value):.1f}"/>'
        )
        parts.append(f'<text x="{LEFT - 8}" y="{down(value) + 4:.1f}" text-anchor="end">{name}</text>')
    for value in x[2]:
        parts.append(f'<text x="{across(value):.1f}" y="{HEIGHT - 28}" text-anchor="middle">{value:g}</text>')
    if limit is not None:
        parts.append(
            f'<line class="limit" x1="{LEFT}" x2="{WIDTH - 20}" y1="{down(limit):.1f}" y2="{down(limit):.1f}"/>'
        )
        parts.append(f'<text x="{LEFT + 8}" y="{down(limit) - 6:.1f}">{limit_name}</text>')
    for line, colour in zip(lines, "ab", strict=False):
        path = " ".join(f"{across(a):.1f},{down(b):.1f}" for a, b in line)
        parts.append(f'<polyline class="line {colour}" points="{path}"/>')
    parts.append(f'<text x="{(LEFT + WIDTH) / 2:.0f}" y="{HEIGHT - 8}" text-anchor="middle">{x[3]}</text>')
    parts.append(f'<text x="{LEFT}" y="{TOP - 8}">{y[3]}</text>')
    return "\n".join([*parts, "</svg>", ""])


PICTURES = {"labels.svg": labels, "the-bet.svg": the_bet, "what-strictness-costs.svg": what_strictness_costs}


def main() -> None:
    """Draw them."""
    for name, draw in PICTURES.items():
        (IMAGES / name).write_text(draw(), encoding="utf-8")
        print(f"docs/images/{name}")  # noqa: T201


if __name__ == "__main__":
    main()
