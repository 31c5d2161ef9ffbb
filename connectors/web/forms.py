"""What a person sends from a page of the watch room: the token that shows it is ours, and the fields."""

import secrets
from collections.abc import Mapping
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response

from connectors.web import cookies
from monitor.errors import ConfigError

COOKIE = "anchorwatch_form"
FORM = "form"  # the field of the token
FIELDS_MAX = 10


def token_of(request: Request) -> str:
    """The visitor's token; a new one for who has none. Only a page of ours can know it."""
    return kept(request) or secrets.token_urlsafe(24)


def kept(request: Request) -> str:
    """The token that the visitor's browser keeps; empty where none."""
    return cookies.kept(request, COOKIE)


def keep(request: Request, response: Response, token: str) -> None:
    """Have the browser keep the token, and give it to nobody but us."""
    cookies.keep(request, response, COOKIE, token)


async def typed(request: Request) -> Mapping[str, str]:
    """The fields of a form, by name, whoever's it is.

    Raises:
        ConfigError: it is no form.
    """
    try:
        text = (await request.body()).decode()
        return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=FIELDS_MAX, errors="strict"))
    except ValueError as err:
        raise ConfigError(["what was sent is no form"]) from err


def check(request: Request, fields: Mapping[str, str]) -> None:
    """Whether they were sent by a page of ours.

    Raises:
        ConfigError: they were not, or the visitor's page is older than the cookie.
    """
    expected = kept(request)
    if not expected or not secrets.compare_digest(expected.encode(), fields.get(FORM, "").encode()):
        raise ConfigError(["the page was too old to be sent; look at it as it is now, and send it anew"])


async def sent(request: Request) -> Mapping[str, str]:
    """The fields of a form of ours, by name.

    Raises:
        ConfigError: it is no form of ours.
    """
    fields = await typed(request)
    check(request, fields)
    return fields
