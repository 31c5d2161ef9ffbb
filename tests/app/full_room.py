"""A room with something on every page: two models, one broken in e-mails, one that broke and was resolved."""

from datetime import timedelta
from pathlib import Path

from sqlalchemy import Engine

from connectors.sql.deploys import DeployStore
from monitor.app.analyses import Analyses
from monitor.app.clock import now
from monitor.app.desk import Desk
from monitor.app.stores import Stores
from monitor.domain.events.fates import EventFate, FateKind
from monitor.domain.events.types import DeadLetter, Model, Partition, Record
from monitor.domain.telling.silences_elsewhere import SilenceElsewhere
from monitor.incidents.silencing import add_silence
from tests.review.broken_channel import broken
from tests.stored import NOON, store
from tests.worlds import World

SHOP = Model("shop/front", "2.0", "eu west")
SLASHED = "return & refund/other <b>"


def full_room(engine: Engine, folder: Path) -> Stores:
    """Its stores; reports lie in the folder."""
    world = broken(engine)
    world.settings = World(
        engine,
        sinks=[{"kind": "terminal", "name": "desk"}],
        slices=[{"name": "channel"}],
        reports={"folder": folder},
        ticket_url="https://tickets.example.org/{prediction_id}",
    ).settings
    world.outcomes("billing", "h" * 5)
    world.anchor(SHOP, **{SLASHED: (0.95, 40), "hello": (0.9, 40), "never seen": (0.9, 50)})
    world.outcomes(SLASHED, "mmmmh" * 12, model=SHOP, slices={"channel": "e-mail"})
    world.outcomes("hello", "h" * 30, model=SHOP)
    world.evaluate()
    stores = Stores(world.settings, engine)
    Analyses(stores, now).explain_new()
    _refuse(engine)
    DeployStore(engine).add("a new tokenizer", "ben", NOON - timedelta(hours=1), "tick*", "7")
    add_silence(stores.silences, ["intent=hello"], "ana", "known", "80d", now())
    elsewhere = SilenceElsewhere(
        sink="am",
        id="8a1f-4c2d",
        matchers=['intent=~"re.*"'],
        author="ben",
        reason="a release follows",
        begins=now(),
        ends=now() + timedelta(days=1),
        read_at=now(),
    )
    stores.silences_elsewhere.keep("am", [elsewhere])
    desk = Desk(stores)
    desk.note(1, "ana", "on it")
    (folder / "weekly").mkdir(parents=True, exist_ok=True)
    (folder / "weekly" / "reliability-2026-W46.html").write_text("<p>fine</p>")
    return stores


def _refuse(engine: Engine) -> None:
    with store(engine).transaction() as transaction:
        record = Record(Partition("predictions", 3), 7, b"{")
        transaction.bury([DeadLetter(record, "not_json", "it ends early", NOON)])
        transaction.count({("predictions", EventFate(FateKind.REJECTED, "not_json")): 1})
