"""A cell keeps the slack that its floor has for wrong labels."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = '0024'
down_revision: str | None = '0021'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Make the change."""
    op.add_column('cell', sa.Column('slack', sa.Text(), nullable=True))


def downgrade() -> None:
    """Take it back."""
    op.execute('ALTER TABLE cell DROP COLUMN slack')
