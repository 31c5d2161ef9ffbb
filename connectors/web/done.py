"""What somebody just did, and who they said they were: kept by their browser, for the page that comes back."""

from collections.abc import Mapping
from urllib.parse import quote, unquote

from starlette.requests import Request
from starlette.responses import Response

from connectors.web import cookies

DONE, WHO = "anchorwatch_done", "anchorwatch_who"
MOMENT_S = 20  # until the page is there
MONTH_S = 30 * 86_400
WHO_MAX = 300


def keep_done(request: Request, response: Response, fields: Mapping[str, str]) -> None:
    """Have the browser keep what was done until its page is there, and who said so for whoever is asked again."""
    cookies.keep(request, response, DONE, request.url.path.rpartition("/")[2], seconds=MOMENT_S)
    who = quote(fields.get("who", "").strip())
    if who and len(who) <= WHO_MAX:
        cookies.keep(request, response, WHO, who, seconds=MONTH_S)


def just_done(request: Request) -> str:
    """What was done just before; empty where nothing."""
    return cookies.kept(request, DONE)


def forget_done(request: Request, response: Response) -> None:
    """It was said."""
    cookies.keep(request, response, DONE, "", seconds=0)


def said_before(request: Request) -> str:
    """Who they said they were; empty where they never did."""
    return unquote(cookies.kept(request, WHO))
