"""A database's URL as people write it in; one to connect to, or a sentence about it without a password, out."""

from typing import Any

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from monitor.domain.text.passwords import without_passwords
from monitor.errors import ConfigError
from monitor.settings.database import url_problem

# An agent that is paused in mid-transaction must not keep its locks: the server ends it after a minute.
IDLE_TIMEOUT = "idle_in_transaction_session_timeout"
IDLE_TIMEOUT_MS = 60_000


def parsed(url: str) -> tuple[URL, dict[str, Any]]:
    """The URL, and what its driver is to be told beside it.

    Options in a PostgreSQL URL (`?options=-csearch_path%3Dwatch`) stand beside ours. `?prepare_threshold=none` is for
    PgBouncer in transaction mode: no statement is prepared and no option is sent when connecting; what a transaction
    needs is set in it (`connectors.sql.database`).

    Raises:
        ConfigError: it is none that we know how to use.
    """
    if problem := url_problem(url):
        raise ConfigError([f"database.url: {problem}"])
    if url.startswith(("postgresql://", "postgres://")):
        url = "postgresql+psycopg://" + url.split("://", 1)[1]
    try:
        made = make_url(url)
    except (ArgumentError, ValueError) as err:
        raise ConfigError(
            ["database.url: is malformed; write sqlite:///FILE.db or postgresql://USER:PASSWORD@HOST/NAME"]
        ) from err
    if not made.drivername.startswith("postgresql"):
        return made, {}
    theirs, threshold = made.query.get("options", ""), made.query.get("prepare_threshold")
    made = made.difference_update_query(["options", "prepare_threshold"])
    given = theirs if isinstance(theirs, str) else " ".join(theirs)
    connect_options: dict[str, Any] = {}
    if threshold is not None:
        connect_options["prepare_threshold"] = (
            None if str(threshold).lower() == "none" else int(str(threshold))
        )
    else:
        given = f"-c {IDLE_TIMEOUT}={IDLE_TIMEOUT_MS} {given}".strip()  # theirs come last, and so they hold
    if given:
        connect_options["options"] = given
    return made, connect_options


def public_address(url: URL) -> str:
    """The URL for people: without a password, and without its options, which may hold one under any name."""
    return without_passwords(url.set(query={}).render_as_string(hide_password=True))
