"""So many broken byte strings of each format, decoded: each is an event or refused with a code, and nothing else.

python -m benchmarks.format_mutants --mutants 100000
"""

import argparse
import random
import sys
import time
from collections import Counter

from monitor.domain.events.refusals import CODES
from tests.contract.formats import FORMATS, mutant, read
from tests.domain.events.records import PREDICTION


def main() -> None:
    """Run it; exit 1 on anything that is no code."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--mutants", type=int, default=100_000)
    given = options.parse_args()
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
