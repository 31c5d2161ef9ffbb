"""Alembic's entry: runs the migrations on the connection that `connectors.sql.migrate` hands over."""

from alembic import context

from connectors.sql.tables import Table

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    render_as_batch=True,
    compare_server_default=False,
)
context.run_migrations()
