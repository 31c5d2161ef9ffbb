"""A receipt in, what `anchorwatch erase` shows out."""

import msgspec

from monitor.archive.ports import ArchiveKind
from monitor.erase.ports import ArchiveReceipt, Receipt
from reports.figures import counted
from reports.render.blocks import Block, TableCell, View
from reports.tables.archive import days_between


def receipt_view(receipt: Receipt) -> View:
    """What was erased, and where else to look."""
    erased = [
        f"erased {counted(receipt.predictions, 'prediction')} at {receipt.at:%Y-%m-%d %H:%M:%S} UTC"
        + _where(receipt)
    ]
    if not receipt.predictions:
        erased.append("nothing was stored under what you named; check it for typing errors")
    if receipt.in_database and not receipt.overwritten:
        erased.append(
            "the rows are gone; their bytes stay in the database's files until they are overwritten: by PostgreSQL"
            " when it vacuums, in SQLite once nobody reads (the agent does it daily, and so does this command again)"
        )
    blocks = [
        Block(
            lines=[*erased, "rows that went from the database:"],
            bullets=[f"{rows:,} {table}" for table, rows in receipt.removed.items()],
        ),
        *([] if receipt.archive is None else [_archive_block(receipt.archive)]),
        Block(lines=["what this cannot reach:"], bullets=receipt.out_of_reach),
    ]
    return View(blocks, msgspec.to_builtins(receipt))


def _where(receipt: Receipt) -> str:
    """Where they lay; nothing where there is one place."""
    if receipt.archive is None or not receipt.predictions:
        return ""
    archived = receipt.archive.predictions
    both = receipt.in_database + archived - receipt.predictions
    in_both = f", {both:,} of them in both" if both else ""
    return f": {receipt.in_database:,} in the database, {archived:,} in the archive{in_both}"


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
    written = sum(file.now is not None for file in archive.files)
    line = (
        f"in the archive {archive.url} {counted(len(archive.files), 'file')} went that held rows of them;"
        f" the other rows are in {counted(written, 'new file')} (--json names them):"
    )
    bullets = []
    for kind in ArchiveKind:
        if of_kind := [file for file in archive.files if file.kind is kind]:
            days = sorted(file.day for file in of_kind)
            rows = counted(sum(file.rows for file in of_kind), "row")
            bullets.append(f"{rows} of {kind}, of {days_between(days[0], days[-1])}")
    return Block(lines=[line], bullets=bullets)
