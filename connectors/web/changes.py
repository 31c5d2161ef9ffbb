"""Who looks at a page hears that something changed, as server-sent events; the page then loads itself anew.

One look at the database serves all who listen, and nobody listening costs none.
"""

import asyncio
from collections.abc import AsyncIterator, Callable

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from monitor.errors import AnchorwatchError

LOOK_S = 2.0
ALIVE_S = (
    15.0  # a line so often, that proxies and browsers keep the connection, and a page knows of a lost agent
)
GONE = ""


class RoomChanges:
    """The mark of what people look at, looked up at most every two seconds."""

    def __init__(self, mark: Callable[[], str]) -> None:
        self._mark = mark
        self._known = GONE
        self._looked = -LOOK_S
        self._looking = asyncio.Lock()

    async def now(self) -> str:
        """The mark; empty while the database is out of reach."""
        async with self._looking:
            clock = asyncio.get_running_loop().time()
            if clock - self._looked >= LOOK_S:
                try:
                    self._known = await run_in_threadpool(self._mark)
                except AnchorwatchError:
                    self._known = GONE
                self._looked = asyncio.get_running_loop().time()
            return self._known

    async def events(self, request: Request) -> AsyncIterator[str]:
        """`changed` whenever the mark is another; the mark is its id, so who comes back hears what was missed."""
        seen = request.headers.get("last-event-id") or await self.now()
        yield "retry: 3000\n\n"
        quiet = 0.0
        while not await request.is_disconnected() and request.state.is_inside():
            mark = await self.now()
            if mark not in (seen, GONE):
                seen, quiet = mark, 0.0
                yield f"event: changed\nid: {mark}\ndata: \n\n"
            elif mark != GONE and quiet >= ALIVE_S:
                quiet = 0.0
                yield "event: alive\ndata: \n\n"
            await asyncio.sleep(LOOK_S)
            quiet += LOOK_S


def changes(mark: Callable[[], str]) -> APIRouter:
    """The route that pages listen at."""
    router, heard = APIRouter(), RoomChanges(mark)

    @router.get("/changes")
    async def listen(request: Request) -> StreamingResponse:
        return StreamingResponse(heard.events(request), media_type="text/event-stream")

    return router
