"""An open database in, the server of its watch room out."""

from connectors.web.guard import LOOPBACK
from connectors.web.room import watch_room
from connectors.web.server import RoomServer
from monitor.app.desk import Desk
from monitor.app.room import Room
from monitor.app.stores import Stores
from reports.web.assets import assets

PORT = 8_700


def watch_room_server(stores: Stores, port: int | None = None) -> RoomServer:
    """The server, which listens already. `port` over what is configured.

    Raises:
        ConfigError: it can't listen there.
    """
    where = stores.settings.web
    listens = next(each for each in (port, where.port, PORT) if each is not None)
    app = watch_room(Room(stores), Desk(stores), assets(), LOOPBACK)
    return RoomServer(app, where.host, listens)
