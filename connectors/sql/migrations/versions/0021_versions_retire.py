"""A model's row says whether the version is retired, and when a person took it back into service."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = '0021'
down_revision: str | None = '0018'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Make the change."""
    big = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
    op.add_column('model', sa.Column('retirement', sa.Text(), nullable=True))
    op.add_column('model', sa.Column('revived_at_us', big, autoincrement=False, nullable=True))


def downgrade() -> None:
    """Take it back."""
    for column in ('retirement', 'revived_at_us'):
        op.execute(f'ALTER TABLE model DROP COLUMN {column}')
