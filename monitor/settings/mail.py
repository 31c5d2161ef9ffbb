"""A mail address as people write it in, the bare one that a mail server is told out."""

from email.utils import getaddresses


def bare_address(words: str) -> str | None:
    """The address of `a@host`, `Name <a@host>` or `"Last, First" <a@host>`; None where it is no single address.

    >>> bare_address("Wächter <a@host>"), bare_address('"Doe, Jane" <a@host>'), bare_address("Doe, Jane <a@host>")
    ('a@host', 'a@host', None)
    """
    if not words.isprintable():
        return None
    addresses = getaddresses([words])
    if len(addresses) != 1:
        return None
    local, at, host = addresses[0][1].rpartition("@")
    if not (local and at and host) or " " in addresses[0][1]:
        return None
    return addresses[0][1]
