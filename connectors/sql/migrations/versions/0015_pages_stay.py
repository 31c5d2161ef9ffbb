"""A bet keeps from which age on predictions were bet on, and the pages that stood when that changed."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = '0015'
down_revision: str | None = '0024'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Make the change."""
    op.add_column('cell', sa.Column('aged_s', sa.Float(), nullable=True))
    op.add_column('cell', sa.Column('kept_pages', sa.Text(), nullable=True))
    op.execute('UPDATE cell SET aged_s = maturity_s')


def downgrade() -> None:
    """Take it back. A page that only stood because it was kept is withdrawn by the version before."""
    with op.batch_alter_table('cell', schema=None) as batch_op:
        batch_op.drop_column('kept_pages')
        batch_op.drop_column('aged_s')
