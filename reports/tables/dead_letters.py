"""Refused records in; how many of which code, what each code means, and the newest with their places, out."""

from collections.abc import Mapping, Sequence

from monitor.domain.events.refusals import CODES
from monitor.review.ports.dead_letters import RefusedRecord
from reports.figures import moment
from reports.render.blocks import Block, Column, View

_MEND = (
    "Mend them at the producer: `anchorwatch events check FILE` says of each record what is wrong and what to do.",
    "The bytes are in the dead-letter topic, or in the file of --dead-letters where that was given."
    " Send them again when they are mended.",
)


def dead_letters_view(counts: Mapping[str, int], newest: Sequence[RefusedRecord]) -> View:
    """Two tables: the codes, and the records refused last."""
    if not counts and not newest:
        return View([Block(lines=["No record was refused."])], {"by_code": {}, "newest": []})
    codes = Block(
        columns=("code", Column("records", figures=True), "means"),
        rows=[[code, f"{count:,}", CODES.get(code, "")] for code, count in counts.items()],
        notes=_MEND,
    )
    places = Block(
        heading="refused last",
        columns=(
            "refused",
            "topic",
            Column("partition", figures=True),
            Column("offset", figures=True),
            "code",
            "why",
        ),
        rows=[
            [
                moment(each.failed_at),
                each.topic,
                str(each.partition),
                str(each.offset),
                each.code,
                each.detail,
            ]
            for each in newest
        ],
    )
    content = {
        "by_code": dict(counts),
        "newest": [each._asdict() | {"failed_at": each.failed_at.isoformat()} for each in newest],
    }
    return View([codes, *([places] if newest else [])], content)
