"""A bet keeps what its recovery had to win, where another number is configured."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = '0027'
down_revision: str | None = '0015'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Make the change."""
    op.add_column('cell', sa.Column('recovery_labels', sa.Float(), nullable=True))


def downgrade() -> None:
    """Take it back."""
    op.execute('ALTER TABLE cell DROP COLUMN recovery_labels')
