"""The blocks of a document in; the same for a page out, which stays below 150 kB."""

from collections.abc import Sequence

from msgspec.structs import replace

from reports.render.blocks import Block

MOST = 8
"""Pictures of 9 kB each, beside the words and tables of a dozen members."""


def fewer_pictures(blocks: Sequence[Block], command: str, most: int = MOST) -> list[Block]:
    """The first `most` pictures; where there are more, the last words are which `command` writes a report with all."""
    pictures, shown = 0, list[Block]()
    for block in blocks:
        pictures += bool(block.picture)
        left_out = block.picture and pictures > most
        shown.append(replace(block, picture="", caption="") if left_out else block)
    if pictures > most:
        shown.append(
            Block(
                notes=[
                    f"the first {most} of {pictures} pictures are shown; all are in the report of `{command}`"
                ]
            )
        )
    return shown
