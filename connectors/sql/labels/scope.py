"""Which models a label is about, as a condition of SQL."""

IN_SCOPE = (
    "(l.scope_name IS NULL OR l.scope_name = m.name)"
    " AND (l.scope_version IS NULL OR l.scope_version = m.version)"
    " AND (l.scope_environment IS NULL OR l.scope_environment = m.environment)"
)
"""That a label `l` is about a model `m`: it names no other."""
