"""An anchor keeps the run it is from, and the dataset that run was evaluated on."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = '0050'
down_revision: str | None = '0049'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Make the change. Of anchors that are there neither is known."""
    for name in ('run', 'dataset'):
        op.add_column('anchor', sa.Column(name, sa.Text(), nullable=False, server_default=''))


def downgrade() -> None:
    """Take it back."""
    for name in ('run', 'dataset'):
        op.execute(f'ALTER TABLE anchor DROP COLUMN {name}')
