"""An anchor's activation keeps who said so."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = '0051'
down_revision: str | None = '0050'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Make the change. Of those before nobody knows."""
    op.add_column('activation', sa.Column('who', sa.Text(), nullable=False, server_default=''))


def downgrade() -> None:
    """Take it back."""
    op.execute('ALTER TABLE activation DROP COLUMN who')
