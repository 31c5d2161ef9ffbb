"""A database's URL in, what is wrong with it out, in words that never repeat it: it may hold a password."""

import re
from urllib.parse import parse_qs

_SHAPE = re.compile(
    r"(?P<scheme>[a-z0-9+]+)://(?P<authority>[^/?]*)(?P<path>/[^?]*)?(?:\?(?P<query>.*))?",
    re.IGNORECASE | re.DOTALL,
)
_POSTGRESQL = ("postgresql", "postgres", "postgresql+psycopg")
_SQLITE = ("sqlite", "sqlite+pysqlite")
_WRITE = "write sqlite:///FILE.db or postgresql://USER:PASSWORD@HOST/NAME"


def url_problem(url: str) -> str | None:
    """Why a database cannot be reached at this URL; None where it might be.

    >>> url_problem("postgresql://u:p@ss@host/name")
    'has more than one @ before its host; write an @ in a user or password as %40'
    """
    parts = _SHAPE.fullmatch(url)
    if parts is None or not url.isprintable():
        return f"is malformed; {_WRITE}"
    scheme = parts["scheme"].lower()
    if scheme in _SQLITE:
        return None if not parts["authority"] else f"has a host, which SQLite has not; {_WRITE}"
    if scheme.startswith("postgres") and scheme not in _POSTGRESQL:
        return "names another driver than psycopg; write postgresql://, which means it"
    if scheme not in _POSTGRESQL:
        return f"{scheme} is not supported; use SQLite or PostgreSQL: {_WRITE}"
    user, _, place = parts["authority"].rpartition("@")
    if "@" in user:
        return "has more than one @ before its host; write an @ in a user or password as %40"
    for host in place.split(","):
        if problem := _host_problem(host):
            return problem
    threshold = parse_qs(parts["query"] or "").get("prepare_threshold", ["none"])[-1]
    if threshold.lower() != "none" and not threshold.isdecimal():
        return "prepare_threshold: write a number, or none for PgBouncer in transaction mode"
    return None


def _host_problem(host: str) -> str | None:
    if host.startswith("["):
        if not re.fullmatch(r"\[[0-9a-fA-F:.]+(%\w+)?\](:\d*)?", host):
            return "has a malformed IPv6 host; write [::1]:5432"
        _, _, port = host.rpartition("]")
        port = port[1:]
    else:
        _, colon, port = host.partition(":")
        if colon and ":" in port:
            return "has an IPv6 host without brackets; write [::1]:5432"
    if port and not (port.isdecimal() and 0 < int(port) < 65_536):
        return "has a port that is none; write a number, such as :5432"
    return None
