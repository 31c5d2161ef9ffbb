"""E-mail over SMTP: text and HTML, one thread an incident.

Source: RFC 5322 (Message-ID, References), RFC 3834 (Auto-Submitted), RFC 3207 (STARTTLS).
"""

import smtplib
import ssl
from collections.abc import Sequence
from email.message import EmailMessage
from email.policy import SMTP
from socket import socket
from typing import Any, Literal

from typing_extensions import override

from connectors.sinks.cutoff import Cutoff
from connectors.sinks.email_html import html
from monitor.deliver.ports import Sink
from monitor.domain.telling.kinds import WAKING, NoticeKind
from monitor.domain.telling.notices import Notice
from monitor.domain.telling.page import Page
from monitor.errors import DeliveryError
from monitor.settings.mail import bare_address

DOMAIN = "anchorwatch.invalid"
SUBJECT_MAX = 200
_PRIORITY = (*WAKING, NoticeKind.SINK_FAILED)


class _Watched(smtplib.SMTP):
    """A session that is cut off when its time is up: also while it waits for the greeting, in the constructor."""

    def __init__(self, cutoff: Cutoff, *where: Any, **how: Any) -> None:  # noqa: ANN401 - as smtplib has it
        self._cutoff = cutoff
        super().__init__(*where, **how)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket:
        connection: socket = super()._get_socket(host, port, timeout)  # type: ignore[misc]
        self._cutoff.watch(connection)
        return connection


class _WatchedTls(_Watched, smtplib.SMTP_SSL):
    """The same from its first byte on in TLS."""


class EmailSink(Sink):
    """Sends one message a notice to all recipients, in one connection.

    Each answer may take `timeout_s`, and all of them together `deadline_s`.
    """

    def __init__(
        self,
        name: str,
        host: str,
        port: int,
        *,
        sender: str,
        to: Sequence[str],
        security: Literal["starttls", "tls", "none"] = "starttls",
        username: str | None = None,
        password: str | None = None,
        cafile: str | None = None,
        timeout_s: float = 15.0,
        deadline_s: float = 45.0,
    ) -> None:
        self.name = name
        self._at = (host.strip("[]"), port)
        self._sender = sender
        self._to = list(to)
        self._envelope = [bare_address(words) or words for words in (sender, *to)]
        self._security = security
        self._login = (username, password) if username is not None and password is not None else None
        self._tls = None if security == "none" else ssl.create_default_context(cafile=cafile)
        self._timeout_s = timeout_s
        self._deadline_s = deadline_s

    @override
    def send(self, notice: Notice, page: Page) -> None:
        with Cutoff(self._deadline_s) as cutoff:
            self._send(self.message(notice, page), cutoff)

    def _send(self, message: EmailMessage, cutoff: Cutoff) -> None:
        host = self._at[0]
        try:
            with self._connected(cutoff) as smtp:
                if self._login is not None:
                    smtp.login(*self._login)
                refused = smtp.send_message(message, self._envelope[0], self._envelope[1:])
        except smtplib.SMTPRecipientsRefused as err:
            codes = [code for code, _ in err.recipients.values()]
            raise DeliveryError(
                f"{host} refused every recipient ({', '.join(map(str, codes))})",
                retryable=any(400 <= code < 500 for code in codes),
            ) from err
        except smtplib.SMTPAuthenticationError as err:
            raise DeliveryError(
                f"{host} answered {err.smtp_code} to the login", retryable=err.smtp_code < 500, disables=True
            ) from err
        except smtplib.SMTPResponseException as err:
            raise DeliveryError(f"{host} answered {err.smtp_code}", retryable=err.smtp_code < 500) from err
        except smtplib.SMTPNotSupportedError as err:
            raise DeliveryError(f"{host}: {err}", retryable=False, disables=True) from err
        except (OSError, smtplib.SMTPException) as err:
            late = f"not done within {self._deadline_s:g} s"
            why = late if cutoff.passed else type(err).__name__
            raise DeliveryError(f"{host}: {why}", retryable=True) from err
        if refused:
            raise DeliveryError(
                f"{host} took the message, but refused {len(refused)} of {len(self._to)} recipients",
                retryable=False,
            )

    def _connected(self, cutoff: Cutoff) -> smtplib.SMTP:
        if self._security == "tls":
            return _WatchedTls(cutoff, *self._at, timeout=self._timeout_s, context=self._tls)
        smtp = _Watched(cutoff, *self._at, timeout=self._timeout_s)
        if self._security == "starttls":
            try:
                smtp.starttls(context=self._tls)
            except BaseException:
                smtp.close()
                raise
        return smtp

    def message(self, notice: Notice, page: Page) -> EmailMessage:
        """The whole message, as it is sent."""
        message = EmailMessage(policy=SMTP)
        message["Subject"] = page.title[:SUBJECT_MAX]
        message["From"] = self._sender
        message["To"] = ", ".join(self._to)
        message["Date"] = notice.at
        thread = f"<{notice.dedup_key}@{DOMAIN}>"
        if notice.kind is NoticeKind.OPENED:
            message["Message-ID"] = thread
        else:
            message["Message-ID"] = f"<{notice.id}@{DOMAIN}>"
            message["In-Reply-To"] = message["References"] = thread
        message["Auto-Submitted"] = "auto-generated"
        message["X-Auto-Response-Suppress"] = "All"
        if notice.kind in _PRIORITY:
            message["Importance"] = "high"
        message.set_content(page.text)
        message.add_alternative(html(page, notice.kind), subtype="html")
        return message
