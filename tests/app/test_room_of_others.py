"""The page of silences, with those of another system: below ours, with what can be done about ours between them."""

from datetime import timedelta

from sqlalchemy import Engine

from monitor.app.clock import now
from monitor.app.room import Room
from monitor.app.stores import Stores
from monitor.domain.telling.silences_elsewhere import SilenceElsewhere
from monitor.incidents.silencing import add_silence
from monitor.settings.settings import Settings


def silence(reason: str, hours: float) -> SilenceElsewhere:
    at = now()
    return SilenceElsewhere(
        sink="am",
        id=reason,
        matchers=['intent=~"re.*"'],
        author="ben",
        reason=reason,
        begins=at - timedelta(hours=9),
        ends=at + timedelta(hours=hours),
        read_at=at,
    )


def test_silences_of_alertmanager_stand_below_ours_and_cannot_be_ended_here(sqlite_engine: Engine) -> None:
    stores = Stores(Settings(), sqlite_engine)
    add_silence(stores.silences, ["intent=hello"], "ana", "known", "8h", now())
    stores.silences_elsewhere.keep("am", [silence("a release follows", 8), silence("it is over", -1)])
    ours, theirs = Room(stores).silences().html("a-token").split("in am, not ours", 1)
    assert "known" in ours
    assert "/silences/1/end" in ours
    assert "a release follows" in theirs
    assert "it is over" not in theirs
    assert "/end" not in theirs
