"""E-mail against a real SMTP server on this machine, kind and unkind."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from connectors.sinks.email import EmailSink
from monitor.domain.telling.kinds import NoticeKind
from monitor.errors import DeliveryError
from reports.pages.page import page_of
from tests.connectors.sinks.smtp import PASSWORD, sink
from tests.notices import notice
from tests.sending import send


class Mailbox:
    """Keeps what is delivered; `says` is its answer to the message, `to_recipients` to each address."""

    def __init__(self, says: str = "250 taken", to_recipients: str = "250 ok") -> None:
        self.says, self.to_recipients = says, to_recipients
        self.got: list[EmailMessage] = []

    async def handle_RCPT(  # noqa: N802 - as aiosmtpd calls it
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.to_recipients.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.to_recipients

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        self.got.append(message_from_bytes(content, policy=policy.default))
        return self.says


@contextmanager
def server(mailbox: Mailbox, **settings: Any) -> Iterator[int]:  # noqa: ANN401
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    controller = Controller(mailbox, hostname="127.0.0.1", port=port, **settings)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


def refusal(made: EmailSink) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        send(made, notice())
    assert PASSWORD not in caught.value.reason
    return caught.value


def test_a_page_is_one_message_of_text_and_html_to_everyone() -> None:
    box = Mailbox()
    with server(box) as port:
        send(sink(port), notice())
    (message,) = box.got
    assert (message["Subject"], message["To"]) == (
        page_of(notice()).title,
        "ana@example.com, bob@example.com",
    )
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Importance"] == "high"
    text, html = message.get_body(["plain"]), message.get_body(["html"])
    assert text is not None
    assert html is not None
    assert text.get_content().replace("\r\n", "\n").strip() == page_of(notice()).text.strip()
    assert ">0.39 (" in html.get_content()


def test_all_messages_of_an_incident_are_one_thread_and_a_repeat_is_the_same_message() -> None:
    box = Mailbox()
    resolved = notice(id="n-2", kind=NoticeKind.RESOLVED)
    with server(box) as port:
        for news in (notice(), resolved, resolved):
            send(sink(port), news)
    first, second, again = box.got
    assert second["In-Reply-To"] == second["References"] == first["Message-ID"]
    assert second["Message-ID"] == again["Message-ID"] != first["Message-ID"]


def test_names_from_events_can_add_no_header_and_no_markup() -> None:
    box = Mailbox()
    with server(box) as port:
        send(sink(port), notice(reason="<script>alert(1)</script>\r\nBcc: eve@example.com"))
    (message,) = box.got
    assert message["Bcc"] is None
    html = message.get_body(["html"])
    assert html is not None
    assert "<script>" not in html.get_content()


@pytest.mark.parametrize(
    ("answers", "reason", "retryable"),
    [
        ({"says": "451 try later"}, "127.0.0.1 answered 451", True),
        ({"says": "552 mailbox full"}, "127.0.0.1 answered 552", False),
        ({"to_recipients": "450 busy"}, "127.0.0.1 refused every recipient (450, 450)", True),
        ({"to_recipients": "550 nobody"}, "127.0.0.1 refused every recipient (550, 550)", False),
    ],
)
def test_the_first_digit_says_whether_trying_again_can_help(
    answers: dict[str, str], reason: str, retryable: bool
) -> None:
    with server(Mailbox(**answers)) as port:
        error = refusal(sink(port))
    assert (error.reason, error.retryable) == (reason, retryable)


def test_a_login_goes_over_tls_and_a_wrong_one_rests_the_sink() -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)

    def authenticate(
        _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: LoginPassword
    ) -> AuthResult:
        return AuthResult(success=data.password == PASSWORD.encode(), handled=False)

    box = Mailbox()
    with (
        server(box, tls_context=context, require_starttls=True, authenticator=authenticate) as port,
        authority.cert_pem.tempfile() as trusted,
    ):
        secure = {"host": "localhost", "security": "starttls", "cafile": trusted, "username": "ana"}
        send(sink(port, **secure, password=PASSWORD), notice())
        wrong = refusal(sink(port, **secure, password=PASSWORD + "!"))
        unknown = refusal(sink(port, **{**secure, "cafile": None}, password=PASSWORD))
    assert len(box.got) == 1
    assert (wrong.reason, wrong.retryable, wrong.disables) == (
        "localhost answered 535 to the login",
        False,
        True,
    )
    assert (unknown.reason, unknown.retryable) == ("localhost: SSLCertVerificationError", True)


def test_a_server_without_starttls_is_never_sent_the_page_in_clear() -> None:
    box = Mailbox()
    with server(box) as port:
        error = refusal(sink(port, security="starttls"))
    assert (error.reason, error.retryable) == (
        "127.0.0.1: STARTTLS extension not supported by server.",
        False,
    )
    assert box.got == []


@pytest.mark.parametrize(
    "talk",
    [lambda connection: None, lambda connection: connection.close(), lambda c: c.sendall(b"220 hi\r\n")],
    ids=["silent", "hangs up", "stops after its greeting"],
)
def test_a_server_that_falls_silent_or_hangs_up_is_tried_again(talk: Callable[[socket.socket], None]) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        done = threading.Event()

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                talk(connection)
                done.wait(5)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        assert refusal(sink(listener.getsockname()[1])).retryable
        done.set()
        thread.join(5)


def test_nothing_listening_is_tried_again() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port = listener.getsockname()[1]
    assert (refusal(sink(port)).reason, refusal(sink(port)).retryable) == (
        "127.0.0.1: ConnectionRefusedError",
        True,
    )
