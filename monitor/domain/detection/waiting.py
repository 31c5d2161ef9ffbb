"""A stored detector in; whether it waits for what labels say of a person's end, out, and the rest of it left unread."""

import msgspec


class _Begin(msgspec.Struct, array_like=True):
    """The beginning of what `Detector.dumps` writes, as far as the recovery's bet."""

    wealth: msgspec.Raw
    outcomes: int
    last_seq: int
    last_us: int | None
    recent_us: msgspec.Raw
    paged: msgspec.Raw
    healing: msgspec.Raw


_begin = msgspec.json.Decoder(_Begin)


def waits(text: str) -> bool:
    """Whether it has a recovery's bet and no page: `Bet.unconfirmed`, in a fiftieth of the time of a whole read."""
    begin = _begin.decode(text)
    return bytes(begin.paged) == b"null" and bytes(begin.healing) not in (b"null", b"{}")
