"""So many broken byte strings of each format, decoded: each is an event or refused with a code, and nothing else.

python -m benchmarks.format_mutants --mutants 100000
"""

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from connectors.files.opening import FileOpener
from monitor.domain.events.refusals import CODES
from monitor.errors import ConfigError
from tests.connectors.formats.writing import avro_file
from tests.contract.formats import FORMATS, mutant, read
from tests.domain.events.records import PREDICTION


def broken_files(count: int) -> None:
    """So many broken files of rows, read to their end: each has rows, or is named as what it is not."""
    event = PREDICTION | {"text": "a text", "subject": "ann"}
    writers: dict[str, Callable[[Path], object]] = {
        "a.parquet": lambda path: pq.write_table(pa.Table.from_pylist([event] * 30), path),
        "a.avro": lambda path: path.write_bytes(avro_file([event] * 30)),
    }
    for name, write in writers.items():
        rng, counts, began = random.Random(11), Counter[str](), time.process_time()
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / name
            write(path)
            sound = path.read_bytes()
            for _ in range(count):
                path.write_bytes(mutant(sound, rng))
                records = FileOpener().records(str(path))
                try:
                    while records.take(100):
                        pass
                    counts["rows"] += 1
                except ConfigError:
                    counts["named"] += 1
        sys.stdout.write(f"{name}: {count:,} in {time.process_time() - began:.1f} s: {dict(counts)}\n")


def main() -> None:
    """Run it; exit 1 on anything that is no code."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--mutants", type=int, default=100_000)
    options.add_argument("--files", type=int, default=20_000, help="how many of whole files")
    given = options.parse_args()
    broken_files(given.files)
    for of in FORMATS:
        rng, value, counts = (
            random.Random(11),
            of.write(PREDICTION | {"text": "a text", "subject": "ann"}),
            Counter[str](),
        )
        began = time.process_time()
        for _ in range(given.mutants):
            result = read(of, mutant(value, rng))
            counts[result if isinstance(result, str) else "an event"] += 1
        took = time.process_time() - began
        sys.stdout.write(f"{of.name}: {given.mutants:,} in {took:.1f} s: {dict(counts.most_common())}\n")
        if unknown := counts.keys() - CODES.keys() - {"an event"}:
            sys.exit(f"{of.name}: {unknown}")


if __name__ == "__main__":
    main()
