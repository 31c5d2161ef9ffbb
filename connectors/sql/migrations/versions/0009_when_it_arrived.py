"""Predictions and labels keep when they arrived, by our clock; of what is there already nobody knows."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = '0009'
down_revision: str | None = '0008'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLES = ('prediction', 'label')


def upgrade() -> None:
    """Make the change; neither database writes its rows anew for it."""
    big = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
    for table in TABLES:
        op.add_column(table, sa.Column('received_us', big, autoincrement=False, nullable=True))


def downgrade() -> None:
    """Take it back."""
    for table in TABLES:
        op.execute(f'ALTER TABLE {table} DROP COLUMN received_us')
