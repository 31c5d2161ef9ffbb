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
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    # A traceback with its local variables, which is what structlog prints by default, would tell secrets.
    as_objects = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
    last: list[Any] = (
        [
            structlog.processors.ExceptionRenderer(),
            _each_word(without_passwords),  # an address that a line or an error quotes may hold one
            _each_word(_plain_lines),  # what they quote may hold anything; JSON escapes it by itself
            structlog.dev.ConsoleRenderer(),
        ]
        if terminal
        else [
            structlog.processors.ExceptionRenderer(as_objects),
            _each_word(without_passwords),
            structlog.processors.JSONRenderer(),
        ]
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
    """A step that changes every text of a log line, of its traceback too."""

    def changed(value: Any) -> Any:  # noqa: ANN401 - whatever a line holds
        if isinstance(value, str):
            return change(value)
        if isinstance(value, dict):
            return {key: changed(inner) for key, inner in value.items()}
        return [changed(inner) for inner in value] if isinstance(value, list) else value

    def step(_logger: object, _method: str, line: EventDict) -> EventDict:
        return {key: changed(value) for key, value in line.items()}

    return step


def _plain_lines(words: str) -> str:
    """Each line by itself: a traceback keeps its lines."""
    return "\n".join(plain(line) for line in words.split("\n"))
