"""A deliverer for a process of its own, which is killed. It imports little, so that it is there at once."""

import time
from datetime import datetime, timedelta
from random import Random

import httpx

from connectors.sinks.http import Http
from connectors.sinks.webhook import WebhookSink
from connectors.sql.database import open_engine
from connectors.sql.outbox import Outbox
from monitor.deliver.deliver import Deliver
from reports.pages.page import page_of
from tests.stored import NOON

SINKS = ("pager", "chat")
KEY = "a-key-of-24-bytes-or-more"


def deliver_for_ever(url: str, port: int, ahead_s: float) -> None:
    """The process that is killed. Its clock is `ahead_s` ahead, so that the claims of a dead process have expired."""
    engine = open_engine(url)

    def clock() -> datetime:
        return NOON + timedelta(seconds=ahead_s + time.monotonic() % 1)

    http = Http(clock, timeout_s=5.0, client=httpx.Client(trust_env=False, verify=False))  # it speaks no TLS
    sinks = {
        name: WebhookSink(name, f"http://127.0.0.1:{port}/{name}", http, secrets=[KEY]) for name in SINKS
    }
    deliver = Deliver(Outbox(engine), sinks, page_of, clock, Random(1))
    while True:
        deliver()
        time.sleep(0.001)
