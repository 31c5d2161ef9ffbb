"""`anchorwatch`, held in the middle of one save, with the next batch read and decoded; then it waits to be killed.

python -m tests.e2e.held_save SAVES MARK run --config FILE: so many saves go through, and the next that another batch is
decoded beside is held just before its end. The file MARK says that it is.
"""

import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from connectors.sql.ingest.transaction import IngestTransaction
from monitor.cli.main import main
from monitor.domain.events.types import Partition
from monitor.ingest.decoding import Decoding
from monitor.ingest.ports import Claimed
from tests.e2e.agent import until


def hold(saves: int, mark: Path) -> None:
    """Let it happen to this process."""
    decoded = saved = 0
    decode, advance = Decoding.decode, IngestTransaction.advance

    def counted(self: Decoding, records: Any) -> Any:  # noqa: ANN401
        nonlocal decoded
        batch = decode(self, records)
        decoded += bool(records)
        return batch

    def held(self: IngestTransaction, positions: Mapping[Partition, Claimed]) -> None:
        nonlocal saved
        advance(self, positions)
        saved += 1
        # Beside a small batch none is decoded.
        if saved > saves and until(lambda: decoded > saved, 3):
            mark.touch()
            time.sleep(600)

    Decoding.decode = counted  # type: ignore[method-assign]
    IngestTransaction.advance = held  # type: ignore[method-assign]


if __name__ == "__main__":
    hold(int(sys.argv[1]), Path(sys.argv[2]))
    sys.argv[1:3] = []
    main()
