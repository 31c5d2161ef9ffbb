"""A request that is done once, however often it arrives: draft-ietf-httpapi-idempotency-key-header.

Who asks gives it a key. The same request under the same key has the same answer; another one under it is refused.
"""

import hashlib
from datetime import timedelta
from typing import NamedTuple

KEPT_FOR = timedelta(hours=24)
"""How long an answer is kept; afterwards its key is as good as new."""
CLAIMED_FOR = timedelta(seconds=60)
"""How long whoever does a request has it to themselves. Afterwards they may have died, and another may do it."""
KEY_MAX = 255  # characters


class RequestAnswer(NamedTuple):
    """What was answered: a status of HTTP, and the body."""

    status: int
    body: str


class KeyedRequest(NamedTuple):
    """A request with its key. `who` asks, and `route` is its method and path: both have keys of their own."""

    who: str
    route: str
    key: str
    content: bytes

    @property
    def id(self) -> str:
        """What it is kept under, in hexadecimal."""
        return _digest(self.who.encode(), self.route.encode(), self.key.encode())

    @property
    def fingerprint(self) -> str:
        """The same for the same content, in hexadecimal."""
        return _digest(self.content)


def _digest(*parts: bytes) -> str:
    """Of several parts, so that no two ways to cut the same bytes have the same."""
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()
