"""Why a record is no event, in words: what is wrong, and what to do."""

from collections.abc import Mapping

from monitor.domain.events.misfits import Misfit, Wrong
from monitor.domain.events.refusals import CODES
from monitor.domain.text.plain import plain

_TYPES: Mapping[str, str] = {
    "str": "text in quotes",
    "int": "a whole number",
    "float": "a number",
    "object": "an object in braces",
    "array": "a list in brackets",
    "datetime": "a time as text",
}
_TO_DO: Mapping[str, str] = {
    "too_large": "leave out what is not needed, or raise limits.message_bytes",
    "unreadable": "send smaller batches",
    "not_json": "write one JSON object a line, in UTF-8, without line breaks in it",
    "not_finite": "write null, or leave the field out",
    "schema_invalid": "write it as docs/events.md shows, or as `anchorwatch events schema` says",
    "path_missing": "correct the path in kafka.topics, or the producer; a `default` of the field stands in for it",
    "not_framed": "write it with a serializer of the schema registry, or take format out of kafka.topics",
    "unknown_schema": "register it, or correct kafka.schema_registry.url: the producer may use another registry",
    "schema_unusable": "correct the topic's format or its reader, or the schema",
    "not_avro": "write it with the schema that its id names",
    "not_cloudevent": "write it with a CloudEvents SDK, or take format out of kafka.topics",
    "batch_of_events": "send each event in a record of its own",
    "not_inference": "answer by the protocol V1 or V2, with tensors in JSON; or correct the topic's format",
    "not_captured": "capture the output of the endpoint, too, as CSV or JSON; or correct the topic's format",
    "empty_id": "fill it in",
    "id_too_long": "shorten it",
    "time_without_zone": "write the zone too, as in 2026-11-22T15:29:00Z",
    "time_out_of_range": "write the time in UTC at which it happened; mind seconds for milliseconds",
    "probability_out_of_range": "write the chance with which it was chosen, above 0 and at most 1",
    "revision_out_of_range": "count revisions from 1",
    "bad_character": "take the character out",
    "too_many_slices": "send those that are judged",
    "too_many_intents": "name those that it is routed to",
    "several_intents": "name the one that the ticket must be routed to",
    "too_many_models": "give each request an id of its own",
    "too_many_labels": "correct a label under its own label_id, with a higher revision",
    "unknown_event": "write prediction or label, or leave the field out where the topic says it",
    "unstorable": "see what the agent logs about it",
    "conflict": "give it an id of its own",
}
_TIME = "write it as in 2026-11-22T15:29:00Z"


def worded(misfit: Misfit) -> tuple[str, str]:
    """What is wrong with the field, and what to do."""
    if misfit.wrong is Wrong.MISSING:
        there = f", but there is {plain(misfit.meant)}" if misfit.meant else ""
        name = misfit.field.rpartition(".")[2]
        return f"is missing{there}", f"rename it {name}" if misfit.meant else "add it"
    if misfit.wrong is Wrong.NO_TIME:
        return "is no time", _TIME
    if misfit.wrong is Wrong.WRONG_TYPE:
        kind = _TYPES.get(misfit.expected, misfit.expected)
        return "is of the wrong type", _TIME if misfit.expected == "datetime" else f"write {kind}"
    if misfit.wrong is Wrong.NOT_ALLOWED and misfit.allowed:
        meant = f"; did you mean {misfit.meant}?" if misfit.meant else ""
        return "is not one of the values allowed", f"write one of {', '.join(misfit.allowed)}{meant}"
    if misfit.wrong is Wrong.UNNAMED:
        return (
            "is missing, so this label is read as a prediction",
            'add "event":"label"; or use --kind label, as on a topic of labels',
        )
    if misfit.wrong is Wrong.NOT_LISTED:
        return "is not among predicted.intents", "add it there, or leave it out"
    if misfit.wrong is Wrong.ANOTHER_ID:
        return "is not that of the label around it", "write the same id"
    return CODES[misfit.code], _TO_DO[misfit.code]
