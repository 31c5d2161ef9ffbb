"""The frame that serializers of a schema registry put around a record: a zero, four bytes of an id, the record."""

from monitor.errors import DecodeError

HEAD = 5


def framed(value: bytes) -> tuple[int, bytes]:
    """The schema's id, and the record.

    >>> framed(bytes([0, 0, 0, 1, 2]) + b"{}")
    (258, b'{}')

    Raises:
        DecodeError: there is no frame.
    """
    if len(value) < HEAD or value[0] != 0:
        raise DecodeError("not_framed", "it does not begin with a zero and four bytes of a schema's id")
    return int.from_bytes(value[1:HEAD], "big"), value[HEAD:]
