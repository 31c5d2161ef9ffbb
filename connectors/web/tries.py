"""How often somebody may try a token that is none: nobody guesses 256 bits, but nobody need be kept busy either."""

from collections import Counter, deque
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

LATELY = timedelta(minutes=5)
OF_AN_ADDRESS = 10
OF_ALL = 100
_KNOWN_MAX = 1_000


class Tries:
    """The failed tries of the last five minutes.

    The limit of all together keeps nobody out at whose address somebody got in before: else strangers could.
    """

    def __init__(self) -> None:
        self._failed: deque[tuple[datetime, str]] = deque()
        self._of: Counter[str] = Counter()
        self._known: dict[str, None] = {}

    def wait(self, address: str, now: datetime) -> timedelta | None:
        """How long until somebody at this address may try again; None where they may now."""
        self._forget(now)
        place = _place(address)
        if self._of[place] >= OF_AN_ADDRESS:
            return next(at for at, of in self._failed if of == place) + LATELY - now
        if len(self._failed) >= OF_ALL and place not in self._known:
            return self._failed[0][0] + LATELY - now
        return None

    def failed(self, address: str, now: datetime) -> None:
        """Somebody showed a token that is none."""
        place = _place(address)
        self._failed.append((now, place))
        self._of[place] += 1

    def succeeded(self, address: str) -> None:
        """Somebody got in."""
        self._known[_place(address)] = None
        if len(self._known) > _KNOWN_MAX:
            del self._known[next(iter(self._known))]

    def _forget(self, now: datetime) -> None:
        while self._failed and self._failed[0][0] <= now - LATELY:
            _, place = self._failed.popleft()
            self._of[place] -= 1
        self._of = +self._of  # none is kept of whom nothing is


def _place(address: str) -> str:
    """What counts as one address: of IPv6 the network that a household is given."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    return str(ip_network((known, 64), strict=False)) if known.version == 6 else address
