"""Why Kafka refused us: kafka-python's log lines in, one sentence of what, where and what to do out.

kafka-python turns every failed connection into the same timeout with no cause attached; the cause is only
in its log. So an attempt to connect listens to that log.
"""

import logging
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

_LOGGERS = ("kafka.net.manager", "kafka.net.connection")
# How a line begins that ends an attempt.
_ATTEMPT_FAILED = (
    "Bootstrap connection to",
    "Bootstrap attempt to",
)
# kafka-python tries for as long as it is given. A broker that refuses us for so long is not starting up.
REFUSED_S = 2.0


class RefusedError(Exception):
    """Ends kafka-python's attempts to connect, once it is clear that they lead nowhere."""


class _Refusal(NamedTuple):
    signs: tuple[str, ...]
    text: str
    final: bool = False  # no broker that is only starting up would say so


# In this order: a TLS error is also a lost connection, so the particular comes before the general.
_REFUSALS = (
    _Refusal(
        ("SaslAuthenticationFailedError", "SaslAuthenticationFailed"),
        "{where} does not accept the user or the password. "
        "Check sasl_plain_username, sasl_plain_password and sasl_mechanism",
        final=True,
    ),
    _Refusal(
        ("UnsupportedSaslMechanismError", "UnsupportedSaslMechanism"),
        "{where} does not offer this way to log in. "
        "Set sasl_mechanism to one that the broker has enabled (PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, ...)",
        final=True,
    ),
    _Refusal(
        ("Hostname mismatch", "IP address mismatch", "doesn't match"),
        "the certificate of {where} is made out to another name. "
        "Use the name in the certificate in bootstrap_servers, or set ssl_check_hostname to false",
        final=True,
    ),
    _Refusal(
        ("CERTIFICATE_VERIFY_FAILED",),
        "the certificate of {where} is not signed by an authority we trust. "
        "Set ssl_cafile to the file of the authority that signed it",
        final=True,
    ),
    _Refusal(
        ("ALERT_BAD_CERTIFICATE", "CERTIFICATE_REQUIRED", "ALERT_UNKNOWN_CA", "ALERT_CERTIFICATE_UNKNOWN"),
        "{where} wants a client certificate that it trusts. Set ssl_certfile and ssl_keyfile",
        final=True,
    ),
    _Refusal(
        ("UNEXPECTED_EOF_WHILE_READING", "WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "EOF occurred"),
        "{where} does not speak TLS and we do. "
        "Use its TLS port, or set security_protocol to PLAINTEXT or SASL_PLAINTEXT",
    ),
    _Refusal(
        ("ECONNREFUSED", "Connection refused"),
        "nothing listens at {address}. Start the broker, or set kafka.bootstrap_servers to where it is",
    ),
    _Refusal(
        ("gaierror", "Name or service not known", "nodename nor servname", "name resolution", "DNS"),
        "the name in {address} is not known. Check kafka.bootstrap_servers",
    ),
    _Refusal(
        ("socket disconnected", "Invalid frame length", "InvalidReceive", "Connection reset", "ECONNRESET"),
        "{where} hung up on the first word, as a TLS or SASL port does when spoken to in plain text. "
        "Set security_protocol to SSL, SASL_SSL or SASL_PLAINTEXT, or use the plaintext port",
    ),
)


# Kafka holds back its answer to a wrong password, sometimes until the connection is gone.
_HUNG_UP_ON_LOGIN = _Refusal(
    _REFUSALS[-1].signs,
    "{where} hung up during the login. Check sasl_plain_username, sasl_plain_password, sasl_mechanism, "
    "and whether security_protocol is what this port speaks",
)


_TOKEN_REFUSED = _Refusal(
    _REFUSALS[0].signs,
    "{where} does not accept our token. Check oauth_client_id, oauth_scope, and what the broker demands of a "
    "token: its issuer, audience and life",
    final=True,
)


def explain_refusal(
    log_lines: Sequence[str],
    bootstrap: str,
    security_protocol: str = "PLAINTEXT",
    mechanism: str | None = None,
) -> str:
    """Say which of the known refusals these lines show; without a known one, quote the last line."""
    where = f"Kafka at {bootstrap}"
    last = _HUNG_UP_ON_LOGIN if security_protocol.startswith("SASL") else _REFUSALS[-1]
    first = _TOKEN_REFUSED if mechanism == "OAUTHBEARER" else _REFUSALS[0]
    for refusal in (first, *_REFUSALS[1:-1], last):
        if any(sign in line for line in log_lines for sign in refusal.signs):
            return refusal.text.format(where=where, address=bootstrap) + "."
    quoted = f" ({log_lines[-1].strip()[:200]})" if log_lines else ""
    return (
        f"{where} did not answer in time{quoted}. "
        "Check kafka.bootstrap_servers, and whether a firewall lies between."
    )


def explain_error(error: Exception, bootstrap: str, log_lines: Sequence[str] = ()) -> str:
    """Say what an error of a living connection means, such as a missing permission."""
    name = type(error).__name__
    detail = str(error).strip()[:200]
    where = f"Kafka at {bootstrap}"
    if "AuthorizationFailed" in name:
        return f"{where} does not allow this ({detail}). Give this user READ on the topics and the group."
    if name == "UnsupportedCodecError":
        return f"{where} sent records in a compression that is not installed ({detail})."
    if name == "CorruptRecordError":
        return f"{where} sent a record whose checksum is wrong ({detail}). Look at the broker's disk."
    return explain_refusal([*log_lines, f"{name}: {detail}"], bootstrap)


@contextmanager
def listening(*, give_up: bool = False) -> Iterator[list[str]]:
    """Collect what kafka-python's connections say while the block runs.

    With `give_up`, a client that is made in the block fails with `RefusedError` when the broker's refusal is
    clear: at once where no broker that is starting up would say so, else when it has lasted two seconds.
    """
    listener = _Listener(give_up)
    loggers = [logging.getLogger(name) for name in _LOGGERS]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.addHandler(listener)
        if not logger.isEnabledFor(logging.WARNING):
            logger.setLevel(logging.WARNING)
    try:
        yield listener.lines
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.removeHandler(listener)
            logger.setLevel(level)


def quiet() -> None:
    """Keep kafka-python's loggers out of the terminal, unless someone has set them up on purpose.

    They print a traceback for every retry. To see them, give the logger "kafka" a level or a handler; what
    they know of passwords is kept back even then.
    """
    for name in [name for name in logging.root.manager.loggerDict if name.startswith("kafka.")]:
        logger = logging.getLogger(name)
        if not any(isinstance(known, _Discreet) for known in logger.filters):
            logger.addFilter(_Discreet())
    logger = logging.getLogger("kafka")
    own = [handler for handler in logger.handlers if not isinstance(handler, logging.NullHandler)]
    if logger.level == logging.NOTSET and not own:
        logger.propagate = False


class _Discreet(logging.Filter):
    """Drops the debug lines that hold a password: the whole configuration, and what is sent to log in."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno > logging.DEBUG:
            return True
        line = record.getMessage()
        return not any(sign in line for sign in ("with configuration", "Sasl", "Send: ", "Recv: "))


class _Listener(logging.Handler):
    """Keeps the last lines; called from kafka-python's own threads."""

    def __init__(self, give_up: bool) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []
        # Only the client that is being made may be ended, not one that lives and is connecting again.
        self._others = set(threading.enumerate()) if give_up else None
        self._refused_since: float | None = None

    def emit(self, record: logging.LogRecord) -> None:
        line = record.getMessage()
        self.lines.append(line)
        del self.lines[:-50]
        if self._others is None or threading.current_thread() in self._others:
            return
        if line.startswith(_ATTEMPT_FAILED) and self._is_clear(line):
            raise RefusedError(line)  # out of kafka-python's own loop of attempts

    def _is_clear(self, line: str) -> bool:
        refusal = next((r for r in _REFUSALS if any(sign in line for sign in r.signs)), None)
        if refusal is None:
            self._refused_since = None
            return False
        if self._refused_since is None:
            self._refused_since = time.monotonic()
        return refusal.final or time.monotonic() - self._refused_since >= REFUSED_S
