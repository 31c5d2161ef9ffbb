"""What grows whenever anybody changes cells or what they are held to: where it stands still, nothing must be read."""

from connectors.sql.anchors import PROMISES_CHANGED
from connectors.sql.counters import JUDGED_AT, value_of
from connectors.sql.evaluate.cells import CELLS_CHANGED

CHANGES = (value_of(CELLS_CHANGED), value_of(PROMISES_CHANGED), "(SELECT max(id) FROM activation)")
"""Each as an expression of SQL; `count_up` counts the first two in the transaction of the change."""
JUDGED = value_of(JUDGED_AT)
"""When it was judged last: it grows with an agent of before the counts, too, beside which a room may run."""
