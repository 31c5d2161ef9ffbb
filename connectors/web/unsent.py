"""What was sent after a session was over: the login page keeps it, and then the browser is back at it, to be sent anew.

It travels in the hidden fields of the login's form and in a redirect that keeps the body (307), so the server remembers
nothing, and it works without a script.
"""

from collections.abc import Mapping

from starlette.requests import Request

from connectors.web import forms
from monitor.errors import ConfigError

UNSENT = "unsent"  # the field that says where it was to go
_OURS = ("form", "token", "to", UNSENT)


async def unsent(request: Request, place: str) -> Mapping[str, str]:
    """The fields of a form that could not be taken, and where it was to go; nothing where it is none."""
    try:
        return {**kept(await forms.typed(request)), UNSENT: place}
    except ConfigError:
        return {}


def kept(fields: Mapping[str, str]) -> Mapping[str, str]:
    """Of the login's own form, what is not about the login."""
    return {name: words for name, words in fields.items() if name not in _OURS or name == UNSENT}
