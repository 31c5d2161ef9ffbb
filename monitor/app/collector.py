"""How often Python's garbage collector looks, in a process that lives on."""

import gc


def spare_the_collector() -> None:
    """Let it look less often: it is a tenth of ingest's time otherwise, and a third of a large page's.

    A batch, as a page, is tens of thousands of small objects that hold no cycles and go together.
    """
    gc.set_threshold(100_000, 50, 50)
