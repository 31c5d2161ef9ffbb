"""The rules between the keys of what is judged and who is told of it: for all models, and for some alone."""

from collections.abc import Collection, Iterable

from monitor.domain.telling.patterns import fits_pattern
from monitor.domain.text.nearest import did_you_mean
from monitor.settings.models import ModelSettings
from monitor.settings.settings import Settings

_HERE = ("routes", "slices", "groups", "judge", "predictions", "watch", "intents", "labels")


def judged_problems(settings: Settings, where: str = "", written: Collection[str] = _HERE) -> list[str]:
    """The broken rules of these settings that the sections `written` break; `where` they stand goes before each."""
    problems = []
    if "routes" in written:
        problems += _route_problems(settings, where)
    if "slices" in written:
        problems += [
            f"{where}slices: {name!r} is listed {times} times; list it once"
            for name, times in _repeated(slice_.name for slice_ in settings.slices)
        ]
    if "groups" in written:
        problems += [
            f"{where}groups: {times} groups are called {name!r}; give each its own name"
            for name, times in _repeated(group.name for group in settings.groups)
        ]
        if settings.groups and not settings.judge.groups_share:
            problems.append(
                f"{where}groups: have no money while judge.groups_share is 0; remove them or set it"
            )
    if {"predictions", "watch", "groups", "intents"} & set(written):
        problems += _no_intent_problems(settings, where)
    kept, within = settings.retention.predictions_days, settings.judge.detect_within_days
    if "judge" in written and kept < within:
        problems.append(
            f"retention.predictions_days: {kept} is less than {where}judge.detect_within_days ({within:g}), so"
            " predictions would be dropped before their labels are waited for"
        )
    return problems


def model_problems(settings: Settings) -> list[str]:
    """What is wrong in `models`, each in itself and against those before it."""
    problems = []
    for number, given in enumerate(settings.models):
        where = f"models[{number}]"
        resolved = settings.model_copy(update=given.over(settings))
        problems += judged_problems(resolved, f"{where}.", given.model_fields_set)
        if {"drop", "promise"} <= given.judge.model_fields_set and given.judge.promise == "anchor":
            problems.append(
                f"{where}.judge.drop: is not asked where judge.promise is anchor; remove one of them"
            )
        for before, earlier in enumerate(settings.models[:number]):
            if _fits_all_of(earlier, given):
                problems.append(
                    f"{where}.name: {given.name!r} is never reached, as models[{before}] ({earlier.name!r}) fits all"
                    " of it and the first that fits counts; write it before that"
                )
                break
    return problems


def _fits_all_of(earlier: ModelSettings, later: ModelSettings) -> bool:
    pairs = [(earlier.name, later.name), (earlier.environment, later.environment)]
    # A `?` fits the sign `*`, but not all that it stands for.
    return all(fits_pattern(mine, wide) and not ("?" in wide and "*" in mine) for wide, mine in pairs)


def _no_intent_problems(settings: Settings, where: str) -> list[str]:
    """A name of no intent is neither watched nor grouped, and no page is about it."""
    named = {
        "watch.intents": settings.watch.intents,
        **{f"groups.{group.name}.intents": group.intents for group in settings.groups},
        "intents": tuple(settings.intents),
    }
    others = {
        f"{where}predictions.no_answer": settings.predictions.no_answer,
        "labels.out_of_scope": settings.labels.out_of_scope,
    }
    return [
        f"{place}: {name!r} is in {where}{key}, too, but what is named here is no intent; remove it from one of them"
        for place, no_intents in others.items()
        for name in no_intents
        for key, names in named.items()
        if name in names
    ]


def _route_problems(settings: Settings, where: str) -> list[str]:
    known = {sink.name for sink in settings.sinks}
    return [
        f"{where}routes[{number}].sinks: there is no sink called {name!r}"
        + (did_you_mean(name, known) or f"; name one of {', '.join(sorted(known))}")
        for number, route in enumerate(settings.routes)
        for name in route.sinks
        if name not in known
    ]


def _repeated(names: Iterable[str]) -> list[tuple[str, int]]:
    listed = list(names)
    return [(name, listed.count(name)) for name in sorted(set(listed)) if listed.count(name) > 1]
