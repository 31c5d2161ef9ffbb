"""What a browser keeps of a login: who, until when, and a signature that nobody else can make.

    session = version "." name (base64url) "." end (seconds since 1970) "." HMAC-SHA256 (base64url)

The signature is made with a key that rests on the hash of the person's token: a token that is removed or replaced ends
its sessions. What the person may do is read from their token at every request, and is not in the session.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta

from monitor.domain.access.tokens import HeldToken, Keyring

LASTS = timedelta(hours=12)
_VERSION = "1"


def signed(keyring: Keyring, token: HeldToken, now: datetime) -> str:
    """A session that begins now; of characters that a cookie may hold."""
    name = _base64(token.name.encode())
    body = f"{_VERSION}.{name}.{int((now + LASTS).timestamp())}"
    return f"{body}.{_signature(keyring.key, token, body)}"


def holder_of(keyring: Keyring, session: str, now: datetime) -> HeldToken | None:
    """Whose session it is; None where it was not signed by us, is over, or its token is no longer there."""
    body, _, signature = session.rpartition(".")
    for token in keyring.tokens:
        if not _is_named(body, token):
            continue
        if hmac.compare_digest(_signature(keyring.key, token, body).encode(), signature.encode()):
            return token if now < end_of(session) else None
    return None


def end_of(session: str) -> datetime:
    """When a session that we signed ends."""
    return datetime.fromtimestamp(int(session.split(".")[2]), UTC)


def _is_named(body: str, token: HeldToken) -> bool:
    return body.split(".")[1:2] == [_base64(token.name.encode())]


def _signature(key: bytes, token: HeldToken, body: str) -> str:
    own = hmac.digest(key, f"session of {token.sha256}".encode(), hashlib.sha256)
    return _base64(hmac.digest(own, body.encode(), hashlib.sha256))


def _base64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
