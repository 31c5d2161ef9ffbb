"""A receipt in, what `anchorwatch erase` shows out."""

import msgspec

from monitor.erase.ports import ArchiveReceipt, Receipt
from reports.render.blocks import Block, Column, TableCell, View


def receipt_view(receipt: Receipt) -> View:
    """What was erased, and where else to look."""
    erased = [f"erased {receipt.predictions:,} predictions at {receipt.at:%Y-%m-%d %H:%M:%S} UTC"]
    if not receipt.predictions and not (receipt.archive and receipt.archive.files):
        erased.append("nothing was stored under what you named; check it for typing errors")
    if receipt.predictions and not receipt.overwritten:
        erased.append(
            "the rows are gone; their bytes stay in the database's files until they are overwritten: by PostgreSQL"
            " when it vacuums, in SQLite once nobody reads (the agent does it daily, and so does this command again)"
        )
    blocks = [
        Block(lines=erased, bullets=[f"{rows:,} {table}" for table, rows in receipt.removed.items()]),
        *([] if receipt.archive is None else [_archive_block(receipt.archive)]),
        Block(lines=["what this cannot reach:"], bullets=receipt.out_of_reach),
    ]
    return View(blocks, msgspec.to_builtins(receipt))


def _archive_block(archive: ArchiveReceipt) -> Block:
    """The files that were written anew; or why the archive may still hold what was erased."""
    if archive.problem is not None:
        still = TableCell(
            f"the archive {archive.url} was not reached: it may still hold what was erased", "bad"
        )
        then = "run the same erasure again once it can be: it completes this"
        return Block(columns=("",), rows=[[still]], notes=[archive.problem, then])
    if not archive.files:
        return Block(lines=[f"the archive {archive.url} holds nothing of it"])
    return Block(
        lines=[f"in the archive {archive.url}, files that held it are gone; the other rows are in new ones:"],
        columns=("file", Column("rows erased", figures=True), "the others now"),
        rows=[[file.path, f"{file.rows:,}", file.now or "none is left"] for file in archive.files],
    )
