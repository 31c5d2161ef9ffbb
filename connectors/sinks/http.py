"""The one way out over HTTP: bytes to an address, and every answer or failure put into one vocabulary.

An address may be a secret (Slack's is): no message, log line or answer quoted here ever holds more of it
than its host.
"""

import logging
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import unquote

import httpx

from connectors.sinks.cutoff import Cutoff, watched_by
from monitor.errors import DeliveryError

ANSWER_SHOWN = 200
ANSWER_READ = 8192
LONGEST_WAIT_S = 86_400.0  # a page is worth another try after a day, whatever the server asks

_RETRYABLE = {408, 425, 429}
_GONE = {401, 403, 404, 410}  # the key or the channel, not this message
_HEADERS = {
    "content-type": "application/json",
    "user-agent": "anchorwatch",
    "accept-encoding": "identity",  # a compressed answer could unpack to anything
    "connection": "close",  # each request has a connection, and a deadline, of its own
}

# httpx logs every request with its full address at INFO.
logging.getLogger("httpx").setLevel(logging.WARNING)
logging.getLogger("httpcore").setLevel(logging.WARNING)


class Http:
    """Posts JSON. Redirects are never followed; TLS is verified; `allowed_hosts` (if any) is enforced.

    A request may take `timeout_s` in all, from connecting to the end of what is read of the answer.
    """

    def __init__(
        self,
        now: Callable[[], datetime],
        *,
        timeout_s: float = 15.0,
        allowed_hosts: Collection[str] = (),
        client: httpx.Client | None = None,
    ) -> None:
        self.now = now
        self._timeout_s = timeout_s
        self._allowed_hosts = allowed_hosts
        self._client = client or httpx.Client()

    def post_json(self, url: str, body: bytes, headers: Mapping[str, str] | None = None) -> str:
        """Post and give back the start of a 2xx answer.

        Raises:
            DeliveryError: it was not taken; the reason names the host and nothing else of the address.
        """
        words = self._ask("POST", url, ANSWER_READ, body, headers or {})
        return words.decode(errors="replace")

    def get(self, url: str, most: int) -> bytes:
        """Read a 2xx answer, which may have so many bytes.

        Raises:
            DeliveryError: it was not given, or is longer; the reason names the host and nothing else of the address.
        """
        answer = self._ask("GET", url, most + 1)
        if len(answer) > most:
            raise DeliveryError(f"{httpx.URL(url).host} answered more than {most:,} bytes", retryable=False)
        return answer

    def _ask(
        self,
        method: str,
        url: str,
        most: int,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> bytes:
        """The start of a 2xx answer, of so many bytes."""
        if problem := url_problem(url, self._allowed_hosts):
            raise DeliveryError(problem, retryable=False)
        with (
            Cutoff(self._timeout_s) as cutoff,
            _classified(url, self._timeout_s, cutoff),
            self._client.stream(
                method,
                url,
                content=body,
                headers={**_HEADERS, **(headers or {})},
                timeout=self._timeout_s,
                follow_redirects=False,
                extensions={"trace": watched_by(cutoff)},
            ) as answer,
        ):
            status, retry_after = answer.status_code, answer.headers.get("retry-after")
            read = self._start_of(answer, most if 200 <= status < 300 else ANSWER_READ)
        if 200 <= status < 300:
            return read
        words = read.decode(errors="replace")
        raise _refusal(url, status, words, parse_retry_after(retry_after, self.now()))

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def _start_of(self, answer: httpx.Response, most: int) -> bytes:
        """The start of the answer; a server that never stops sending is cut off, not waited for."""
        read, started = bytearray(), self.now()
        for chunk in answer.iter_raw():
            read += chunk
            if len(read) >= most:
                break
            if (self.now() - started).total_seconds() > self._timeout_s:
                raise httpx.ReadTimeout("the answer never ended")
        return bytes(read[:most])


def url_problem(url: str, allowed_hosts: Collection[str] = ()) -> str | None:
    """What is wrong with an address we are to send to, in words that do not repeat it; None if nothing."""
    try:
        parts = httpx.URL(url)  # the parser that will be used to send: a second one could disagree
    except (ValueError, httpx.InvalidURL):
        return "the address is malformed"
    if parts.scheme not in {"http", "https"}:
        return "the address must begin with http:// or https://"
    if not parts.host:
        return "the address has no host"
    if allowed_hosts and parts.host not in {allowed.lower().strip("[]") for allowed in allowed_hosts}:
        return f"host {parts.host} is not one of the allowed hosts"
    return None


def parse_retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds to wait from a Retry-After of either form, seconds or an HTTP date; None where unreadable."""
    if value is None:
        return None
    if re.fullmatch("[0-9]{1,9}", value.strip()):
        return min(float(value), LONGEST_WAIT_S)
    try:
        at = parsedate_to_datetime(value)
    except ValueError:
        return None
    wait = (at.replace(tzinfo=at.tzinfo or UTC) - now).total_seconds()
    return min(max(0.0, wait), LONGEST_WAIT_S)


def _refusal(url: str, status: int, words: str, retry_after_s: float | None) -> DeliveryError:
    host = httpx.URL(url).host
    if 300 <= status < 400:
        return DeliveryError(f"{host} answered {status}: redirects are not followed", retryable=False)
    retryable = status in _RETRYABLE or status >= 500
    quoted = _without_secrets(url, " ".join(words.split()))[:ANSWER_SHOWN]
    reason = f"{host} answered {status}" + (f": {quoted}" if quoted else "")
    return DeliveryError(
        reason,
        retryable=retryable,
        retry_after_s=retry_after_s if retryable else None,
        disables=status in _GONE,
    )


@contextmanager
def _classified(url: str, timeout_s: float, cutoff: Cutoff) -> Iterator[None]:
    """Turn httpx's exceptions into DeliveryError."""
    host = httpx.URL(url).host
    try:
        yield
    except httpx.ConnectTimeout as err:
        raise DeliveryError(f"{host}: no connection within {timeout_s:g} s", retryable=True) from err
    except httpx.TimeoutException as err:
        raise DeliveryError(f"{host}: no answer within {timeout_s:g} s", retryable=True) from err
    except httpx.ConnectError as err:
        detail = _without_secrets(url, str(err))[:ANSWER_SHOWN]
        raise DeliveryError(f"{host}: could not connect: {detail}", retryable=True) from err
    except httpx.LocalProtocolError as err:
        raise DeliveryError(f"{host}: the request could not be formed", retryable=False) from err
    except (httpx.InvalidURL, UnicodeError) as err:
        raise DeliveryError(f"{host}: the address or a header cannot be sent", retryable=False) from err
    except httpx.HTTPError as err:
        if cutoff.passed:
            raise DeliveryError(f"{host}: no answer within {timeout_s:g} s", retryable=True) from err
        broke = f"{host}: the connection broke before the answer was complete ({type(err).__name__})"
        raise DeliveryError(broke, retryable=True) from err


def _without_secrets(url: str, words: str) -> str:
    """Cut out of a quoted answer whatever it repeats of the address beyond its host."""
    parts = httpx.URL(url)
    beyond_host = parts.raw_path.decode()
    pieces = [url, beyond_host, *beyond_host.split("?"), *re.split("[/?&=;]", beyond_host)]
    pieces += parts.userinfo.decode().split(":")
    secrets = {form for piece in pieces for form in (piece, unquote(piece)) if len(form) >= 4}
    for piece in sorted(secrets, key=len, reverse=True):
        words = words.replace(piece, "[hidden]")
    return words
