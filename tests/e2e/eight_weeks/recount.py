"""Events in, every number that a screen may show of them out: a dictionary a rule, and nothing of the product's."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from tests.e2e.eight_weeks.tickets import SLICES, Event


class Counted(NamedTuple):
    """A ticket that is labelled, as the label that holds says."""

    prediction_id: str
    model: str
    version: str
    ts: str
    predicted: str
    intent: str
    labelled_at: str
    slices: Mapping[str, str]

    @property
    def hit(self) -> bool:
        """Whether the model was right."""
        return self.predicted == self.intent


class Place(NamedTuple):
    """What is counted apart: an intent of a version, in a slice (`name=value`) or, with None, as a whole."""

    model: str
    version: str
    intent: str
    slice: str | None

    def holds(self, ticket: Counted) -> bool:
        """Whether a ticket counts here."""
        name, _, value = (self.slice or "").partition("=")
        whose = (ticket.model, ticket.version, ticket.intent) == self[:3]
        return whose and (self.slice is None or ticket.slices.get(name) == value)


def counted(events: Iterable[Event]) -> list[Counted]:
    """Every prediction that has a label: an id's first prediction, and of its label the highest revision."""
    predictions: dict[str, Event] = {}
    labels: dict[str, Event] = {}
    for event in events:
        name = event["prediction_id"]
        if event["event"] == "prediction":
            predictions.setdefault(name, event)
        elif event.get("revision", 1) >= labels.get(name, {}).get("revision", 1):
            labels[name] = event
    return [
        Counted(
            name,
            predictions[name]["model"]["name"],
            predictions[name]["model"]["version"],
            predictions[name]["ts"],
            predictions[name]["predicted"]["intent"],
            label["intent"],
            label["labeled_at"],
            predictions[name]["slices"],
        )
        for name, label in labels.items()
        if label.get("status") != "retracted"
    ]


def tallies(tickets: Iterable[Counted]) -> dict[Place, dict[str, Any]]:
    """Hits, misses and where the misses went, of each intent and of each of its slices."""
    hits: Counter[Place] = Counter()
    misses: dict[Place, Counter[str]] = defaultdict(Counter)
    for ticket in tickets:
        for place in _places(ticket):
            hits[place] += ticket.hit
            if not ticket.hit:
                misses[place][ticket.predicted] += 1
    return {
        place: {"hits": number, "misses": misses[place].total(), "misses_to": dict(misses[place])}
        for place, number in hits.items()
    }


def of_status(rows: Iterable[Mapping[str, Any]]) -> dict[Place, dict[str, Any]]:
    """The same of `status --json`: intents and slices that have outcomes, no groups."""
    return {
        Place(row["model"], row["version"], row["intent"], row["slice"]): {
            "hits": row["live"]["hits"],
            "misses": row["live"]["misses"],
            "misses_to": row["misses_to"],
        }
        for row in rows
        if row["group"] is None and row["live"]["recall"] is not None
    }


def _places(ticket: Counted) -> Iterator[Place]:
    own = ticket.model, ticket.version, ticket.intent
    yield Place(*own, None)
    for name in SLICES:
        yield Place(*own, f"{name}={ticket.slices[name]}")
