"""Where it is kept which requests were answered, and how."""

from datetime import datetime
from typing import NamedTuple, Protocol

from monitor.domain.access.requests import KeyedRequest, RequestAnswer


class Claim(NamedTuple):
    """A request that is ours to do. The number is the claim's own: another claim of the request has another."""

    request_id: str
    number: int


class AnsweredRequests(Protocol):
    """The answers of requests with a key."""

    def claim(self, request: KeyedRequest, at: datetime) -> Claim | RequestAnswer:
        """Make a request ours; its answer where it was answered already.

        Raises:
            RequestChangedError: its key was used for a request with other content.
            RequestInProgressError: somebody else is doing it.
        """
        ...

    def keep(self, claim: Claim, answer: RequestAnswer) -> None:
        """It is answered. Within the transaction of what was done for it, both are saved together or neither.

        Raises:
            RequestInProgressError: it took so long that it is somebody else's now; what was done for it must not be
                saved.
        """
        ...

    def release(self, claim: Claim) -> None:
        """Nothing was done for it, and it has no answer: whoever sends it next may have it done."""
        ...
