"""Numbers, times and shares in, the few words that stand for them out; shared by pages and reports."""

import math
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from monitor.domain.events.names import NO_ANSWER
from monitor.domain.recall.estimate import Estimate, Method
from monitor.domain.telling.kinds import NoticeKind
from monitor.domain.telling.members import MemberFacts

YEAR, MONTH = 365, 30  # days
MOST_YEARS = 100
_SMALL = (
    "",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
SEEN: Mapping[Method, str] = dict.fromkeys(Method, "") | {Method.CHOSEN_BY_ALARM: ", chosen by the alarm"}
"""How labelled tickets came to be looked at, where an interval must make good for it."""
LOOKED_AT = "Intervals are of 95 %: they hold at one look, or at all times where that is said."


def interval(estimate: Estimate, support: int, what: str) -> str:
    """A recall with its interval and support: `0.39 (0.27 to 0.52, 61 labelled)`."""
    return f"{estimate.value:.2f} ({estimate.low:.2f} to {estimate.high:.2f}, {support:,} {what})"


def since_alarm(estimate: Estimate, support: int, method: Method) -> str:
    """A recall since an onset: `0.39 (0.27 to 0.52, 61 labelled, chosen by the alarm)`."""
    return interval(estimate, support, f"labelled{SEEN[method]}")


def onset(at: datetime, low: datetime | None, high: datetime | None) -> str:
    """When a fall began, with its interval: `2026-11-03 09:10 UTC (between 2026-11-01 and 2026-11-05)`.

    >>> from datetime import timedelta
    >>> noon = datetime(2026, 11, 3, 12, tzinfo=UTC)
    >>> onset(noon, noon - timedelta(hours=2), noon + timedelta(minutes=90))
    '2026-11-03 12:00 UTC (between 10:00 and 13:30)'
    >>> onset(noon, None, None)
    '2026-11-03 12:00 UTC, estimated'
    """
    if low is None or high is None:
        return f"{moment(at)}, estimated"
    first, last = low.astimezone(UTC), high.astimezone(UTC)
    form = "%H:%M" if first.date() == last.date() else "%Y-%m-%d"  # the onset lies between them
    return f"{moment(at)} (between {first:{form}} and {last:{form}})"


def changed(before: str, after: str) -> str:
    """What was one and is another: `0.86 → 0.76`, while an interval has `to` between its limits. What stays, once.

    >>> changed("0.86", "0.76"), changed("ok", "ok"), changed("0.86", "")
    ('0.86 → 0.76', 'ok', '0.86 → none')
    """
    return before if before == after else f"{before or 'none'} → {after or 'none'}"


def tickets(estimate: Estimate) -> str:
    """A number of tickets with its range: `about 74 (58 to 89)`."""
    figures = (estimate.value, estimate.low, estimate.high)
    value, low, high = (f"{n:,.0f}" if math.isfinite(n) else "unknown" for n in figures)
    return f"about {value} ({low} to {high})"


def percent(part: float, whole: float) -> str:
    """`41 %`; parts that round to nothing stay visible."""
    share = 100 * part / whole
    return "under 1 %" if 0 < share < 1 else f"{share:.0f} %"


def moment(at: datetime) -> str:
    """A time in UTC to the minute: `2026-11-23 09:10 UTC`."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def day(at: datetime) -> str:
    """A day in UTC: `2026-11-23`."""
    return f"{at.astimezone(UTC):%Y-%m-%d}"


def duration(span: timedelta | float) -> str:
    """A span of time, or so many seconds, in the two largest units that matter: `3 days 5 h`, `5 h 10 min`, `12 min`.

    From a month on hours do not matter, and from a year on days.

    >>> duration(40 * 86_400 + 3_600), duration(400 * 86_400), duration(800 * 86_400)
    ('40 days', 'over a year', 'over 2 years')
    """
    seconds = span.total_seconds() if isinstance(span, timedelta) else span
    if not seconds < YEAR * 86_400:
        years = int(min(seconds / 86_400 / YEAR, MOST_YEARS))
        return "over a year" if years == 1 else f"over {years} years"
    minutes = max(0, int(seconds // 60))
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return f"{days} day{'s' if days > 1 else ''}" + (f" {hours} h" if hours and days < MONTH else "")
    return f"{hours} h {minutes} min" if hours and minutes else f"{hours} h" if hours else f"{minutes} min"


def about_days(days: float) -> str:
    """How long something would take, to the figures that an estimate bears: `3.1 d`, `120 d`, `over a year`.

    >>> about_days(3.14), about_days(120.4), about_days(126_610), about_days(math.inf)
    ('3.1 d', '120 d', 'over a year', 'never')
    """
    if math.isinf(days):
        return "never"
    if days >= YEAR:
        return "over a year"
    return f"{days:.1f} d" if days < 99.95 else f"{days:.0f} d"


def rate(per_day: float) -> str:
    """How often something comes, in the unit in which it is counted on fingers.

    >>> [rate(each) for each in (46.2, 2.94, 0.5, 0.054, 0.016, 1e-310, 0.0)]
    ['46 a day', '2.9 a day', '3.5 a week', '1.6 a month', 'one in two months', 'under one a year', 'none']
    """
    if per_day <= 0:
        return "none"
    for days, unit in ((1, "day"), (7, "week"), (MONTH, "month")):
        if per_day * days >= 0.95:
            return f"{significant(per_day * days)} a {unit}"
    if per_day < 1e-6:
        return "under one a year"
    weeks, months = round(1 / (per_day * 7)), round(1 / (per_day * MONTH))
    if months == 1:
        return f"one in {_SMALL[weeks]} weeks"
    return f"one in {_SMALL[months]} months" if months < len(_SMALL) else "under one a year"


def significant(value: float) -> str:
    """A figure to two significant digits, or to the whole number: `2.9`, `46`, `1,234`.

    >>> significant(2.94), significant(46.2), significant(1234.4), significant(1.0)
    ('2.9', '46', '1,234', '1')
    """
    return f"{value:,.0f}" if value >= 9.95 else f"{value:.1f}".removesuffix(".0")


def counted(number: int, thing: str, things: str = "") -> str:
    """A number with its noun: `1 intent`, `1,200 intents`.

    >>> counted(1, "intent"), counted(0, "intent"), counted(2, "miss", "misses")
    ('1 intent', '0 intents', '2 misses')
    """
    return f"{number:,} {thing if number == 1 else things or thing + 's'}"


def ordinal(number: int) -> str:
    """`1st`, `2nd`, `3rd`, `11th`."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def of_a_page(share: float) -> str:
    """What a bet won, as a share of what pages, to two figures: `37 %`, `0.012 %`, `1.4 times`.

    >>> of_a_page(0.372), of_a_page(0.00012), of_a_page(1.41), of_a_page(123_456), of_a_page(0.9999)
    ('37 %', '0.012 %', '1.4 times', 'over 1,000 times', '99 %')
    """
    if share >= 1000:
        return "over 1,000 times"
    if share >= 1:
        return f"{float(f'{share:.2g}'):,g} times"
    figure = min(float(f"{100 * share:.2g}"), 99.0)
    return "0 %" if figure < 1e-4 else f"{figure:.4f}".rstrip("0").rstrip(".") + " %"


def of_what_pages(share: float) -> str:
    """The same in words: `37 % of what pages`, `1.4 times what pages`."""
    return f"{of_a_page(share)} {'of ' if share < 1 else ''}what pages"


def misses(misses_to: Mapping[str, int]) -> str:
    """Where the misses went, three intents at most: `refund 41 %, billing 35 %, no answer 8 % (of 37 misses)`.

    That there was no answer is said however few they are.
    """
    total = sum(misses_to.values())
    if not total:
        return "no labelled miss"
    ranked = sorted(misses_to.items(), key=lambda item: (-item[1], item[0]))
    top = ranked[:3] + [each for each in ranked[3:] if each[0] == NO_ANSWER]
    shares = ", ".join(f"{cut(answer(intent), 40)} {percent(count, total)}" for intent, count in top)
    return f"{shares} (of {total:,} {'misses' if total > 1 else 'miss'})"


def answer(predicted: str) -> str:
    """What the model said: an intent's name, or that it said none.

    >>> answer("refund"), answer("")
    ('refund', 'no answer')
    """
    return "no answer" if predicted == NO_ANSWER else predicted


def evidence(member: MemberFacts, kind: NoticeKind = NoticeKind.OPENED) -> str:
    """How sure: what the bet against the promise has won, as a share of what pages."""
    won = "now stands at" if kind is NoticeKind.RETRACTED else "won"
    return f"the bet against the promise {won} {of_what_pages(member.share_of_a_page)}"


def budget(false_pages_per_year: float) -> str:
    """The promise behind every page: `at most 1 false page a year over everything watched`."""
    return f"at most {pages(false_pages_per_year)} a year over everything watched"


def pages(number: float) -> str:
    """False pages with their noun: `1 false page`, `0.5 false pages`."""
    return f"{number:g} false page{'' if number == 1 else 's'}"


def conditions(parts: Iterable[tuple[str, str]], limit: int = 255) -> str:
    """A part of the tickets: `channel=email and tier=(none)`, each name and value of at most so many characters."""
    return " and ".join(f"{cut(name, limit)}={cut(value or '(none)', limit)}" for name, value in parts)


def cut(words: str, limit: int) -> str:
    """Words of at most `limit` characters, with an ellipsis where something is missing."""
    return words if len(words) <= limit else words[: limit - 1] + "…"
