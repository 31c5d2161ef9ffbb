"""Whoever misspells a filter is told so: passed over, it would give everything."""

from collections.abc import Iterator

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

from monitor.domain.text.nearest import did_you_mean


def only_known(request: Request) -> None:
    """Whether each parameter of the address is one that the route has.

    Raises:
        RequestValidationError: one is not.
    """
    route: APIRoute = request.scope["route"]
    known = sorted(set(_names(route.dependant)))
    problems = [
        {"type": "extra_forbidden", "loc": ("query", name), "msg": _words(name, known)}
        for name in dict.fromkeys(request.query_params)
        if name not in known
    ]
    if problems:
        raise RequestValidationError(problems)


def _names(wants: Dependant) -> Iterator[str]:
    """The parameters of a route, and of what it depends on."""
    yield from (field.alias for field in wants.query_params)
    for inner in wants.dependencies:
        yield from _names(inner)


def _words(name: str, known: list[str]) -> str:
    return f"there is no such parameter{did_you_mean(name, known)}"
