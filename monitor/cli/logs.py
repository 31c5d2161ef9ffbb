"""Where log lines go, for the commands that run for long."""

import logging
import sys
from collections.abc import Callable
from typing import Any

import structlog
from structlog.typing import EventDict, Processor

from monitor.domain.text.passwords import without_passwords
from monitor.domain.text.plain import plain


def log_to_stderr() -> None:
    """Log lines to standard error: for eyes in a terminal, JSON elsewhere."""
    terminal = sys.stderr.isatty()
    shared: list[Any] = [
        _each_word(without_passwords),  # an address that a line quotes may hold one
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    # A traceback with its local variables, which is what structlog prints by default, would tell secrets.
    as_objects = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
    last: list[Any] = (
        [
            _each_word(plain),  # what a line quotes may hold anything; JSON escapes it by itself
            structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
        ]
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


def _each_word(change: Callable[[str], str]) -> Processor:
    """A step that changes every text of a log line."""

    def step(_logger: object, _method: str, line: EventDict) -> EventDict:
        return {key: change(value) if isinstance(value, str) else value for key, value in line.items()}

    return step
