"""What goes to the log when something breaks: where, and nothing that must not be there."""

import io
import json
import sys

import pytest
import structlog
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from connectors.sql.database import open_engine
from monitor.cli.logs import log_to_stderr

ADDRESS = "postgresql://us:topsecret@h/db"


class Terminal(io.StringIO):
    """Says that somebody looks."""

    def isatty(self) -> bool:
        return True


def logged(monkeypatch: pytest.MonkeyPatch, error: ValueError, stream: io.StringIO) -> str:
    monkeypatch.setattr(sys, "stderr", stream)
    log_to_stderr()
    secret = "a local variable"  # noqa: F841
    try:
        raise error
    except ValueError:
        structlog.get_logger().exception("it broke")
    return stream.getvalue()


def test_an_error_has_no_password_and_no_local_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    error = ValueError(f"no answer from {ADDRESS}")
    line = json.loads(logged(monkeypatch, error, io.StringIO()))
    assert line["exception"][0]["exc_value"] == "no answer from postgresql://us:***@h/db"
    assert "a local variable" not in json.dumps(line)


def test_an_error_sends_a_terminal_nothing_but_its_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    words = logged(monkeypatch, ValueError(f"\x1b]0;owned\x07 {ADDRESS}"), Terminal())
    assert "\x1b]0" not in words
    assert "topsecret" not in words
    assert "a local variable" not in words
    assert "Traceback (most recent call last):\n" in words


def test_a_database_error_does_not_say_what_was_to_be_written() -> None:
    engine = open_engine("sqlite://")
    with engine.connect() as connection, pytest.raises(DBAPIError) as failed:
        connection.execute(text("INSERT INTO nowhere VALUES (:words)"), {"words": "of a customer"})
    assert "of a customer" not in str(failed.value)
    engine.dispose()
