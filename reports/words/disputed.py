"""Why a ticket should be read again, in; words out."""

from monitor.labels.ports.disputed import Disputed, WhyDisputed


def why(disputed: Disputed) -> str:
    """One reason, and whose label it is where that person's misses are more than chance."""
    words = _words(disputed)
    if disputed.annotator is None:
        return words
    return f"{words}; misses of it are more than chance among {annotator(disputed.annotator)}'s labels"


def _words(disputed: Disputed) -> str:
    match disputed.why:
        case WhyDisputed.DIFFER:
            return "two people differ"
        case WhyDisputed.IN_INCIDENT:
            return f"a miss since the onset of the page of {disputed.ticket.intent}"
        case WhyDisputed.SUSPECTED:
            return f"a miss of {disputed.ticket.intent}, whose bet has won some of a page"
        case WhyDisputed.UNCONFIRMED:
            return f"few misses of {disputed.ticket.intent} were read again"


def said(disputed: Disputed) -> str:
    """What each label says, and who gave it."""
    return ", ".join(
        f"{each.intent or 'no intent'} ({annotator(each.annotator)})" for each in disputed.ticket.labels
    )


def annotator(name: str | None) -> str:
    """A person's stored name, or the beginning of its hash.

    >>> annotator("9f86d081884c7d65"), annotator("ann"), annotator(None)
    ('9f86d081', 'ann', 'unnamed')
    """
    if name is None:
        return "unnamed"
    hashed = len(name) == 16 and not set(name) - set("0123456789abcdef")
    return name[:8] if hashed else name
