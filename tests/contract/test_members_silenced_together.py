"""An incident's members are made silent together, on SQLite and PostgreSQL alike: all of them, or none."""

import pytest
from sqlalchemy import Engine

from connectors.sql import silences
from monitor.app.oncall_stores import OnCallStores
from monitor.app.silencing import silence_members
from monitor.errors import ConfigError
from tests.incidents.falls import broken
from tests.stored import NOON, counts
from tests.worlds import World


def test_where_the_last_has_no_room_none_is_silent(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(engine)
    world.anchor(erasure=(0.88, 38), export=(0.88, 38))
    world.outcomes("export", "m" * 20)
    broken(world)
    stores = OnCallStores(world.settings, engine)
    incident = stores.incidents.numbered(1)
    assert incident is not None
    members = len(incident.members)
    assert members > 1
    monkeypatch.setattr(silences, "HOLDING_MAX", members - 1)
    with pytest.raises(ConfigError, match="no more can"):
        silence_members(stores, 1, "ana", "known", "8h", NOON)
    assert counts(engine, "silence") == {"silence": 0}
    monkeypatch.setattr(silences, "HOLDING_MAX", members)
    assert len(silence_members(stores, 1, "ana", "known", "8h", NOON)) == members
