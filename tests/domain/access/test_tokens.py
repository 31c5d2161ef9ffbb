"""A token is known by its hash, and by nothing that is nearly it."""

import hashlib
import hmac

import pytest

from monitor.domain.access.tokens import HeldToken, digest, holder
from monitor.domain.access.visitor import RoomRole, Visitor

HELD = [
    HeldToken("ana", RoomRole.RESPONDER, digest("aw_one")),
    HeldToken("vic", RoomRole.VIEWER, digest("aw_two")),
]


def test_what_is_kept_is_the_sha256_of_the_token() -> None:
    assert digest("aw_one") == hashlib.sha256(b"aw_one").hexdigest()


def test_a_token_is_its_holders_and_no_other_string_is_anybodys() -> None:
    assert [holder(HELD, token) for token in ("aw_one", "aw_two")] == HELD
    for none in ("", "aw_", "aw_on", "aw_one ", "AW_ONE", digest("aw_one"), "zoë"):
        assert holder(HELD, none) is None


def test_how_long_it_takes_tells_nothing_each_token_is_compared_in_constant_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compared = []

    def recorded(kept: bytes, shown: bytes) -> bool:
        compared.append(kept)
        return kept == shown

    monkeypatch.setattr(hmac, "compare_digest", recorded)
    for token in ("aw_one", "aw_two", "aw_none"):
        compared.clear()
        holder(HELD, token)
        assert compared == [each.sha256.encode() for each in HELD]


def test_only_a_responder_may_act() -> None:
    assert Visitor("ana", RoomRole.RESPONDER).may_act
    assert not Visitor("vic", RoomRole.VIEWER).may_act
