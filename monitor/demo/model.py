"""In: real tickets and the rare intents. Out: the shipped classifier, and what it measured offline."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import Pipeline, make_pipeline
from threadpoolctl import threadpool_limits

from monitor.demo import polished
from monitor.demo.tickets import Ticket

GENERATED_PER_INTENT: Final = 250
HELD_OUT_SHARE: Final = 0.3
_SCORES_KEPT: Final = 3


@dataclass(frozen=True, slots=True)
class Guess:
    """What the model says of one text; `scores` holds the few best."""

    intent: str
    score: float
    scores: dict[str, float]


@dataclass(frozen=True, slots=True)
class Shipped:
    """A trained model and its offline evaluation.

    `examples` has the columns text, y_true, y_pred, score, origin (real or synthetic) and one a slice;
    `train` has text, y_true, origin. The F1s are macro over the rare intents, each on its own held-out split.
    """

    pipeline: Pipeline
    train: pd.DataFrame
    examples: pd.DataFrame
    rare: tuple[str, ...]
    rare_f1_before: float
    rare_f1_after: float

    def recall(self, intent: str, origin: str | None = None) -> float:
        """Offline recall of an intent, on all held-out rows or one origin's; NaN when there are none."""
        rows = self.examples[self.examples["y_true"] == intent]
        rows = rows if origin is None else rows[rows["origin"] == origin]
        return float((rows["y_pred"] == intent).mean())


def ship(history: Sequence[Ticket], rare: Sequence[str], rng: np.random.Generator) -> Shipped:
    """Do what the team did: measure, fill the rare intents from the generator, split the mix, measure."""
    _, _, before = _fit_and_measure(list(history), rng)
    generated = [ticket for intent in rare for ticket in _generate(intent, history, rng)]
    pipeline, train, after = _fit_and_measure([*history, *generated], rng)
    return Shipped(pipeline, train, after, tuple(rare), _macro_f1(before, rare), _macro_f1(after, rare))


def predict(pipeline: Pipeline, texts: Sequence[str]) -> list[Guess]:
    """One guess a text, in order."""
    if not texts:
        return []
    names = [str(name) for name in pipeline.classes_]
    chances: np.ndarray = pipeline.predict_proba(list(texts))
    best = np.argsort(-chances, axis=1, kind="stable")[:, :_SCORES_KEPT]
    return [
        Guess(names[top[0]], float(row[top[0]]), {names[k]: round(float(row[k]), 4) for k in top})
        for row, top in zip(chances, best, strict=True)
    ]


def _generate(intent: str, history: Sequence[Ticket], rng: np.random.Generator) -> list[Ticket]:
    seen = [ticket.text for ticket in history if ticket.intent == intent]
    return polished.write(intent, GENERATED_PER_INTENT, rng, seen)


def _fit_and_measure(
    pool: list[Ticket], rng: np.random.Generator
) -> tuple[Pipeline, pd.DataFrame, pd.DataFrame]:
    seed = int(rng.integers(2**31))
    intents = [ticket.intent for ticket in pool]
    train, held_out = train_test_split(pool, test_size=HELD_OUT_SHARE, stratify=intents, random_state=seed)
    pipeline = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
        LogisticRegression(C=10.0, max_iter=300),
    )
    with threadpool_limits(limits=1):  # more threads only wait for each other on matrices so small
        pipeline.fit([ticket.text for ticket in train], [ticket.intent for ticket in train])
    guesses = predict(pipeline, [ticket.text for ticket in held_out])
    measured = _frame(held_out)
    measured.insert(2, "y_pred", [guess.intent for guess in guesses])
    measured.insert(3, "score", [guess.score for guess in guesses])
    return pipeline, _frame(train)[["text", "y_true", "origin"]], measured


def _frame(tickets: Sequence[Ticket]) -> pd.DataFrame:
    slices = sorted(Counter(name for ticket in tickets for name in ticket.slices))
    return pd.DataFrame(
        {
            "text": [ticket.text for ticket in tickets],
            "y_true": [ticket.intent for ticket in tickets],
            "origin": [ticket.origin for ticket in tickets],
            **{name: [ticket.slices.get(name, "") for ticket in tickets] for name in slices},
        }
    )


def _macro_f1(measured: pd.DataFrame, rare: Sequence[str]) -> float:
    truth, predicted = measured["y_true"], measured["y_pred"]
    return float(f1_score(truth, predicted, labels=list(rare), average="macro", zero_division=0.0))
