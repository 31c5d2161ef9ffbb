"""Which models a label is about, and when a person answered a draw, as parts of SQL."""

IN_SCOPE = (
    "(l.scope_name IS NULL OR l.scope_name = m.name)"
    " AND (l.scope_version IS NULL OR l.scope_version = m.version)"
    " AND (l.scope_environment IS NULL OR l.scope_environment = m.environment)"
)
"""That a label `l` is about a model `m`: it names no other."""

LABELLED_US = (
    "(SELECT min(l.labeled_at_us) FROM label l WHERE l.prediction_id = d.prediction_id"
    f" AND l.kind IN ('human', 'adjudicated') AND NOT l.retracted AND {IN_SCOPE})"
)
"""When a person first labelled the ticket of a `draw d` for its `model m`; NULL: nobody did. Only a label that is later
than the draw answers it."""
