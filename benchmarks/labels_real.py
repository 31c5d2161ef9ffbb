"""Real tickets as pools that labels are drawn from: each release's intents, with the classifier's own scores."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from sklearn.metrics import roc_auc_score

from benchmarks.labels_pools import Pool
from benchmarks.real_releases import CUREKART, RARE, banking_texts, curekart, fitted
from monitor.domain.anchors.promise import Measured, Promise
from monitor.domain.sampling.from_anchor import wanted_by
from monitor.domain.sampling.wanted import Wanted

LEAST_TICKETS = 25  # live, of an intent that is shown
MOST_SHARE = 0.06  # of the live tickets: the common ones need no design
DROP = 0.10


class RealIntent(NamedTuple):
    """An intent of a release: its live tickets among all, what its anchor says, and what it is held to."""

    release: str
    tickets: Pool
    wanted: Wanted
    offline: float
    floor: float
    auc: float


def real_intents(folder: Path) -> Iterator[RealIntent]:
    """The rare intents of both releases that have enough live tickets to know their recall by."""
    shipped, held_out, live = banking_texts(folder)
    model = fitted(shipped)
    yield from _intents("BANKING77", held_out, live, model.classes_, model.predict_proba(live["text"]), RARE)
    release = curekart(folder)
    tickets = pd.read_csv(folder / CUREKART, keep_default_na=False)
    train = tickets[tickets["split"] == "train_curated"]
    texts = tickets[tickets["split"] == "test_live"].sample(frac=1.0, random_state=77)
    model = fitted(train)
    counts = release.live["y_true"].value_counts()
    rare = [
        str(intent)
        for intent, n in counts.items()
        if LEAST_TICKETS <= n <= MOST_SHARE * len(release.live) and intent in set(release.offline["y_true"])
    ]
    scores = model.predict_proba(texts["text"])
    yield from _intents("CureKart", release.offline, release.live, model.classes_, scores, rare)


def _intents(
    name: str,
    offline: pd.DataFrame,
    live: pd.DataFrame,
    classes: np.ndarray,
    scores: np.ndarray,
    intents: Sequence[str],
) -> Iterator[RealIntent]:
    promises = {}
    for intent, rows in offline.groupby("y_true"):
        missed = rows[rows["y_pred"] != intent]["y_pred"].value_counts()
        recall = float((rows["y_pred"] == intent).mean())
        promises[str(intent)] = Promise(Measured(recall, len(rows)), misses_to=dict(missed))
    predicted = live["y_pred"].to_numpy().astype(str)
    for wanted in wanted_by(intents, promises):
        at = list(classes).index(wanted.intent)
        truth = (live["y_true"] == wanted.intent).to_numpy()
        tickets = Pool(wanted.intent, predicted, truth, scores[:, at])
        beside = predicted != wanted.intent
        auc = roc_auc_score(truth[beside], scores[beside, at]) if truth[beside].any() else float("nan")
        offline_recall = promises[wanted.intent].shipped.recall
        yield RealIntent(name, tickets, wanted, offline_recall, max(offline_recall - DROP, 0.12), float(auc))
