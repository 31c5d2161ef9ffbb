"""The rules between the keys of a topic's map: each broken one as a sentence of where, what is wrong, what to do."""

from collections.abc import Iterator, Mapping, Sequence
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from monitor.domain.events.fields import SLICES_MAX
from monitor.domain.events.mapping.fields import ReadAs, TimeFormat
from monitor.domain.events.mapping.paths import parsed
from monitor.domain.events.names import name_problem, normal
from monitor.domain.events.types import Design, Kind
from monitor.domain.text.nearest import did_you_mean
from monitor.settings.mapped import (
    FromIntent,
    FromScores,
    FromSeveral,
    FromTime,
    FromWord,
    LabelMap,
    PredictionMap,
)
from monitor.settings.placed import Placed, placed
from monitor.settings.topics import LabelTopic, PredictionTopic, TopicSettings

_WORDS: Mapping[str, Sequence[str]] = {
    "status": ("active", "retracted"),
    "source.kind": tuple(Kind),
    "sampling.design": tuple(Design),
}
_NEED_A_MAP = {"json", "kserve", "sagemaker"}
_OF_EACH_RECORD = {"prediction_id", "label_id", "ts", "labeled_at", "text"}


def topic_problems(topics: TopicSettings) -> list[str]:
    """Every rule that the topics break."""
    predictions, labels = topics.of_predictions, topics.of_labels
    problems = [*_topic_problems("predictions", predictions), *_topic_problems("labels", labels)]
    if predictions.name == labels.name and {predictions.format, labels.format} != {"canonical"}:
        problems.append(
            f"kafka.topics.labels: {labels.name} is the topic of the predictions, too, and only canonical records say"
            " themselves what they are; give each a topic of its own"
        )
    return problems


def _topic_problems(key: str, topic: PredictionTopic | LabelTopic) -> Iterator[str]:
    where = f"kafka.topics.{key}"
    if (reader := topic.reader) is not None:
        if reader.version is not None and topic.format != "avro":
            yield f"{where}.reader.version: has no effect on {topic.format}, which says itself what it is; remove it"
        if (reader.version is None) == (reader.schema_file is None):
            yield f"{where}.reader: give a version, or a schema_file, and not both"
    if topic.format == "kserve" and isinstance(topic, LabelTopic):
        yield f"{where}.format: kserve holds answers and no labels; write the format that they are in"
    if topic.map is None:
        if topic.format in _NEED_A_MAP:
            yield f"{where}.map: {topic.format} needs one; write it, or leave format out where records are canonical"
        return
    if topic.format == "canonical":
        yield f"{where}.map: has no effect on canonical records; write format: json, or remove it"
    yield from map_problems(f"{where}.map", topic.map)


def map_problems(where: str, given: PredictionMap | LabelMap) -> Iterator[str]:
    """Every rule that a map breaks."""
    fields = placed(given)
    slices = sum(each.key.startswith("slices.") for each in fields)
    if slices > SLICES_MAX:
        yield f"{where}.slices: {slices} slices, more than the {SLICES_MAX} allowed; name those that are judged"
    for each in fields:
        yield from (f"{where}.{each.key}{problem}" for problem in _field_problems(each))


def _field_problems(place: Placed) -> Iterator[str]:
    """Each as the end of the sentence, from the key's name on."""
    given = place.given
    yield from _where_it_is(place)
    if given.const is not None and given.default is not None:
        yield ".default: has no effect beside const; remove it"
    for key, value in (("const", given.const), ("default", given.default)):
        if value is not None:
            yield from (f".{key}: {problem}" for problem in _constant_problems(place, value))
    match given:
        case FromSeveral() if not given.join and given.between != ":":
            yield ".between: has no effect without join; remove it"
        case FromTime():
            yield from _time_problems(given)
        case FromIntent():
            yield from _alias_problems(given)
        case FromWord():
            yield from _word_problems(place, given)
    if place.key.startswith("slices.") and (problem := name_problem(normal(place.key[len("slices.") :]))):
        yield f": {problem}"


def _where_it_is(place: Placed) -> Iterator[str]:
    given = place.given
    ways = [key for key in ("path", "const") if getattr(given, key) not in ("", None)]
    paths = [("path", given.path)] if given.path else []
    if isinstance(given, FromSeveral) and given.join:
        ways.append("join")
        paths += [(f"join[{number}]", path) for number, path in enumerate(given.join)]
    if isinstance(given, FromScores):
        problems = list(_scores_problems(given))
        yield from problems
        ways += ["name and score"] if (given.name or given.score) and not given.path else []
        pair = [(key, getattr(given, key)) for key in ("names", "scores")]
        paths += [(key, path) for key, path in pair if path]
        ways += ["names and scores"] if any(path for _, path in pair) else []
    if not ways:
        yield ": says neither where the value is nor what it is; write path or const"
    if len(ways) > 1:
        yield f": give {' or '.join(ways)}, not both"
    for key, path in paths:
        try:
            parsed(path)
        except ValueError as problem:
            yield f".{key}: {problem}"


def _scores_problems(given: FromScores) -> Iterator[str]:
    for first, second in (("names", "scores"), ("name", "score")):
        for key, other in ((first, second), (second, first)):
            if getattr(given, key) and not getattr(given, other):
                yield f".{other}: {key} needs it; write it"
    if (given.name or given.score) and not given.path:
        yield ".path: name and score need it; write where the list is"


def _constant_problems(place: Placed, value: object) -> Iterator[str]:
    if place.key in _OF_EACH_RECORD:
        yield "is another one for each record; give a path"
    elif place.reading in (ReadAs.SCORES, ReadAs.SLICES):
        yield "there is none for it; give a path"
    elif place.reading is ReadAs.NUMBER:
        if isinstance(value, str | bool):
            yield "must be a number; take the quotes away"
    elif place.key in _WORDS:
        yield from _unknown_words(place.key, [str(value)])
    elif problem := name_problem(normal(str(value))):
        yield problem


def _time_problems(given: FromTime) -> Iterator[str]:
    if given.zone is None:
        return
    if given.format is not TimeFormat.RFC3339:
        yield f".zone: has no effect on {given.format}, which is in UTC; remove it"
    try:
        ZoneInfo(given.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield f".zone: there is no zone {given.zone!r}; write a name such as Europe/Berlin"


def _alias_problems(given: FromIntent) -> Iterator[str]:
    for theirs, ours in given.aliases.items():
        if theirs != normal(theirs):
            yield f".aliases: {theirs!r} is never met: blanks around a name are taken off; write {normal(theirs)!r}"
        elif given.lower and theirs != theirs.lower():
            yield f".aliases: {theirs!r} is never met: lower comes first; write {theirs.lower()!r}"
        if ours is not None and (problem := name_problem(normal(ours))):
            yield f".aliases: {theirs!r}: {problem}"


def _word_problems(place: Placed, given: FromWord) -> Iterator[str]:
    yield from (f".values: {problem}" for problem in _unknown_words(place.key, list(given.values.values())))


def _unknown_words(key: str, words: Sequence[str]) -> Iterator[str]:
    known = _WORDS[key]
    for word in dict.fromkeys(words):
        if word not in known:
            meant = did_you_mean(word, known)
            yield f"{word!r} is none of {', '.join(known)}{meant or '; write one of them'}"
