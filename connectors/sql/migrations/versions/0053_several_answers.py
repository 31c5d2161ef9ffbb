"""A prediction and its outcome keep every intent that was predicted, where there were several."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = '0053'
down_revision: str | None = '0052'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Make the change. Until now a prediction had one answer at most, which stays where it is."""
    for table in ('prediction', 'outcome'):
        op.add_column(table, sa.Column('answers', sa.Text(), nullable=True))


def downgrade() -> None:
    """Take it back: of several answers the first is left, and an outcome is as it counted."""
    for table in ('prediction', 'outcome'):
        op.execute(f'ALTER TABLE {table} DROP COLUMN answers')
