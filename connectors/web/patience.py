"""How long a client may take. uvicorn waits for the rest of a request, and for a client that reads, without end."""

import asyncio
from typing import Any, NamedTuple

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol


class Patience(NamedTuple):
    """Seconds: for a whole request, counted from its connection or from the end of the answer before, and for what was
    answered to be taken. `clients` are served at once: one more ends the oldest that waits for no answer, so that who
    dawdles keeps nobody out.
    """

    request_s: float = 10.0
    unread_s: float = 60.0
    idle_s: int = 30
    clients: int = 256


def impatient(patience: Patience) -> type[H11Protocol]:
    """The protocol that ends what takes longer."""

    class Impatient(H11Protocol):
        """One connection."""

        _asking: asyncio.TimerHandle | None = None
        _reading: asyncio.TimerHandle | None = None
        _since = 0.0

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            """Make room, and begin to wait."""
            self._since = self.loop.time()
            if len(self.connections) >= patience.clients - 1:  # uvicorn refuses from `clients` on
                waiting = [
                    each for each in self.connections if isinstance(each, Impatient) and each._wants_more()
                ]
                if waiting:
                    min(waiting, key=lambda each: each._since).end()
            super().connection_made(transport)
            transport.set_write_buffer_limits(high=0)  # whatever is not taken at once is waited for
            self._wait_for_the_request()

        def connection_lost(self, exc: Exception | None) -> None:
            """Nothing more is waited for."""
            self._stop(self._asking, self._reading)
            self._asking = self._reading = None
            super().connection_lost(exc)

        def data_received(self, data: bytes) -> None:
            """However little comes: the time for all of it goes on."""
            if self._asking is None and self._wants_more():
                self._wait_for_the_request()
            super().data_received(data)
            self._whole()

        def on_response_complete(self) -> None:
            """What waited behind the answer may be the whole of the next request, or its beginning."""
            self._since = self.loop.time()
            super().on_response_complete()
            self._whole()
            if self._asking is None and self._wants_more() and self.conn.trailing_data[0]:
                self._wait_for_the_request()

        def pause_writing(self) -> None:
            """The client takes nothing."""
            super().pause_writing()
            if self._reading is None:
                self._reading = self.loop.call_later(patience.unread_s, self.end)

        def resume_writing(self) -> None:
            """It took everything."""
            self._stop(self._reading)
            self._reading = None
            super().resume_writing()

        def end(self) -> None:
            """End the connection, whatever waits to be sent."""
            self.connections.discard(self)
            self.transport.abort()

        def _wait_for_the_request(self) -> None:
            self._asking = self.loop.call_later(patience.request_s, self.end)

        def _whole(self) -> None:
            if self._asking is not None and not self._wants_more():
                self._stop(self._asking)
                self._asking = None

        def _wants_more(self) -> bool:
            return self.conn.their_state in (h11.IDLE, h11.SEND_BODY)

        @staticmethod
        def _stop(*timers: asyncio.TimerHandle | Any) -> None:  # noqa: ANN401 - or nothing
            for timer in timers:
                if timer is not None:
                    timer.cancel()

    return Impatient
