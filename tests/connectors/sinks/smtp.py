"""A sink that sends by SMTP to a server on this machine."""

from typing import Any

from connectors.sinks.email import EmailSink

PASSWORD = "s3cret-pass"


def sink(port: int, **settings: Any) -> EmailSink:  # noqa: ANN401
    return EmailSink(
        "mail",
        settings.pop("host", "127.0.0.1"),
        port,
        sender="anchorwatch@example.com",
        to=["ana@example.com", "bob@example.com"],
        **{"security": "none", "timeout_s": 0.5, **settings},
    )
