"""A session is whose it was, until it ends; whatever is changed of it, or of the token, makes it nobody's."""

import hmac
from datetime import UTC, datetime, timedelta

import pytest

from monitor.domain.access.sessions import end_of, holder_of, signed
from monitor.domain.access.tokens import HeldToken, Keyring, digest
from monitor.domain.access.visitor import RoomRole

NOW = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
ANA = HeldToken("ana", RoomRole.RESPONDER, digest("aw_one"))
VIC = HeldToken("vic, the \U0001d54dery ;=. first", RoomRole.VIEWER, digest("aw_two"))
KEYRING = Keyring(bytes(range(32)), [ANA, VIC])


@pytest.mark.parametrize("held", [ANA, VIC])
def test_a_session_is_whose_it_was_for_twelve_hours(held: HeldToken) -> None:
    session = signed(KEYRING, held, NOW)
    assert session.isascii()
    assert set(session) & set(' ",;\\=') == set()
    assert end_of(session) == datetime(2026, 11, 26, 15, 0, tzinfo=UTC)
    assert holder_of(KEYRING, session, NOW) == held
    assert holder_of(KEYRING, session, NOW + timedelta(hours=12, seconds=-1)) == held
    assert holder_of(KEYRING, session, NOW + timedelta(hours=12)) is None


def test_a_session_of_which_any_character_is_another_is_nobodys() -> None:
    session = signed(KEYRING, ANA, NOW)
    for place in range(len(session) - 1):  # of the last one four bits count for nothing
        other = "A" if session[place] != "A" else "B"
        assert holder_of(KEYRING, session[:place] + other + session[place + 1 :], NOW) is None


def test_nobody_lengthens_their_session_or_makes_it_anothers() -> None:
    version, name, end, signature = signed(KEYRING, ANA, NOW).split(".")
    of_vic = signed(KEYRING, VIC, NOW).split(".")[1]
    for forged in (
        [version, name, str(int(end) + 3600), signature],
        [version, of_vic, end, signature],
        [version, name, end, ""],
        [version, name, end],
        [""],
    ):
        assert holder_of(KEYRING, ".".join(forged), NOW) is None


def test_a_signature_is_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    session, compared = signed(KEYRING, ANA, NOW), []
    monkeypatch.setattr(hmac, "compare_digest", lambda ours, theirs: compared.append((ours, theirs)))
    assert holder_of(KEYRING, session, NOW) is None
    assert compared == [(session.rpartition(".")[2].encode(),) * 2]


def test_a_session_ends_with_its_token_and_with_the_key() -> None:
    session = signed(KEYRING, ANA, NOW)
    another = ANA._replace(sha256=digest("aw_three"))
    assert holder_of(KEYRING._replace(tokens=[VIC]), session, NOW) is None
    assert holder_of(KEYRING._replace(tokens=[another, VIC]), session, NOW) is None
    assert holder_of(KEYRING._replace(key=bytes(32)), session, NOW) is None


def test_what_somebody_may_do_is_what_their_token_says_now() -> None:
    session = signed(KEYRING, ANA, NOW)
    demoted = ANA._replace(role=RoomRole.VIEWER)
    assert holder_of(KEYRING._replace(tokens=[demoted]), session, NOW) == demoted


def test_who_reads_the_hashes_alone_can_sign_nothing() -> None:
    forged = signed(Keyring(b"", [ANA]), ANA, NOW)
    assert holder_of(KEYRING, forged, NOW) is None
