"""Labels that other systems send of their own accord: only what is signed is heard, and each message once."""

from collections.abc import Iterator, Mapping
from datetime import timedelta

import httpx
import pytest

from connectors.web.hooks.routes import Heeded
from connectors.web.hooks.signatures import shows_secret
from connectors.web.room import watch_room
from connectors.web.server import RoomServer
from connectors.web.who import Doorkeeper
from monitor.errors import RequestChangedError, RequestInProgressError, UnavailableError
from monitor.settings.web import WebSettings
from monitor.settings.web_hooks import Signed
from reports.web.assets import assets
from reports.web.porch import Porch
from tests.connectors.web.hooks.label_senders import OLDER, SECRET, STANDARD, headers_of, sender
from tests.connectors.web.rooms import NOW, FakeTokens, StoppedClock
from tests.fakes.elsewhere import FakeIncidentsElsewhere
from tests.fakes.room import FakeDesk, FakeRoom
from tests.fakes.writer import FakeWriter

BODY = b'{"label_id": "l1"}'
TIMED = (Signed.STANDARD, Signed.ZENDESK)


class HookedLabels:
    """A room that asks who people are, and hears one sender of each kind."""

    def __init__(self) -> None:
        self.writer, self.clock = FakeWriter(), StoppedClock()
        keeper = Doorkeeper(
            WebSettings.model_validate({"tokens_file": "tokens.yaml"}), FakeTokens(), Porch(), self.clock
        )
        others = [
            sender(Signed.HEADER, "own", header="X-Desk"),
            sender(Signed.HEADER, "studio", question="intent"),
        ]
        senders = [*map(sender, Signed), *others]
        heeded = Heeded(FakeIncidentsElsewhere(), lambda *_: None, self.clock, senders=senders)
        app = watch_room(FakeRoom(), FakeDesk(), self.writer, assets(), keeper, heeded)
        self.server = RoomServer(app, "127.0.0.1", 0, asks_who=True)

    def post(self, name: str, headers: Mapping[str, str], body: bytes = BODY) -> httpx.Response:
        with httpx.Client(trust_env=False) as client:
            return client.post(
                f"{self.server.address}/hooks/labels/{name}",
                content=body,
                headers=[(k.encode(), v.encode()) for k, v in headers.items()],
            )


@pytest.fixture
def hooked() -> Iterator[HookedLabels]:
    hooked = HookedLabels()
    with hooked.server:
        yield hooked


@pytest.mark.parametrize("signed", Signed)
def test_what_a_sender_signs_is_taken_in_as_theirs(hooked: HookedLabels, signed: Signed) -> None:
    answer = hooked.post(signed, headers_of(signed, BODY))
    assert (answer.status_code, answer.json()["new"]) == (200, 1)
    assert hooked.writer.done == [(f"labels of {signed}", BODY)]
    (key,) = hooked.writer.keys
    assert (key and (key.who, key.key)) == (
        None if signed is Signed.HEADER else (f"sender {signed}", "msg_1")
    )


@pytest.mark.parametrize("signed", Signed)
def test_nothing_else_is_heard(hooked: HookedLabels, signed: Signed) -> None:
    headers = headers_of(signed, BODY)
    wrong = OLDER if signed is Signed.STANDARD else SECRET
    others = [
        hooked.post(signed, {}),
        hooked.post(signed, headers_of(signed, BODY, wrong[:-1] + "=")),
        hooked.post("nobody", headers),
    ]
    if signed is not Signed.HEADER:
        others.append(hooked.post(signed, headers, BODY + b" "))
    for answer in others:
        assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
        assert SECRET not in answer.text
    assert hooked.writer.done == []


@pytest.mark.parametrize("signed", Signed)
def test_of_two_secrets_either_will_do(hooked: HookedLabels, signed: Signed) -> None:
    older = OLDER if signed is Signed.STANDARD else "an older secret"
    assert hooked.post(signed, headers_of(signed, BODY, older)).status_code == 200


@pytest.mark.parametrize("signed", TIMED)
@pytest.mark.parametrize(("seconds", "status"), [(-301, 401), (-299, 200), (299, 200), (301, 401)])
def test_an_old_message_is_not_heard_again(
    hooked: HookedLabels, signed: Signed, seconds: int, status: int
) -> None:
    at = NOW + timedelta(seconds=seconds)
    assert hooked.post(signed, headers_of(signed, BODY, at=at)).status_code == status


@pytest.mark.parametrize("at", ["", "²", "2026-11-26T03:00:00", "yesterday", "1" * 13])
@pytest.mark.parametrize("signed", TIMED)
def test_a_time_that_is_none_is_not_of_now(hooked: HookedLabels, signed: Signed, at: str) -> None:
    stamp = "Webhook-Timestamp" if signed is Signed.STANDARD else "X-Zendesk-Webhook-Signature-Timestamp"
    assert hooked.post(signed, {**headers_of(signed, BODY), stamp: at}).status_code == 401


def test_the_id_of_a_standard_message_is_signed_too(hooked: HookedLabels) -> None:
    headers = {**headers_of(Signed.STANDARD, BODY), "Webhook-Id": "msg_2"}
    assert hooked.post("standard", headers).status_code == 401


def test_a_header_of_their_own_holds_the_secret(hooked: HookedLabels) -> None:
    assert hooked.post("own", {"x-desk": SECRET}).status_code == 200
    assert hooked.post("own", headers_of(Signed.HEADER, BODY)).status_code == 401


@pytest.mark.parametrize("body", [b'{"x": ' + b"[" * 100_000, b'{"action": "\xff"}', b"\xff"])
def test_what_label_studio_cannot_have_sent_is_unreadable(hooked: HookedLabels, body: bytes) -> None:
    answer = hooked.post("studio", headers_of(Signed.HEADER, body), body)
    assert (answer.status_code, answer.json()["code"]) == (400, "unreadable")


def test_who_is_heard_is_printed_without_a_secret() -> None:
    heeded = Heeded(
        FakeIncidentsElsewhere(), lambda *_: None, StoppedClock(), (SECRET,), (SECRET,), [sender(Signed.HUB)]
    )
    for shown in (repr(heeded), str(heeded), repr(sender(Signed.STANDARD)), f"{sender(Signed.HEADER)}"):
        assert not any(secret in shown for secret in (SECRET, STANDARD, "k" * 24))
    assert repr(sender(Signed.HUB)) == "HeardSender('hub')"


def test_a_header_without_anything_in_it_shows_no_secret() -> None:
    assert not shows_secret([""], "")
    assert not shows_secret([SECRET], "")
    assert shows_secret(["another", SECRET], SECRET)


def test_refused_labels_are_named_with_their_codes(hooked: HookedLabels) -> None:
    body = b'[{"label_id": "l1"}, {"bad": 1}]'
    answer = hooked.post("hub", headers_of(Signed.HUB, body), body)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    said = answer.json()
    assert (said["code"], said["new"], said["instance"]) == ("labels_refused", 1, "/hooks/labels/hub")
    assert [(each["index"], each["code"]) for each in said["refused"]] == [(1, "schema_invalid")]


@pytest.mark.parametrize(("body", "status"), [(b"{", 400), (b"", 400), (b"[" + b"1," * 1_000 + b"1]", 422)])
def test_what_is_signed_and_no_label_is_refused(hooked: HookedLabels, body: bytes, status: int) -> None:
    answer = hooked.post("hub", headers_of(Signed.HUB, body), body)
    assert answer.status_code == status
    assert answer.json()["code"] in ("unreadable", "invalid")
    assert hooked.writer.done == []


def test_the_id_of_a_message_has_a_length(hooked: HookedLabels) -> None:
    for length, status in ((255, 200), (256, 422)):
        headers = headers_of(Signed.HUB, BODY, message="m" * length)
        assert hooked.post("hub", headers).status_code == status


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (RequestInProgressError("it is being done"), 409, "request_in_progress"),
        (RequestChangedError("another message"), 422, "key_used"),
        (UnavailableError("the database is away"), 503, "unavailable"),
    ],
)
def test_what_cannot_be_done_now_is_said_with_its_code(
    hooked: HookedLabels,
    error: RequestInProgressError | RequestChangedError | UnavailableError,
    status: int,
    code: str,
) -> None:
    hooked.writer.fails = error
    answer = hooked.post("hub", headers_of(Signed.HUB, BODY))
    assert (answer.status_code, answer.json()["code"]) == (status, code)
