"""A group's cell keeps the members that its bet was laid on."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = '0013'
down_revision: str | None = '0012'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

GROUPS = "intent LIKE '#_#_group#_#_:%' ESCAPE '#'"


def upgrade() -> None:
    """Make the change."""
    op.add_column('cell', sa.Column('members', sa.Text(), nullable=True))


def downgrade() -> None:
    """Take it back, and the groups with it."""
    op.execute(f'DELETE FROM checkpoint WHERE cell_id IN (SELECT id FROM cell WHERE {GROUPS})')
    op.execute(f'DELETE FROM cell WHERE {GROUPS}')
    op.execute('ALTER TABLE cell DROP COLUMN members')
