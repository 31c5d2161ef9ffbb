"""Words from outside made harmless for whatever shows characters as they are: a terminal, a log, a mail's subject.

Names, reasons and texts come from events, files and other people's answers. A control character could move the
cursor or clear the screen; a bidirectional override shows words in another order than they have.
"""


def plain(words: str) -> str:
    """One line, with `?` for each character that does not print.

    >>> plain("a" + chr(27) + "[2J" + chr(10) + "b" + chr(0x202E))
    'a?[2J b?'
    """
    return printable(" ".join(words.split()))


def printable(words: str) -> str:
    """The same words with `?` for each character that does not print; lines stay lines."""
    if words.isprintable():
        return words
    return "".join(char if char.isprintable() or char == "\n" else "?" for char in words)
