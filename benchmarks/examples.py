"""The files of examples/: `python -m benchmarks.examples`. The same seed and the same start each time.

A small support team: its history is written by the demo's simulator of people, its two rare intents are filled by the
demo's generator, the classifier is trained and measured on the mix, and live tickets come from people alone. Every
prediction is the model's own.
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import numpy as np
import pandas as pd
from sklearn.metrics import classification_report

from monitor.demo import human, intents, model, stream
from monitor.demo.tickets import Ticket

EXAMPLES = Path(__file__).parent.parent / "examples"
START = datetime(2026, 10, 19, tzinfo=UTC)
LIVE = 1_200
PLANS = [plan for plan in intents.PLANS if plan.name in (*intents.COMMON, *intents.RARE)]
"""Five of the demo's twelve intents: a table that can be read at a glance."""
RARE_SHARE = 0.029
"""Of the live tickets, each rare intent: still rare (`watch.rare_share`), and enough to page in a small file."""


def history(rng: np.random.Generator) -> list[Ticket]:
    """What the team had when it trained: half of the demo's common tickets, all of its rare tickets."""
    counts = [plan.history if plan.name in intents.RARE else plan.history // 2 for plan in PLANS]
    return [
        human.write(plan.name, rng) for plan, count in zip(PLANS, counts, strict=True) for _ in range(count)
    ]


def live(rng: np.random.Generator) -> list[Ticket]:
    """Tickets of the same writers, in random order."""
    common = (1 - RARE_SHARE * len(intents.RARE)) / len(intents.COMMON)
    shares = [RARE_SHARE if plan.name in intents.RARE else common for plan in PLANS]
    return [human.write(PLANS[index].name, rng) for index in rng.choice(len(PLANS), LIVE, p=shares)]


def events(tickets: Sequence[Ticket], guesses: Sequence[model.Guess], rng: np.random.Generator) -> bytes:
    """One event a line, in order of arrival; late, doubled, corrected, retracted and broken events among them."""
    plan = stream.StreamPlan(broken_each=1)
    return b"".join(
        record.value + b"\n" for record in stream.build(tickets, guesses, START, rng, plan).records
    )


def re_routed(lines: bytes) -> bytes:
    """What the help desk says of every second ticket that was routed wrongly: an agent re-routed it an hour
    before that label.

    A wrong routing is seen by the ticket's first label.
    """
    queues: dict[str, str] = {}
    truths: dict[str, tuple[str, datetime]] = {}
    for line in lines.splitlines():
        try:
            event = msgspec.json.decode(line)
        except msgspec.DecodeError:
            continue  # one of the broken ones
        if "predicted" in event:
            queues.setdefault(event["prediction_id"], event["predicted"].get("intent", ""))
        elif event.get("intent"):
            at = datetime.fromisoformat(event["labeled_at"])
            truths.setdefault(event["prediction_id"], (event["intent"], at))
    corrected = [
        (ticket, intent, at)
        for ticket, (intent, at) in truths.items()
        if queues.get(ticket) not in (None, intent)
    ][::2]
    rows = (
        {
            "audit": 4_000 + number,
            "ticket": ticket,
            "at": (at - timedelta(hours=1)).isoformat(timespec="seconds"),
            "agent": f"agent-{number % 3}",
            "group": {"from": queues[ticket], "to": intent},
        }
        for number, (ticket, intent, at) in enumerate(corrected)
    )
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def main() -> None:
    """Write the files."""
    rng = np.random.default_rng(1)
    shipped = model.ship(history(rng), intents.RARE, rng)
    tickets = live(rng)
    guesses = model.predict(shipped.pipeline, [ticket.text for ticket in tickets])
    evaluated, train = shipped.examples, shipped.train
    report = classification_report(evaluated["y_true"], evaluated["y_pred"], output_dict=True)
    everything = pd.concat([train, evaluated])[["text", "y_true", "origin"]]
    rare = everything[everything["y_true"].isin(intents.RARE)]
    EXAMPLES.mkdir(exist_ok=True)
    written = events(tickets, guesses, rng)
    (EXAMPLES / "events.jsonl").write_bytes(written)
    (EXAMPLES / "doors" / "corrections.jsonl").write_bytes(re_routed(written))
    (EXAMPLES / "report.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    evaluated.round({"score": 4}).to_csv(EXAMPLES / "evaluation.csv", index=False)
    train[["text", "y_true"]].to_csv(EXAMPLES / "train.csv", index=False)
    for name, origin, every in (("generated.csv", "synthetic", 4), ("real.csv", "real", 1)):
        rare[rare["origin"] == origin][["text", "y_true"]][::every].to_csv(EXAMPLES / name, index=False)


if __name__ == "__main__":
    main()
