"""A cell keeps whether it is held to its offline number, which is bet on otherwise than a floor."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = '0048'
down_revision: str | None = '0033'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Make the change. Where `judge.promise` is anchor the next evaluation notes it, and bets anew."""
    op.add_column('cell', sa.Column('to_number', sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Take it back."""
    op.execute('ALTER TABLE cell DROP COLUMN to_number')
