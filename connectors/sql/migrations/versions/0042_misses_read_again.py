"""A cell keeps what second readings say of its misses."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = '0042'
down_revision: str | None = '0047'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Make the change."""
    op.add_column('cell', sa.Column('believed', sa.Text(), nullable=True))


def downgrade() -> None:
    """Take it back."""
    op.execute('ALTER TABLE cell DROP COLUMN believed')
