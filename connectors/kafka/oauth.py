"""OAuth client credentials: an id and a secret in, a token for Kafka's OAUTHBEARER login out."""

import re
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import quote_plus, urlsplit

import httpx

from connectors.kafka.client import AbstractTokenProvider
from monitor.errors import UnavailableError

TIMEOUT_S = 5.0  # kafka-python may ask from its own thread, which also sends the heartbeats
USED_SHARE = 0.8  # of a token's life, after which a new one is asked for
LIFE_UNSAID_S = 300.0
NEVER = datetime.min.replace(tzinfo=UTC)


class ClientCredentials(AbstractTokenProvider):  # type: ignore[misc] # kafka-python has no types
    """Asks for a token when the last one nears its end; a failure matters only once that one is over."""

    def __init__(
        self, url: str, client_id: str, client_secret: str, scope: str | None, clock: Callable[[], datetime]
    ) -> None:
        super().__init__()
        self._url = url
        self._login = (quote_plus(client_id), quote_plus(client_secret))  # RFC 6749, section 2.3.1
        self._form = {"grant_type": "client_credentials"} | ({"scope": scope} if scope else {})
        self._clock = clock
        self._lock = threading.Lock()
        self._token = ""
        self._renew_at = self._ends_at = NEVER

    def token(self) -> str:
        """A token that is still good.

        Raises:
            UnavailableError: the token server can't be reached or refuses us; says why, without the secret.
        """
        with self._lock:
            now = self._clock()
            if now >= self._renew_at:
                try:
                    self._token, life_s = self._ask()
                except UnavailableError:
                    if now >= self._ends_at:
                        raise
                else:
                    self._renew_at = now + timedelta(seconds=life_s * USED_SHARE)
                    self._ends_at = now + timedelta(seconds=life_s)
            return self._token

    def _ask(self) -> tuple[str, float]:
        where = f"the token server {urlsplit(self._url).netloc}"
        try:
            answer = httpx.post(
                self._url, data=self._form, auth=self._login, timeout=TIMEOUT_S, follow_redirects=False
            )
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise UnavailableError(
                f"{where} did not answer ({type(error).__name__}). Check kafka.oauth_token_url."
            ) from None
        if answer.status_code != httpx.codes.OK:
            raise UnavailableError(
                f"{where} gave no token: it answered {answer.status_code}{_code(answer)}. Check"
                " kafka.oauth_client_id, oauth_client_secret, oauth_scope and oauth_token_url."
            )
        try:
            content = answer.json()
            token, life_s = content["access_token"], float(content.get("expires_in") or LIFE_UNSAID_S)
        except (ValueError, TypeError, KeyError, AttributeError):
            token, life_s = None, 0.0
        if not isinstance(token, str) or not re.fullmatch(r"[\x21-\x7e]+", token) or not 0 < life_s < 1e9:
            raise UnavailableError(
                f"{where} answered something that is not a token. Check kafka.oauth_token_url."
            )
        return token, life_s


def _code(answer: httpx.Response) -> str:
    """OAuth's own word for what is wrong; nothing else of the answer, which may repeat the secret."""
    words = ("invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "invalid_scope")
    try:
        code = answer.json()["error"]
    except (ValueError, TypeError, KeyError):
        return ""
    return f" {code}" if code in words else ""
