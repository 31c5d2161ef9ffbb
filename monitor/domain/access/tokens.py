"""What people show to enter the watch room, as it is kept.

A token is 256 random bits, so nobody can try them all, and its SHA-256 says nothing of it. A slow hash (scrypt) is for
passwords, which people choose and reuse; here it would only let anybody keep the server busy with wrong tokens.
"""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from monitor.domain.access.visitor import RoomRole

PREFIX = "aw_"  # so that a scanner for leaked secrets knows one


class HeldToken(NamedTuple):
    """A person with their role, and the SHA-256 of their token in hexadecimal."""

    name: str
    role: RoomRole
    sha256: str
    added: datetime | None = None


class Keyring(NamedTuple):
    """Everybody who may enter, and the key that their sessions are signed with."""

    key: bytes
    tokens: Sequence[HeldToken]


def digest(token: str) -> str:
    """What is kept of a token.

    >>> digest("abc")
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
    """
    return hashlib.sha256(token.encode()).hexdigest()


def holder(tokens: Sequence[HeldToken], token: str) -> HeldToken | None:
    """Who has this token. How long it takes tells nothing: every token is compared, each in constant time."""
    shown = digest(token)
    fitting = [each for each in tokens if hmac.compare_digest(each.sha256.encode(), shown.encode())]
    return fitting[0] if fitting else None
