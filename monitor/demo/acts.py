"""The acts of the story: each takes what really happened and tells it. No number here is written down."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from monitor.anchors import anchoring as anchors
from monitor.app.anchors import import_file
from monitor.app.serving import watch_room_server
from monitor.app.wiring import App
from monitor.demo.label_race import A_WEEK, DRAWS, WEEKS, RareCell, Traffic, race, wanted
from monitor.demo.lesson import HitCount, offline, sentence
from monitor.demo.live import EVERY, Tick
from monitor.demo.model import GENERATED_PER_INTENT, Shipped
from monitor.demo.place import Place
from monitor.demo.recount import differences, recount
from monitor.demo.stream import Stream, StreamPlan
from monitor.demo.teller import Teller
from monitor.demo.tickets import Ticket
from monitor.domain.anchors.grade import Grade
from monitor.domain.anchors.promise import Anchor
from monitor.domain.events.types import Model
from monitor.review.status import overview
from reports.tables import anchors as shown_anchors
from reports.tables import audit as shown_audit
from reports.tables.status import status_view

EARLY = timedelta(days=14)
"""A first page until then is one that the money of the release brought."""


@dataclass(frozen=True, slots=True)
class PageSeen:
    """When a page came, after how many labels, and how many of them of each intent that it named."""

    incident: int
    at: datetime
    labelled: int
    support: dict[str, int]


def shipping(teller: Teller, history: Sequence[Ticket], shipped: Shipped, *, simulated: bool) -> None:
    """What the team did, and the number it saw."""
    counts = Counter(ticket.intent for ticket in history)
    rare = " and ".join(f"{name} ({counts[name]} tickets)" for name in shipped.rare)
    teller.act("Shipping")
    owner = "A support team has" if simulated else "You have"
    teller.say(
        f"{owner} {len(history):,} tickets to train a classifier on, in {len(counts)} intents. Two are"
        f" rare: {rare}. Trained on these alone, the model reaches a macro-F1 of"
        f" {shipped.rare_f1_before:.2f} on the rare two."
    )
    teller.say(f"So each of the two gets {GENERATED_PER_INTENT} generated tickets. This is how both write:")
    for name in shipped.rare:
        teller.quote("a person:", _typical(t.text for t in history if t.intent == name))
        made = shipped.train[(shipped.train["y_true"] == name) & (shipped.train["origin"] == "synthetic")]
        teller.quote("generated:", _typical(map(str, made["text"])))
    teller.say(
        f"Trained again, on {len(shipped.train):,} tickets of this mix, and measured on"
        f" {len(shipped.examples):,} others of the same mix, the macro-F1 of the rare two is"
        f" {shipped.rare_f1_after:.2f}. That is what everyone sees: ship it."
    )
    teller.say("The recall behind it, on the whole split and by who wrote the tickets in it:")
    origins = (None, "synthetic", "real")
    rows = [
        [name, *(offline(shipped.examples, [name], origin).offline() for origin in origins)]
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
    released = Model(plan.model_name, plan.model_version, plan.environment)
    anchor = import_file(app, where.examples, released, activated_by="demo").anchor
    teller.say(f"anchor {anchor.id[:12]} of {anchor.model}: {shown_anchors.size(anchor)}, active")
    return anchor


def before_live(teller: Teller, app: App, sent: Stream, plan: StreamPlan) -> None:
    """What is about to happen."""
    made, judge = sent.summary, app.settings.judge
    teller.act("Going live")
    teller.say(
        f"{made.predictions:,} real tickets come in over {plan.days:.0f} days, and {made.labels:,} of them"
        f" get a label, mostly hours or days later. As in life, {made.out_of_order:,} label messages come"
        f" after one of a younger ticket; {made.early} labels come before their prediction, {made.twice}"
        f" twice; {made.corrected} are corrected, {made.retracted} taken back, and"
        f" {sum(made.broken.values())} messages are broken."
    )
    teller.say(
        f"The agent reads them from Kafka at {app.settings.kafka.bootstrap_servers} and judges every"
        f" {EVERY.total_seconds() / 3600:.0f} simulated hours, with default settings: a drop of"
        f" {judge.forgiven:.2f} below the anchor is let pass, and at most {judge.false_pages_per_year:g} page a"
        " year may be false."
    )


def page_at(app: App, tick: Tick, before: Sequence[PageSeen]) -> list[PageSeen]:
    """What is named now and was not before: one page, or none where the news was something else."""
    incidents = app.incidents.all()
    if not incidents:
        return []
    paged = {intent for page in before if page.incident == incidents[0].id for intent in page.support}
    new = [member for member in incidents[0].members if member.cell.display not in paged]
    support = {cell.state.cell.display: cell.state.labels.tally.support for cell in app.status.cells()}
    named = {member.cell.display: support.get(member.cell.display, 0) for member in new}
    return [PageSeen(incidents[0].id, new[0].noticed, tick.labelled, named)] if new else []


def counts(teller: Teller, app: App, sent: Stream) -> bool:
    """The table, the dead letters, and a second count of the very same messages."""
    teller.act("The table")
    teller.command("anchorwatch status")
    cells = [cell for cell in app.status.cells() if cell.state.cell.group is None]
    teller.show(status_view(overview(app.status, app.incidents, app.settings, app.address)))
    counted = recount(sent.records)
    hits, misses = int(counted["hits"].sum()), int(counted["misses"].sum())
    agent = {c.state.cell.intent: (c.state.labels.tally.hits, c.state.labels.tally.misses) for c in cells}
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


def lesson(teller: Teller, app: App, shipped: Shipped, pages: Sequence[PageSeen], start: datetime) -> None:
    """Three numbers an intent, and when the page came."""
    tallies = {cell.state.cell.intent: cell.state.labels.tally for cell in app.status.cells()}
    live = [HitCount(tallies[name].hits, tallies[name].support) for name in shipped.rare]
    examples = shipped.examples
    teller.act("The lesson")
    teller.table(
        ["recall (95 % interval)", *shipped.rare],
        [
            ["offline, mixed split", *(offline(examples, [n]).offline_in_full() for n in shipped.rare)],
            ["offline, real rows", *(offline(examples, [n], "real").offline_in_full() for n in shipped.rare)],
            ["live, at all times", *(count.live_in_full() for count in live)],
        ],
    )
    mixed, real, generated = (offline(examples, shipped.rare, o) for o in (None, "real", "synthetic"))
    together = HitCount(sum(count.hits for count in live), sum(count.of for count in live))
    teller.say(sentence(mixed, real, generated, together), style="bold")
    states = {incident.id: incident.state for incident in app.incidents.all()}
    for page in pages:
        labels = " and ".join(f"{count} of {name}" for name, count in page.support.items())
        teller.say(
            f"A page came on day {(page.at - start).days + 1} ({page.at:%Y-%m-%d}), after {page.labelled:,}"
            f" labels, {labels} among them."
            + (" Corrected labels took it back." if states[page.incident] == "retracted" else "")
        )
    if pages and pages[0].at - start < EARLY:
        teller.say(
            "So few are enough at a release, as that is when models break: half of the false pages a year waits for"
            " releases, and each bets its part from its first label on."
        )
    if not pages:
        teller.say("No page came: these labels do not prove it within the false pages that are allowed.")


def forty_labels(
    teller: Teller, app: App, shipped: Shipped, traffic: Traffic, start: datetime, rng: np.random.Generator
) -> None:
    """The same fall again, with labels for a twentieth of the tickets: which of them to label?"""
    held = {cell.state.cell.intent: cell.state.held for cell in app.status.cells()}
    truth, predicted = (list(map(str, shipped.examples[name])) for name in ("y_true", "y_pred"))
    cells = [
        RareCell(wanted(name, truth, predicted), of.floor, of.income)
        for name in shipped.rare
        if (of := held.get(name)) and of.floor is not None and of.income is not None
    ]
    if not cells:
        return
    teller.act("Forty labels a week")
    with teller.busy("drawing labels, fifty times"):
        run = race(traffic, cells, app.settings.sampling.min_probability, start, rng)
    teller.say(
        f"Few teams label as many as these. With {A_WEEK} a week of {traffic.tickets:,} tickets, the same model and the"
        f" same promise, drawn {DRAWS} times for up to {WEEKS} weeks: by plan (a chance for each predicted intent, as"
        " `anchorwatch labels draw` gives it) or by chance alone. When does the first page come?"
    )
    teller.table(
        ["labels drawn", "paged in", "median"],
        [run.row("by plan", run.by_plan), run.row("by chance", run.by_chance)],
    )
    teller.say(
        f"The plan was first in {run.plan_first} of {DRAWS} draws, chance in {run.chance_first}. Every label keeps the"
        " chance it had, so recall stays recall."
    )


def audited(teller: Teller, app: App, anchor: Anchor, rare: Sequence[str]) -> None:
    """What could have been known before the first label: the anchor's examples beside live tickets."""
    with teller.busy("looking at the anchor"):
        audits = anchors.audit_stored(app.audits, anchor, rare)
    anchors.keep_grades(app.anchors, anchor, audits)
    doubted = any(audit.graded.grade is Grade.UNTRUSTED for audit in audits)
    teller.say(
        ("No label was needed to doubt the number." if doubted else "An audit needs no label.")
        + " The agent dropped every text, but kept what it looked like; the audit holds that of the offline"
        " examples against that of live tickets:"
    )
    teller.command(f"anchorwatch anchor audit --intents {','.join(rare)}")
    for line in shown_audit.reasons(audits):
        teller.say(line)


def where_next(
    teller: Teller, app: App, where: Place, anchor: Anchor, *, seed: int, tickets: Path | None
) -> None:
    """What to type now."""
    teller.act("Where to look next")
    if where.kept:
        config = f"--config {shlex.quote(str(where.config))}"
        numbers = [f"anchorwatch incident analyze {incident.id} {config}" for incident in app.incidents.all()]
        teller.command(f"anchorwatch status {config}")
        for command in numbers:
            teller.command(command)
        teller.command(f"anchorwatch anchor show {anchor.id[:12]} {config}")
        teller.say(f"The messages are in {where.events}, the evaluated examples beside them.")
    else:
        own = f" --tickets {shlex.quote(str(tickets))}" if tickets else ""
        teller.say("Nothing of this is kept. To keep it, and look around in it:")
        teller.command(f"anchorwatch demo --seed {seed}{own} --keep demo")
    if tickets is None:
        teller.say("Both writers are simulators. The same story on tickets of yours (CSV, text,intent):")
        teller.command("anchorwatch demo --tickets FILE.csv")
    teller.say("README.md says how to watch a model of your own.")


def watch_room(teller: Teller, app: App) -> None:
    """All of it in a browser, until it is ended."""
    server = watch_room_server(app)
    teller.act("The watch room")
    teller.say(f"The same in a browser, at {server.address}, until you press Ctrl-C.")
    server.run()


def _typical(texts: Iterable[str]) -> str:
    """The one of middle length."""
    ranked = sorted(texts, key=lambda text: (len(text), text))
    return ranked[len(ranked) // 2]
