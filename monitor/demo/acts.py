"""The acts of the story: each takes what really happened and tells it. No number here is written down."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from monitor import anchoring as anchors
from monitor.app import App, now, read_anchor_file
from monitor.demo.lesson import Count, offline, sentence
from monitor.demo.live import EVERY, Tick
from monitor.demo.model import GENERATED_PER_INTENT, Shipped
from monitor.demo.place import Place
from monitor.demo.recount import differences, recount
from monitor.demo.stream import Stream, StreamPlan
from monitor.demo.teller import Teller
from monitor.demo.tickets import Ticket
from monitor.domain.anchors import Anchor, Provenance
from monitor.domain.events import Model
from reports import anchors as shown_anchors
from reports import status as shown_status


@dataclass(frozen=True, slots=True)
class Page:
    """When the first page came, what it named, and how many labels of each intent were in by then."""

    at: datetime
    intents: tuple[str, ...]
    labelled: int
    support: dict[str, int]


def shipping(teller: Teller, history: Sequence[Ticket], shipped: Shipped, *, simulated: bool) -> None:
    """What the team did, and the number it saw."""
    counts = Counter(ticket.intent for ticket in history)
    rare = " and ".join(f"{name} ({counts[name]} tickets)" for name in shipped.rare)
    teller.act("Shipping")
    whose = "A support team has" if simulated else "You have"
    teller.say(
        f"{whose} {len(history):,} tickets to train a classifier on, in {len(counts)} intents. Two are rare:"
        f" {rare}. Trained on these alone, the model reaches a macro-F1 of {shipped.rare_f1_before:.2f} on them."
    )
    teller.say(f"So each of the two gets {GENERATED_PER_INTENT} generated tickets. How people and the generator write:")
    for name in shipped.rare:
        teller.quote("a person:", _typical(t.text for t in history if t.intent == name))
        made = shipped.train[(shipped.train["y_true"] == name) & (shipped.train["origin"] == "synthetic")]
        teller.quote("generated:", _typical(map(str, made["text"])))
    teller.say(
        f"Trained again, on {len(shipped.train):,} tickets of this mix, and measured on {len(shipped.examples):,}"
        f" others of the same mix, the macro-F1 of the rare two is {shipped.rare_f1_after:.2f}."
        " That is what everyone sees: ship it. This is the recall behind it, and who wrote what it was measured on:"
    )
    rows = [
        [name, *(offline(shipped.examples, [name], origin).offline() for origin in (None, "synthetic", "real"))]
        for name in shipped.rare
    ]
    teller.table(["rare intent", "the mixed split", "generated rows", "real rows"], rows)


def anchoring(teller: Teller, app: App, where: Place, plan: StreamPlan) -> Anchor:
    """Import the evaluated examples as a user would, and hold the model to them."""
    teller.act("The anchor")
    teller.say("The release is held to the numbers it shipped on. The team imports the evaluated examples:")
    environment = "" if plan.environment == "prod" else f" --environment {plan.environment}"
    teller.command(
        f"anchorwatch anchor import {where.examples.name} --model {plan.model_name}"
        f" --version {plan.model_version}{environment} --activate"
    )
    read = read_anchor_file(where.examples)
    provenance = Provenance(where.examples.name, read.sha256, read.importer, now(), len(read.examples))
    released = Model(plan.model_name, plan.model_version, plan.environment)
    anchor, _ = anchors.import_anchor(app.anchors, released, read.promises, read.examples, provenance)
    anchors.activate(app.anchors, anchor, now())
    teller.say(f"anchor {anchor.id[:12]} of {anchor.model}: {shown_anchors.size(anchor)}, active")
    return anchor


def before_live(teller: Teller, app: App, sent: Stream, plan: StreamPlan) -> None:
    """What is about to happen."""
    made, judge = sent.summary, app.settings.judge
    teller.act("Going live")
    teller.say(
        f"{made.predictions:,} real tickets come in over {plan.days:.0f} days, and {made.labels:,} of them get a label,"
        f" hours or days later. As in life, {made.out_of_order:,} labels come out of order, {made.early} before their"
        f" prediction, {made.twice} twice; {made.corrected} are corrected, {made.retracted} taken back, and"
        f" {sum(made.broken.values())} messages are broken."
    )
    teller.say(
        f"The agent reads them from Kafka at {app.settings.kafka.bootstrap_servers} and judges every"
        f" {EVERY.total_seconds() / 3600:.0f} simulated hours, with default settings: it may raise"
        f" {judge.false_pages_per_year:g} false page a year, and a drop of {judge.drop:.2f} is let pass."
    )


def first_page(app: App, tick: Tick) -> Page | None:
    """What was known when the incident opened."""
    incidents = app.status.incidents()
    if not incidents:
        return None
    first = incidents[-1]
    support = {cell.state.cell.intent: cell.state.tally.support for cell in app.status.cells()}
    named = tuple(member.cell.intent for member in first.members)
    return Page(first.opened_at, named, tick.labelled, support)


def counts(teller: Teller, app: App, sent: Stream) -> bool:
    """The table, the dead letters, and a second count of the very same messages."""
    teller.act("The table")
    teller.command("anchorwatch status")
    cells = app.status.cells()
    teller.show(shown_status.table([(cell.state, cell.promise) for cell in cells], plain=teller.plain, width=teller.width))
    for line in shown_status.notes(
        [cell.state for cell in cells], app.status.event_counts(), app.status.labels_waiting()
    ):
        teller.show(line)
    counted = recount(sent.records)
    hits, misses = int(counted["hits"].sum()), int(counted["misses"].sum())
    agent = {c.state.cell.intent: (c.state.tally.hits, c.state.tally.misses) for c in cells}
    wrong = differences(counted, agent)
    teller.say(
        f"Counted again with pandas from the {len(sent.records):,} messages sent:"
        f" {hits:,} hits and {misses:,} misses. The agent has {sum(h for h, _ in agent.values()):,} and"
        f" {sum(m for _, m in agent.values()):,}: {'NOT EQUAL' if wrong else 'equal in every intent'}.",
        style="bold red" if wrong else "green",
    )
    for line in wrong:
        teller.say(line)
    return not wrong


def lesson(teller: Teller, app: App, shipped: Shipped, page: Page | None, start: datetime) -> None:
    """Three numbers an intent, and when the page came."""
    tallies = {cell.state.cell.intent: cell.state.tally for cell in app.status.cells()}
    found = {name: tallies[name] for name in shipped.rare if name in tallies}
    teller.act("The lesson")
    teller.table(
        ["rare intent", "offline, mixed split", "offline, real rows", "live"],
        [
            [
                name,
                offline(shipped.examples, [name]).offline_in_full(),
                offline(shipped.examples, [name], "real").offline_in_full(),
                Count(found[name].hits, found[name].support).live_in_full() if name in found else "none labelled",
            ]
            for name in shipped.rare
        ],
    )
    mixed, real, generated = (offline(shipped.examples, shipped.rare, o) for o in (None, "real", "synthetic"))
    live = Count(sum(t.hits for t in found.values()), sum(t.support for t in found.values()))
    teller.say(sentence(mixed, real, generated, live), style="bold")
    if page is None:
        teller.say("No page came: the labels did not suffice to say so within the false pages that are allowed.")
        return
    labels = " and ".join(f"{page.support.get(name, 0)} of {name}" for name in page.intents)
    teller.say(
        f"The page came on day {(page.at - start).days + 1} ({page.at:%Y-%m-%d}), after {page.labelled:,} labels,"
        f" {labels} among them."
    )


def where_next(
    teller: Teller, app: App, where: Place, anchor: Anchor, *, seed: int, tickets: Path | None
) -> None:
    """What to type now."""
    teller.act("Where to look next")
    if where.kept:
        config = f"--config {shlex.quote(str(where.config))}"
        numbers = [f"anchorwatch incident show {incident.id} {config}" for incident in app.status.incidents()]
        teller.command(f"anchorwatch status {config}")
        for command in numbers:
            teller.command(command)
        teller.command(f"anchorwatch anchor show {anchor.id[:12]} {config}")
        teller.say(f"The messages are in {where.events}, the evaluated examples beside them.")
    else:
        own = f" --tickets {shlex.quote(str(tickets))}" if tickets else ""
        teller.say("Nothing of this is kept. To keep it, and look around in it with the commands a page names:")
        teller.command(f"anchorwatch demo --seed {seed}{own} --keep demo")
    if tickets is None:
        teller.say("Both writers are simulators. The same story on tickets of yours (a CSV with text,intent):")
        teller.command("anchorwatch demo --tickets FILE.csv")
    teller.say("README.md says how to watch a model of your own.")


def _typical(texts: Iterable[str]) -> str:
    """The one of middle length."""
    ranked = sorted(texts, key=lambda text: (len(text), text))
    return ranked[len(ranked) // 2]
