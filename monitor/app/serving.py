"""An open database in, the server of its watch room out."""

from connectors.files.tokens import TokensFile
from connectors.web.health_answers import HealthAnswers
from connectors.web.room import watch_room
from connectors.web.server import RoomServer
from connectors.web.who import Doorkeeper
from monitor.app.clock import now
from monitor.app.desk import Desk
from monitor.app.heeding import heeded
from monitor.app.room import Room
from monitor.app.stores import Stores
from monitor.app.writing import Writer
from reports.web.assets import assets
from reports.web.porch import Porch

PORT = 8_700


def watch_room_server(
    stores: Stores, port: int | None = None, health: HealthAnswers | None = None
) -> RoomServer:
    """The server, which listens already. `port` over what is configured; with the agent's `health`, where it is given.

    Raises:
        ConfigError: it can't listen there, or who may enter, or a secret, can't be read.
    """
    web = stores.settings.web
    tokens = TokensFile(web.tokens_file) if web.tokens_file is not None else None
    if tokens is not None:
        tokens.read()
    listens = next(each for each in (port, web.port, PORT) if each is not None)
    keeper = Doorkeeper(web, tokens, Porch(), now)
    app = watch_room(
        Room(stores), Desk(stores), Writer(stores), assets(), keeper, heeded(stores), health=health
    )
    return RoomServer(app, web.host, listens, asks_who=web.asks_who)
