"""What a browser keeps for us, and gives to nobody else."""

from starlette.requests import Request
from starlette.responses import Response


def kept(request: Request, name: str) -> str:
    """What it kept under this name; empty where nothing."""
    return request.cookies.get(_named(request, name), "")


def keep(request: Request, response: Response, name: str, value: str, *, seconds: int | None = None) -> None:
    """Have it keep a value: until it is closed, or for so many seconds; 0 takes it back.

    `Lax`, not `Strict`: who follows a link to a page from a chat is still who they are. What is sent by another site's
    form has no cookie of ours in either case.
    """
    response.set_cookie(
        _named(request, name),
        value,
        max_age=seconds,
        path="/",
        httponly=True,
        samesite="lax",
        secure=_secure(request),
    )


def full_name(name: str, *, secure: bool) -> str:
    """Over https no neighbour's host can set a cookie of this name, which is what the prefix asks of browsers."""
    return f"__Host-{name}" if secure else name


def _named(request: Request, name: str) -> str:
    return full_name(name, secure=_secure(request))


def _secure(request: Request) -> bool:
    """Whether people reach us by https (`web.url`); the guard says so of every request."""
    return bool(getattr(request.state, "secure", False))
