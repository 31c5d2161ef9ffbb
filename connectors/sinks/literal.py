"""Words for chats that we don't know: whatever reads them finds neither a mention nor a link in a name."""

from monitor.domain.text.plain import plain

JOINT = "\u2060"  # of no width


def literal(words: str) -> str:
    """The same words, with a joint in each mark that makes a mention, a tag, or a link under other words.

    >>> literal("@here <!channel> [click](https://evil.example)").replace(JOINT, "~")
    '@~here <~!channel> [click]~(https://evil.example)'
    """
    return words.replace("@", f"@{JOINT}").replace("<", f"<{JOINT}").replace("](", f"]{JOINT}(")


def literal_line(words: str) -> str:
    """The same as one line that prints."""
    return literal(plain(words))
