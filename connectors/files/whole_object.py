"""A file's bytes in; the same where they are one object of JSON over several lines, as people print it."""

import msgspec


def whole_object(content: bytes) -> bytes:
    """The object; nothing where the file is anything else, JSON lines for instance.

    >>> whole_object(b'{"a":\\n 1}'), whole_object(b'{"a":1}\\n{"a":2}')
    (b'{"a":\\n 1}', b'')
    """
    try:
        read = msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return b""
    return content if isinstance(read, dict) else b""
