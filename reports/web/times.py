"""Words in; HTML out, with each time marked up, so that a browser can show it in its reader's zone."""

import re

from markupsafe import Markup, escape

from monitor.domain.text.plain import plain

_DAY, _CLOCK = r"(\d{4}-\d\d-\d\d)", r"(\d\d:\d\d)"
_IN_WORDS = re.compile(rf"{_DAY} {_CLOCK} UTC(?: \(between {_CLOCK} and {_CLOCK}\))?", re.ASCII)
_ALONE = re.compile(rf"{_DAY} {_CLOCK}", re.ASCII)
IN_UTC = ", UTC"
_LETTER = r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]"
_RIGHT_TO_LEFT = re.compile(rf"{_LETTER}+(?:[^a-zA-Z]*{_LETTER}+)*")


def with_times(words: str) -> Markup:
    """The words as HTML. A time that stands alone, as in a table, needs no `UTC` behind it.

    >>> str(with_times("judged as of 2026-11-23 09:10 UTC"))
    'judged as of <time datetime="2026-11-23T09:10Z">2026-11-23 09:10 UTC</time>'
    """
    return marked(plain(words))


def marked(cleaned: str) -> Markup:
    """The same of words that hold nothing that could disturb a terminal."""
    if "-" not in cleaned or ":" not in cleaned:  # most words hold no time
        return _apart(cleaned)
    if alone := _ALONE.fullmatch(cleaned):
        return _time(alone[1], alone[2], cleaned)
    parts, end = [Markup()], 0
    for place in _IN_WORDS.finditer(cleaned):
        day, clock, low, high = place.groups()
        parts += [_apart(cleaned[end : place.start()]), _time(day, clock, f"{day} {clock} UTC")]
        if low is not None:
            parts.append(Markup(" (between {} and {})").format(_time(day, low, low), _time(day, high, high)))
        end = place.end()
    return Markup().join([*parts, _apart(cleaned[end:])])


def _apart(words: str) -> Markup:
    """The words as HTML. A name that is written from right to left does not turn round what stands beside it."""
    if words.isascii():
        return escape(words)
    parts, end = [Markup()], 0
    for name in _RIGHT_TO_LEFT.finditer(words):
        parts += [escape(words[end : name.start()]), Markup("<bdi>{}</bdi>").format(name[0])]
        end = name.end()
    return Markup().join([*parts, escape(words[end:])])


def head(name: str) -> Markup:
    """A column's name; where its times are in UTC, a browser that shows them otherwise says so."""
    if not name.endswith(IN_UTC):
        return escape(name)
    return Markup('{}, <span data-zone="">UTC</span>').format(name.removesuffix(IN_UTC))


def card_head(name: str) -> str:
    """A column's name on a card of a phone; in which zone its times are stands at the foot of the page."""
    return name.removesuffix(IN_UTC)


def _time(day: str, clock: str, words: str) -> Markup:
    return Markup('<time datetime="{}T{}Z">{}</time>').format(day, clock, words)
