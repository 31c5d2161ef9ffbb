"""A name and a pattern in, whether they fit out. Names come from events: only `*` and `?` are special in a pattern."""


def fits_pattern(name: str, pattern: str) -> bool:
    """Whether the whole name fits: `*` stands for any characters or none, `?` for any single one.

    Takes at most `len(name) * len(pattern)` steps, whatever either holds.

    >>> fits_pattern("refund[EU]", "refund[EU]"), fits_pattern("refundE", "refund[EU]")
    (True, False)
    >>> fits_pattern("gdpr_erasure", "gdpr_*"), fits_pattern("a", "?"), fits_pattern("", "?")
    (True, True, False)
    """
    if "*" not in pattern and "?" not in pattern:
        return name == pattern
    at = place = 0
    star, resumed = -1, 0  # the last `*` of the pattern, and where in the name it was last tried to end
    while at < len(name):
        if place < len(pattern) and pattern[place] == "*":
            star, resumed = place, at
            place += 1
        elif place < len(pattern) and pattern[place] in ("?", name[at]):
            at, place = at + 1, place + 1
        elif star >= 0:
            resumed += 1
            at, place = resumed, star + 1
        else:
            return False
    return all(mark == "*" for mark in pattern[place:])
