"""What is written by the API must be JSON, and where a browser lets itself in, it must come from a page of ours."""

import secrets

from starlette.requests import Request
from starlette.responses import Response

from connectors.web import forms
from connectors.web.api.problems import PREFIX, problem
from monitor.domain.access.visitor import Visitor

LABELS = f"{PREFIX}/labels"
BODY_MAX, LABELS_BODY_MAX = 64 * 1024, 2 * 1024 * 1024  # bytes; a thousand labels of 2 kB
HOOKS, HOOKS_BODY_MAX = "/hooks/", 1024 * 1024
FORM_TOKEN = "X-Form-Token"  # noqa: S105 - the name of a header


def body_max(path: str) -> int:
    """How many bytes may be sent to an address."""
    if path.startswith(HOOKS):
        return HOOKS_BODY_MAX
    return LABELS_BODY_MAX if path == LABELS else BODY_MAX


def unfit(request: Request) -> Response | None:
    """Why what somebody who may enter wants to write is not even read; None where it is.

    No form of another site can send JSON, and no script of one without asking us first, which is refused.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if request.headers.get("content-length", "0") != "0" and kind != "application/json":
        return problem(request, "not_json", "send JSON, with `Content-Type: application/json`")
    if _lets_itself_in(request) and not _has_form_token(request):
        words = f"send the `form_token` of `/api/v1/me` in the header {FORM_TOKEN}, with its cookie"
        return problem(request, "form_token_missing", words)
    return None


def _lets_itself_in(request: Request) -> bool:
    """Whether a browser may have sent what lets the request in, whoever made it: a cookie, a login at the proxy, or
    being on this machine."""
    visitor: Visitor = request.state.visitor
    if visitor.shows_token:
        return False
    return bool(visitor.name) or "origin" in request.headers or "sec-fetch-site" in request.headers


def _has_form_token(request: Request) -> bool:
    expected, shown = forms.kept(request), request.headers.get(FORM_TOKEN, "")
    return bool(expected) and secrets.compare_digest(expected.encode(), shown.encode())
