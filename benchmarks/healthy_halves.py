"""A model's offline rows in, what a month of healthy traffic costs in false pages out, the anchor's own luck included.

Of each draw one half of the offline rows is the anchor, and the other half answers the live tickets: as many as came,
when they came, each a hit with the chance that its intent has there. So nothing broke, and whatever pages is false: an
anchor of a few examples was lucky.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from benchmarks.report import Row, Table
from monitor.domain.anchors.floor import MIN_FLOOR, floor
from monitor.domain.detection.bars import Bar
from monitor.domain.detection.detector import advance, fresh
from monitor.domain.detection.group import MemberAnchor, group
from monitor.domain.detection.money import BY_THE_DAY, FIRST_PURSE, Income, Rate
from monitor.domain.detection.outcomes import outcomes
from monitor.domain.events.microseconds import DAY_US
from monitor.settings.settings import Settings

SETTINGS = Settings()


def healthy_month(offline: pd.DataFrame, live: pd.DataFrame, days: float, draws: int, seed: int = 1) -> Table:
    """How many of so many healthy months page, by single intents and by the group of all that are watched."""
    rng = np.random.default_rng(seed)
    pages = [_draw(offline, live, days, rng) for _ in range(draws)]
    of_cells, of_group = (np.array(counts) for counts in zip(*pages, strict=True))
    rows: list[Row] = [
        {
            "judged by": what,
            "healthy months": draws,
            "months with a false page": int((counts > 0).sum()),
            "false pages a month": float(counts.mean()),
        }
        for what, counts in (("single intents", of_cells), ("group rare", of_group))
    ]
    title = (
        f"Healthy halves: a month of {len(live):,} tickets in which nothing broke, drawn anew {draws} times"
    )
    return Table(title, rows)


def _draw(
    offline: pd.DataFrame, live: pd.DataFrame, days: float, rng: np.random.Generator
) -> tuple[int, int]:
    """The single intents that page in one healthy month, and whether the group does."""
    half = rng.permutation(len(offline)) < len(offline) // 2
    hit = offline["y_true"] == offline["y_pred"]
    anchors, truth = (
        hit[part].groupby(offline["y_true"][part]).agg(["mean", "size"]) for part in (half, ~half)
    )
    measured = anchors[anchors["size"] < SETTINGS.watch.rare_support].index.intersection(truth.index)
    known = (np.arange(len(live)) * days / len(live) * DAY_US).astype(np.int64)
    intents = live["y_true"].to_numpy()
    recalls = np.array([truth["mean"].get(intent, np.nan) for intent in intents])
    hits = rng.random(len(live)) < recalls
    floors = {
        intent: floor(float(anchors["mean"][intent]), int(anchors["size"][intent]), SETTINGS.judge.drop)
        for intent in measured
    }
    watched = [intent for intent, least in floors.items() if least >= MIN_FLOOR]
    together = group(
        {i: MemberAnchor(float(anchors["mean"][i]), int(anchors["size"][i])) for i in watched},
        SETTINGS.judge.drop,
    )
    share = SETTINGS.judge.groups_share
    single = [
        _pages(floors[intent], _income((1 - share) / len(watched)), hits, intents, known, [intent])
        for intent in watched
    ]
    return sum(single), _pages(together, _income(share), hits, intents, known, together.intents)


def _income(part: float) -> Income:
    """That part of a first release's money, and of what comes by the day."""
    pages = SETTINGS.judge.false_pages_per_year * part
    return Income((Rate(0, BY_THE_DAY * pages / 365),), gift=FIRST_PURSE * pages)


def _pages(
    bar: Bar, income: Income, hits: np.ndarray, intents: np.ndarray, known: np.ndarray, ours: Sequence[str]
) -> int:
    mine = np.isin(intents, list(ours))
    names = [str(intent) for intent in intents[mine]]
    came = outcomes(hits[mine].tolist(), np.ones(mine.sum()), range(mine.sum()), known[mine].tolist(), names)
    _, signals = advance(fresh(), bar, income, came)
    return int(bool(signals))
