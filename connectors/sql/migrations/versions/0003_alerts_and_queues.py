"""What sinks were sent is known by its labels; what waits for them, by what it is about and when it failed."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = '0003'
down_revision: str | None = '0002'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Make the change. What waits already has no key of its own."""
    big = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
    op.create_table(
        'alert',
        sa.Column('sink', sa.String(), nullable=False),
        sa.Column('dedup_key', sa.String(), nullable=False),
        sa.Column('alert', sa.String(), nullable=False),
        sa.Column('since_us', big, autoincrement=False, nullable=False),
        sa.Column('labels', sa.Text(), nullable=False),
        sa.Column('ended_us', big, nullable=True),
        sa.PrimaryKeyConstraint('sink', 'dedup_key', 'alert', 'since_us', name=op.f('pk_alert')),
    )
    with op.batch_alter_table('notification', schema=None) as batch_op:
        batch_op.add_column(sa.Column('dedup_key', sa.Text(), server_default='', nullable=False))
        batch_op.add_column(sa.Column('failed_us', big, nullable=True))


def downgrade() -> None:
    """Take it back."""
    with op.batch_alter_table('notification', schema=None) as batch_op:
        batch_op.drop_column('failed_us')
        batch_op.drop_column('dedup_key')
    op.drop_table('alert')
