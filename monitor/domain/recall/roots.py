"""A function and two places between which it changes its sign in; the place where it is 0 out."""

from collections.abc import Callable

TOLERANCE = 4 * 2.0**-52  # of the root itself: the last bits of a float
STEPS = 100


def root(function: Callable[[float], float], low: float, high: float, tolerance: float = 1e-15) -> float:
    """Where `function` is 0, by Brent's method: interpolate while that narrows it down, else halve.

    The same steps as scipy.optimize.brentq, to the last bit. That one is not called, because importing
    scipy.optimize takes a tenth of a second, and every command that shows a recall would pay for it.
    Costs: some ten calls of `function`.

    >>> round(root(lambda x: x * x - 2, 0.0, 2.0), 12)
    1.414213562373

    Brent 1973, Algorithms for Minimization without Derivatives, chapter 4.

    Raises:
        ValueError: the signs at both ends are the same.
        ArithmeticError: 100 steps were not enough.
    """
    before, at = low, high
    f_before, f_at = function(before), function(at)
    if f_before == 0:
        return before
    if f_at == 0:
        return at
    if (f_before < 0) == (f_at < 0):
        raise ValueError(f"the function has the same sign at {low} and at {high}")
    # `other` is the end beyond the root; `step` and `last` are the last two steps.
    other, f_other, step, last = 0.0, 0.0, 0.0, 0.0
    for _ in range(STEPS):
        if f_before != 0 and f_at != 0 and (f_before < 0) != (f_at < 0):
            other, f_other = before, f_before
            last = step = at - before
        if abs(f_other) < abs(f_at):
            before, at, other = at, other, at
            f_before, f_at, f_other = f_at, f_other, f_at
        least = (tolerance + TOLERANCE * abs(at)) / 2
        half = (other - at) / 2
        if f_at == 0 or abs(half) < least:
            return at
        narrows = abs(last) > least and abs(f_at) < abs(f_before)
        attempt = _interpolated(before, at, other, f_before, f_at, f_other) if narrows else half
        if narrows and 2 * abs(attempt) < min(abs(last), 3 * abs(half) - least):
            last, step = step, attempt
        else:
            last = step = half
        before, f_before = at, f_at
        at += step if abs(step) > least else (least if half > 0 else -least)
        f_at = function(at)
    raise ArithmeticError(f"no root between {low} and {high} after {STEPS} steps")


def _interpolated(
    before: float, at: float, other: float, f_before: float, f_at: float, f_other: float
) -> float:
    """The step to where a line through two points, or an inverse parabola through three, meets 0."""
    if before == other:
        return -f_at * (at - before) / (f_at - f_before)
    rise = (f_before - f_at) / (before - at)
    rise_other = (f_other - f_at) / (other - at)
    return -f_at * (f_other * rise_other - f_before * rise) / (rise_other * rise * (f_other - f_before))
