"""A receipt in, what `anchorwatch erase` shows out."""

import msgspec

from monitor.erase.ports import Receipt
from reports.render.blocks import Block, View


def receipt_view(receipt: Receipt) -> View:
    """What was erased, and where else to look."""
    erased = [f"erased {receipt.predictions:,} predictions at {receipt.at:%Y-%m-%d %H:%M:%S} UTC"]
    if not receipt.predictions:
        erased.append("nothing was stored under what you named; check it for typing errors")
    if receipt.predictions and not receipt.overwritten:
        erased.append(
            "the rows are gone; their bytes stay in the database's files until they are overwritten: by PostgreSQL"
            " when it vacuums, in SQLite once nobody reads (the agent does it daily, and so does this command again)"
        )
    blocks = [
        Block(lines=erased, bullets=[f"{rows:,} {table}" for table, rows in receipt.removed.items()]),
        Block(lines=["what this cannot reach:"], bullets=receipt.out_of_reach),
    ]
    return View(blocks, msgspec.to_builtins(receipt))
