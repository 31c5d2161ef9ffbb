"""Who asks: by the word of a trusted proxy, a token, or the session of who logged in."""

from collections.abc import Callable, Mapping
from datetime import datetime
from math import ceil
from types import MappingProxyType
from urllib.parse import quote, urlsplit

import structlog
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from connectors.web import cookies, forms
from connectors.web.api.problems import PROBLEMS, is_for_programs
from connectors.web.health_answers import METRICS
from connectors.web.peers import Peers
from connectors.web.refusals import ASKS_FOR_A_TOKEN, refusal
from connectors.web.tries import Tries
from connectors.web.unsent import UNSENT, unsent
from monitor.domain.access import sessions
from monitor.domain.access.tokens import HeldToken, Keyring, holder
from monitor.domain.access.visitor import ANYBODY, Visitor
from monitor.errors import ConfigError
from monitor.review.ports.access import Porch, Tokens
from monitor.settings.web import WebSettings

log = structlog.get_logger(__name__)
SESSION = "anchorwatch_session"
LOGIN, LOGOUT = "/login", "/logout"
_FOR_PROGRAMS = (".json", ".csv", "/changes", METRICS)
Clock = Callable[[], datetime]


class Doorkeeper:
    """Knows who may enter. `tokens` are those of `web.tokens_file`, where it is set."""

    def __init__(self, web: WebSettings, tokens: Tokens | None, porch: Porch, clock: Clock) -> None:
        self.web = web
        self._tokens = tokens
        self._porch = porch
        self._clock = clock
        self._peers = Peers(web.proxy)
        self._tries = Tries()
        self._unread = ""
        self._left: dict[str, datetime] = {}  # sessions that people ended, until they would have ended

    @property
    def takes_tokens(self) -> bool:
        """Whether people log in with us."""
        return self._tokens is not None

    def visitor(self, request: Request) -> Visitor | Response | None:
        """Who it is, or the answer to who may not enter; None where they have to log in first."""
        if forged := self._peers.forged(request):
            return self.refused(
                request, "forged_header", f"the header {forged} is for the proxy alone to set, and once"
            )
        if not self.web.asks_who:
            return ANYBODY
        if (named := self._peers.named(request)) is not None:
            return named
        keyring = self._keyring(request)
        if not isinstance(keyring, Keyring):
            return keyring
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return self._by_token(request, keyring, token.strip())
        session = cookies.kept(request, SESSION)
        held = sessions.holder_of(keyring, session, self._clock()) if session else None
        if held is None or session in self._left:
            return None
        return Visitor(held.name, held.role, can_leave=True)

    def enter(self, request: Request, token: str, back: str, kept: Mapping[str, str]) -> Response:
        """Answer who shows a token on the login page: with a session, or with why not.

        Who may act is then back at what they had sent too late (`kept`), to send it; others at the page `back`.
        """
        keyring = self._keyring(request)
        if not isinstance(keyring, Keyring):
            return keyring
        held = self._tried(request, keyring, token)
        if not isinstance(held, HeldToken):
            return held or self.login_page(request, back, "this token lets nobody in", 401, kept)
        log.info("entered the watch room", who=held.name, address=self._peers.address(request))
        place = own_path(kept.get(UNSENT, ""))
        acts = place != "/" and Visitor(held.name, held.role).may_act
        response = RedirectResponse(place, 307) if acts else RedirectResponse(back, 303)
        session = sessions.signed(keyring, held, self._clock())
        cookies.keep(request, response, SESSION, session, seconds=int(sessions.LASTS.total_seconds()))
        return response

    def leave(self, request: Request) -> Response:
        """End the session of who asks, also for whoever may have a copy of it."""
        if not request.state.visitor.can_leave:
            return RedirectResponse("/", 303)
        now, session = self._clock(), cookies.kept(request, SESSION)
        self._left = {each: ends for each, ends in self._left.items() if ends > now}
        self._left[session] = sessions.end_of(session)
        response = RedirectResponse(LOGIN, 303)
        cookies.keep(request, response, SESSION, "", seconds=0)
        return response

    def login_page(
        self,
        request: Request,
        back: str,
        words: str = "",
        status: int = 200,
        kept: Mapping[str, str] = MappingProxyType({}),
    ) -> Response:
        """The page that takes a token, and keeps what was sent too late."""
        token = forms.token_of(request)
        response = HTMLResponse(self._porch.login(token, back, words, kept), status)
        forms.keep(request, response, token)
        return response

    def refused(self, request: Request, code: str, words: str) -> Response:
        """A page for people, a line or a problem for programs."""
        if _is_for_people(request):
            return HTMLResponse(self._porch.refused(words), PROBLEMS[code].status)
        return refusal(request, code, words)

    def asks_still(self, request: Request) -> bool:
        """Whether nobody knows yet who it is, though people are asked: a stranger at the login."""
        return self.takes_tokens and request.state.visitor is ANYBODY

    def missing(self, words: str, status: int) -> Response:
        """The answer to a stranger who wants what is not there: it shows nothing of the room."""
        return HTMLResponse(self._porch.missing(words), status)

    def _keyring(self, request: Request) -> Keyring | Response:
        if self._tokens is None:
            return self.refused(request, "not_authenticated", "nobody enters whom the proxy does not name")
        try:
            return self._tokens.read()
        except ConfigError as err:
            if self._unread != str(err):  # a line for each problem, not for each request
                log.error("nobody may enter the watch room", problem=str(err))
            self._unread = str(err)
            words = (
                "who may enter cannot be read just now; `anchorwatch doctor` says why, where the room runs"
            )
            return self.refused(request, "unavailable", words)

    def _by_token(self, request: Request, keyring: Keyring, token: str) -> Visitor | Response:
        held = self._tried(request, keyring, token)
        if isinstance(held, HeldToken):
            return Visitor(held.name, held.role, shows_token=True)
        return held or _unknown(request, "this token lets nobody in")

    def _tried(self, request: Request, keyring: Keyring, token: str) -> HeldToken | Response | None:
        """Who has the token; None where nobody; the answer to who tried too often, also where it is right."""
        address, now = self._peers.address(request), self._clock()
        if (wait := self._tries.wait(address, now)) is not None:
            seconds = ceil(wait.total_seconds())
            response = self.refused(
                request, "too_many_tries", f"too many tokens that are none; try again in {seconds} seconds"
            )
            response.headers["Retry-After"] = str(seconds)
            return response
        held = holder(keyring.tokens, token)
        if held is None:
            self._tries.failed(address, now)
            log.warning("a token that lets nobody into the watch room", address=address)
        else:
            self._tries.succeeded(address)
        return held

    async def to_the_login(self, request: Request) -> Response:
        """Answer who has to log in first."""
        if not _is_for_people(request):
            return _unknown(request, "log in, or send a token: `Authorization: Bearer TOKEN`")
        if request.method != "POST":
            return RedirectResponse(f"{LOGIN}?to={quote(_here(request), safe='/')}", 303)
        page, _, _ = _path(request).rpartition("/")  # of what was to be done on it
        kept = await unsent(request, _path(request))
        words = "nothing was done yet: your session is over"
        return self.login_page(request, own_path(page), words, 401, kept)


def own_path(words: str) -> str:
    """Where the browser goes after the login: to a page of ours, never to another site; `/` if it is none.

    >>> own_path("/incidents/7?x=1"), own_path("//evil.example"), own_path("https://evil.example"), own_path("/a\\tb")
    ('/incidents/7?x=1', '/', '/', '/')
    """
    within = words.startswith("/") and not words.startswith("//") and "\\" not in words
    if not within or not words.isascii() or not words.isprintable() or " " in words or len(words) > 2_000:
        return "/"
    try:
        parts = urlsplit(words)
    except ValueError:
        return "/"
    return "/" if parts.scheme or parts.netloc or parts.path in (LOGIN, LOGOUT) else words


def _is_for_people(request: Request) -> bool:
    """Whether a browser shows the answer to somebody."""
    if is_for_programs(request) or "authorization" in request.headers:
        return False
    return not _path(request).endswith(_FOR_PROGRAMS)


def _here(request: Request) -> str:
    asked = request.scope["query_string"].decode("latin-1")
    return _path(request) + (f"?{asked}" if asked else "")


def _path(request: Request) -> str:
    """As it was sent; what is escaped stays so."""
    return str(request.scope["raw_path"].decode("latin-1"))


def _unknown(request: Request, words: str) -> Response:
    return refusal(request, "not_authenticated", words, ASKS_FOR_A_TOKEN)
