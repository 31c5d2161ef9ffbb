"""Names that stay the same for the same thing: of a notice, of an incident, of whatever a message is about."""

from hashlib import sha256


def stable_id(*parts: str) -> str:
    """32 hexadecimal digits that depend on the parts, in their order, and on nothing else.

    >>> stable_id("tickets", "prod", "1")
    '5c4db2f41c7febb10494eba7e47b8bb2'
    """
    return sha256("\n".join(parts).encode()).hexdigest()[:32]
