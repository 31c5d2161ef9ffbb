"""Does the anchor audit see what a generator did, and keep quiet about people? On real tickets.

BANKING77 as in `benchmarks/real_tickets.py`: three rare intents with 8 real and 300 polished examples. Its mixed
anchor must be called untrusted, an anchor of real held-aside rows must not. DSTC11's customers are courteous and
chatty, but people: their own halves must not be told apart, whatever the AUC against BANKING77's.

    python -m benchmarks.audit [--json FILE]
"""

import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from benchmarks.real_releases import BANKING, PACKAGES, RARE, SEED, NoData, banking_texts, data_folder
from benchmarks.report import Report, Row, Table, parser, publish
from monitor.domain.anchors.audit import IntentAudit, audit
from monitor.domain.anchors.grade import Grade
from monitor.domain.anchors.texts import LabelledText, ReferenceTexts
from monitor.domain.text.apart import Apart
from monitor.domain.text.fingerprint import tell_apart
from reports.words.grades import sentence

DSTC = "dstc11_customer.csv"
TURNS = 400


def banking(folder: Path) -> tuple[list[IntentAudit], list[IntentAudit]]:
    """The audits of the mixed anchor and of an anchor made of real rows that were held aside."""
    shipped, held_out, live = banking_texts(folder)
    real_aside = live.sample(frac=0.8, random_state=SEED)
    production = live.drop(real_aside.index)
    sources = ReferenceTexts(production=tickets(production, "y_pred"), training=tickets(shipped, "intent"))
    mixed = audit(tickets(held_out, "y_true"), sources, RARE)
    real = audit(tickets(real_aside, "y_true"), sources, RARE)
    return mixed, real


def tickets(frame: pd.DataFrame, intent: str) -> list[LabelledText]:
    """Rows of a table as the audit reads them."""
    hits = frame["y_true"] == frame["y_pred"] if {"y_true", "y_pred"} <= set(frame.columns) else None
    return [
        LabelledText(text, name, origin, bool(hits.iloc[at]) if hits is not None else None)
        for at, (text, name, origin) in enumerate(
            zip(frame["text"], frame[intent], frame["origin"], strict=True)
        )
    ]


def courteous(folder: Path) -> list[tuple[str, Apart]]:
    """Two halves of the same people, by domain; then two kinds of people against each other."""
    turns = pd.read_csv(folder / DSTC, keep_default_na=False).sample(frac=1.0, random_state=SEED)
    compared = []
    for domain, rows in turns.groupby("domain"):
        texts = list(rows["text"])
        half = len(texts) // 2
        compared.append((f"{domain} customers, two halves", _apart(texts[:half], texts[half:])))
    other = pd.read_csv(folder / BANKING, keep_default_na=False).sample(TURNS, random_state=SEED)
    compared.append(
        ("DSTC11 customers and BANKING77's", _apart(list(turns["text"])[:TURNS], list(other["text"])))
    )
    return compared


def _apart(some: list[str], others: list[str]) -> Apart:
    apart = tell_apart(some, others, SEED)
    assert apart is not None
    return apart


def _row(anchor: str, result: IntentAudit) -> Row:
    apart = result.evidence.production
    return {
        "anchor": anchor,
        "intent": result.intent,
        "grade": result.graded.grade.value,
        "recall": _two(result.evidence.recall),
        "on real rows": _two(result.evidence.real_recall),
        "AUC vs production": apart and round(apart.auc, 3),
        "at least": apart and round(apart.low, 3),
        "why": "; ".join(map(sentence, result.graded.reasons)),
    }


def _two(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def main(words: Sequence[str] | None = None) -> int:
    """Audit and compare; 1 where a grade is not what it must be."""
    options = parser(__doc__.splitlines()[0] if __doc__ else "").parse_args(words)
    began = time.monotonic()
    try:
        folder = data_folder()
    except NoData as why:
        sys.stdout.write(f"SKIPPED: {why}\n")
        return 0
    mixed, real = banking(folder)
    people = courteous(folder)
    rows = [_row("mixed", result) for result in mixed] + [_row("real, held aside", result) for result in real]
    areas: list[Row] = [
        {
            "sets": name,
            "AUC": round(apart.auc, 3),
            "at least": round(apart.low, 3),
            "p": round(apart.p or 0.0, 3),
        }
        for name, apart in people
    ]
    right = all(result.graded.grade is Grade.UNTRUSTED for result in mixed) and not any(
        result.graded.grade is Grade.UNTRUSTED for result in real
    )
    tables = [
        Table("BANKING77's rare intents: the anchor's grade", rows),
        Table("People against people: how well they are distinguished", areas),
    ]
    verdict = "every mixed anchor is untrusted and no real anchor is" if right else "NOT graded as it must be"
    publish(Report("audit", tables, time.monotonic() - began, options.quick, PACKAGES, [verdict]), options)
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())
