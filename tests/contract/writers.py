"""A program that writes in the watch room, without HTTP: how it asks, and what it is answered."""

import json
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine

from monitor.app.stores import Stores
from monitor.app.writing import Writer
from monitor.domain.access.requests import KeyedRequest, RequestAnswer
from monitor.domain.labelling.posted import PostedLabels
from monitor.review.ports.writing import AskedWrite
from monitor.settings.settings import Settings


def writer(engine: Engine, **settings: Any) -> Writer:  # noqa: ANN401
    """What writes into a database; each call is another server."""
    return Writer(Stores(Settings(**settings), engine))


def key(name: str = "k1", content: bytes = b"the same") -> KeyedRequest:
    """A request of Ana's with that key."""
    return KeyedRequest("ana", "POST /somewhere", name, content)


def asked(
    keyed: KeyedRequest | None = None,
    expects: Callable[[object], bool] = lambda _: True,
    after: Callable[[], object] = list,
) -> AskedWrite[object]:
    """How it asks. `after` happens when everything is done, and nothing is saved yet."""

    def answered(content: object) -> RequestAnswer:
        after()
        return RequestAnswer(200, json.dumps(content))

    return AskedWrite(keyed, answered, lambda refusal: RequestAnswer(409, str(refusal)), expects)


def asked_of_labels(keyed: KeyedRequest | None = None) -> AskedWrite[PostedLabels]:
    """The same for labels; the answer is how many were new."""
    return AskedWrite(
        keyed,
        lambda done: RequestAnswer(200, str(done.new)),
        lambda refusal: RequestAnswer(409, str(refusal)),
    )
