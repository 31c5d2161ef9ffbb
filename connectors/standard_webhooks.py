"""Standard Webhooks 1.0.0: the three headers that sign a message, made and checked.

What is signed is `id.timestamp.body`; `webhook-id` is the same on every attempt. Source: the specification,
https://github.com/standard-webhooks/standard-webhooks.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable, Sequence
from datetime import datetime

from monitor.errors import ConfigError

KEY_MIN = 24
ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"


def signing_key(where: str, secret: str) -> bytes:
    """The bytes to sign with: `whsec_` and base64, or else the secret's own characters.

    Raises:
        ConfigError: the base64 is broken, or the key is shorter than the standard's 24 bytes; says `where`.
    """
    encoded = secret.removeprefix("whsec_")
    try:
        padded = encoded + "=" * (-len(encoded) % 4)
        key = secret.encode() if encoded == secret else base64.b64decode(padded, validate=True)
    except (binascii.Error, ValueError) as err:
        raise ConfigError([f"{where}: the secret after whsec_ is not base64"]) from err
    if len(key) < KEY_MIN:
        raise ConfigError([f"{where}: the secret has {len(key)} bytes; use at least {KEY_MIN}"])
    return key


def signed(keys: Sequence[bytes], message_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """The three headers of one attempt."""
    seconds = str(int(at.timestamp()))
    return {
        ID: message_id,
        TIMESTAMP: seconds,
        SIGNATURE: " ".join(_signatures(keys, message_id, seconds, body)),
    }


def is_signed(keys: Iterable[bytes], message_id: str, seconds: str, signatures: str, body: bytes) -> bool:
    """Whether one of the signatures shown was made with one of these keys."""
    shown = [each.encode() for each in signatures.split()]
    expected = [each.encode() for each in _signatures(keys, message_id, seconds, body)]
    return any(hmac.compare_digest(one, other) for one in shown for other in expected)


def _signatures(keys: Iterable[bytes], message_id: str, seconds: str, body: bytes) -> list[str]:
    content = f"{message_id}.{seconds}.".encode() + body
    digests = [hmac.new(key, content, hashlib.sha256).digest() for key in keys]
    return [f"v1,{base64.b64encode(digest).decode()}" for digest in digests]
