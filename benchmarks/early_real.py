"""The polished release on real tickets with all its scores, the release before it, and streams that only wander."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from benchmarks.early_streams import WEEKDAYS_ONLY, Demand, notes
from benchmarks.real_releases import BANKING, GROUP, banking_texts, fitted
from benchmarks.report import Table

DAILY = 2_000
INTENTS, A_YEAR, YEAR = 12, 4.0, 14 + 365


@dataclass(frozen=True, slots=True)
class RealTraffic:
    """Offline and live rows (y_true, y_pred) with all their scores, and what the release before made of the latter."""

    offline: pd.DataFrame
    offline_scores: pd.DataFrame
    live: pd.DataFrame
    scores: pd.DataFrame
    before: pd.DataFrame
    scores_before: pd.DataFrame

    def offline_recall(self, intent: str) -> float:
        """As it was shipped."""
        rows = self.offline[self.offline["y_true"] == intent]
        return float((rows["y_pred"] == intent).mean())

    def share_before(self, intent: str) -> float:
        """Of the same tickets, how many the release before predicted as it."""
        return float((self.before["y_pred"] == intent).mean())

    def mean_score(self, intent: str) -> float:
        """Of what is predicted as it."""
        return float(self.scores.loc[(self.live["y_pred"] == intent).to_numpy(), intent].mean())

    def mean_score_before(self, intent: str) -> float:
        """The same of the release before."""
        return float(self.scores_before.loc[(self.before["y_pred"] == intent).to_numpy(), intent].mean())


def real_traffic(folder: Path) -> RealTraffic:
    """Train both releases, and let both predict BANKING77's test split."""
    shipped, held_out, live = banking_texts(folder)
    tickets = pd.read_csv(folder / BANKING, keep_default_na=False)
    tickets["intent"] = tickets["intent"].map(GROUP)
    with threadpool_limits(1):
        polished, real = fitted(shipped), fitted(tickets[tickets["split"] == "train"])
        offline_scores, scores, scores_before = (
            pd.DataFrame(model.predict_proba(list(rows["text"])), columns=list(model.classes_))
            for model, rows in ((polished, held_out), (polished, live), (real, live))
        )
    before = pd.DataFrame({"y_true": list(live["y_true"]), "y_pred": list(scores_before.idxmax(axis=1))})
    return RealTraffic(held_out, offline_scores, live.reset_index(drop=True), scores, before, scores_before)


def wandering(worlds: int) -> Table:
    """How often traffic that only wanders is noted, beside what was paid for."""
    rng, money = np.random.default_rng(14), A_YEAR / 365 / INTENTS / 2
    rows: list[dict[str, str | int | float | bool | None]] = [
        {
            "how demand wanders": words,
            "notes a year": sum(len(notes(demand.days(YEAR, rng), money)) for _ in range(worlds * INTENTS))
            / worlds,
            "paid for": A_YEAR / 2,
        }
        for words, demand in STREAMS.items()
    ]
    return Table(f"Share bets on 12 healthy intents, {worlds} years each", rows)


STREAMS = {
    "by chance alone": Demand(varies=0.0),
    "days scatter by 25 %": Demand(),
    "25 %, correlated .9 from day to day": Demand(persists=0.9),
    "40 %, correlated .95 from day to day": Demand(varies=0.4, persists=0.95),
    "an intent of working days": Demand(week=WEEKDAYS_ONLY),
    "halves in a year": Demand(drift=0.5),
    "quarters in a year": Demand(drift=0.25),
    "6 campaigns a year": Demand(campaigns=6),
    "one ticket a day": Demand(share=0.0005),
    "100 a day": Demand(share=0.05),
}
