"""What a body is, by its content type: JSON, or text."""

from monitor.domain.events.decode import BOM
from monitor.domain.events.mapping.paths import Theirs
from monitor.domain.events.mapping.reading import LooseJson, loose_json
from monitor.errors import DecodeError


def is_json(content_type: str) -> bool:
    """Whether it is JSON; what nothing is said of is.

    >>> is_json("application/problem+json; charset=utf-8"), is_json("text/json"), is_json("text/csv")
    (True, True, False)
    """
    kind = content_type.partition(";")[0].strip().lower()
    return not kind or kind.endswith(("/json", "+json"))


def body_of(body: bytes, content_type: str) -> tuple[Theirs, Exception | None]:
    """What a body holds, and why a strict reader of JSON refuses it, or None.

    Raises:
        DecodeError: it is neither JSON nor text, as its content type says.
    """
    if not is_json(content_type):
        try:
            return body.decode(), None
        except UnicodeDecodeError as error:
            raise DecodeError("not_json", "a text in it is not in UTF-8") from error
    read = loose_json(body.removeprefix(BOM))
    return read if isinstance(read, LooseJson) else (read, None)
