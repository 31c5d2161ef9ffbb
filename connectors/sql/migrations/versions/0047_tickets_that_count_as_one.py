"""A cell keeps how many of one customer's tickets say as much as one."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = '0047'
down_revision: str | None = '0031'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Make the change: until the next evaluation every ticket counts."""
    op.add_column('cell', sa.Column('design_effect', sa.Float(), nullable=False, server_default='1'))


def downgrade() -> None:
    """Take it back."""
    op.execute('ALTER TABLE cell DROP COLUMN design_effect')
