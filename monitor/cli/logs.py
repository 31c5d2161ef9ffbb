"""Where log lines go, for the commands that run for long."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from monitor.domain.text.passwords import without_passwords
from monitor.domain.text.plain import plain


def log_to_stderr() -> None:
    """Log lines to standard error: for eyes in a terminal, JSON elsewhere."""
    terminal = sys.stderr.isatty()
    shared: list[Any] = [
        _without_passwords,
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    # A traceback with its local variables, which is what structlog prints by default, would tell secrets.
    as_objects = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
    last: list[Any] = (
        [_printable, structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
        if terminal
        else [structlog.processors.ExceptionRenderer(as_objects), structlog.processors.JSONRenderer()]
    )
    structlog.configure(
        processors=[*shared, *last],
        cache_logger_on_first_use=False,
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    logging.basicConfig(
        level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s"
    )
    # kafka-python prints a traceback for every retry; what matters of it comes through our own errors.
    logging.getLogger("kafka").propagate = False
    logging.getLogger("apscheduler").setLevel(logging.ERROR)


def _without_passwords(
    _logger: object, _method: str, line: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """An address that somebody quotes may hold one."""
    return {key: without_passwords(value) if isinstance(value, str) else value for key, value in line.items()}


def _printable(_logger: object, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """For eyes: what a line quotes may hold anything. (JSON escapes it by itself.)"""
    return {key: plain(value) if isinstance(value, str) else value for key, value in line.items()}
