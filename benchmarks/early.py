"""Before any label, on real tickets: what CBPE, BBSE and our note say of intents that broke, and what is true.

BANKING77 merged to 12 intents (`real_releases.py`): three rare intents have 8 real and 300 polished examples each, so
they break when they go live. Nobody's labels are used. CBPE (NannyML's estimate) believes the scores; BBSE (Lipton et
al. 2018) believes the offline confusion, and gives the true share of each intent; our note believes neither: it is
told 28 days of a release before it, trained on real tickets alone, and says "demand fell, or recall did".

    python benchmarks/early.py [--json FILE]

The data are found in $ANCHORWATCH_SHARED_DATA, else in ../shared/data beside the repository. Without them it says so.
"""

import sys
import time
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.isotonic import IsotonicRegression

from benchmarks.early_real import DAILY, RealTraffic, real_traffic, wandering
from benchmarks.early_streams import Demand, notes
from benchmarks.real_releases import PACKAGES, RARE, NoData, data_folder
from benchmarks.report import Report, Table, parser, publish

BUDGET = 4.0
RUNS = 40


def cbpe(predicted: NDArray[np.object_], chances: NDArray[np.float64], intent: str) -> float:
    """Recall by scores that are believed: `sum over those predicted i of p_i, over the sum of p_i`."""
    return float(chances[predicted == intent].sum() / chances.sum())


def calibrated(traffic: RealTraffic, intent: str) -> NDArray[np.float64]:
    """The live scores of an intent, calibrated on the offline split by isotonic regression, as NannyML's CBPE does."""
    fit = IsotonicRegression(out_of_bounds="clip")
    fit.fit(traffic.offline_scores[intent], traffic.offline["y_true"] == intent)
    return np.asarray(fit.predict(traffic.scores[intent]), np.float64)


def bbse(offline: pd.DataFrame, predicted: NDArray[np.object_]) -> pd.Series:
    """True shares by the offline confusion: `C q = mu`, C[j, i] = P(predicted j | true i), mu live shares.

    By least squares, cut at 0 and scaled to 1. Lipton, Wang & Smola 2018, Detecting and correcting for label shift.
    """
    confusion = pd.crosstab(offline["y_pred"], offline["y_true"], normalize="columns")
    names = list(confusion.columns)
    confusion = confusion.reindex(names, fill_value=0.0)
    shares = pd.Series(predicted).value_counts(normalize=True).reindex(names, fill_value=0.0)
    solved = np.maximum(np.linalg.lstsq(confusion.to_numpy(), shares.to_numpy(), rcond=None)[0], 0.0)
    return pd.Series(solved / solved.sum(), names)


def broken_intents(traffic: RealTraffic, runs: int) -> Table:
    """Each of the three: what the two estimates say, what our note says, and the truth."""
    rng = np.random.default_rng(77)
    predicted, truth = traffic.live["y_pred"].to_numpy(), traffic.live["y_true"].to_numpy()
    corrected = bbse(traffic.offline, predicted)
    money = BUDGET / 365 / len(RARE) / 2
    rows: list[dict[str, str | int | float | bool | None]] = []
    for intent in RARE:
        before, now = traffic.share_before(intent), float(np.mean(predicted == intent))
        days = [
            next((note.day - 60 + 1 for note in notes(stream, money) if note.day >= 60), None)
            for stream in (
                Demand(share=before, total=DAILY).fallen(60, now / before).days(100, rng) for _ in range(runs)
            )
        ]
        seen = [day for day in days if day is not None]
        true_share = float(np.mean(truth == intent))
        rows.append(
            {
                "intent": intent,
                "true recall": float(np.mean(predicted[truth == intent] == intent)),
                "CBPE": cbpe(predicted, calibrated(traffic, intent), intent),
                "uncalibrated": cbpe(predicted, traffic.scores[intent].to_numpy(), intent),
                "offline": traffic.offline_recall(intent),
                "true share": true_share,
                "BBSE share": float(corrected[intent]),
                "predicted share": now,
                "before": before,
                "mean score": traffic.mean_score(intent),
                "before ": traffic.mean_score_before(intent),
                "note after days": float(np.median(seen)) if len(seen) > runs / 2 else None,
                "noted": len(seen) / runs,
            }
        )
    return Table(
        f"Three intents that broke, with no label ({DAILY:,} predictions a day, {runs} draws of days)",
        rows,
        notes=[
            "A note says that demand fell or recall did, and never which; BBSE says that it was demand.",
            "Scores are held to those of the same version: one that is unsure from its first day shows nothing.",
        ],
    )


def main(words: Sequence[str] | None = None) -> int:
    """Print both tables."""
    options = parser(__doc__.splitlines()[0] if __doc__ else "").parse_args(words)
    began = time.monotonic()
    tables = [wandering(1 if options.quick else 10)]
    try:
        tables.insert(0, broken_intents(real_traffic(data_folder()), 3 if options.quick else RUNS))
    except NoData as why:
        sys.stdout.write(f"SKIPPED the real tickets: {why}\n")
    publish(Report("early", tables, time.monotonic() - began, options.quick, PACKAGES), options)
    return 0


if __name__ == "__main__":
    sys.exit(main())
