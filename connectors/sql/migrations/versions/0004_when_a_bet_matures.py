"""A cell whose misses are labelled sooner keeps when its next prediction is old enough: until then it costs nothing."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = '0004'
down_revision: str | None = '0003'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

BIG = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    """Make the change. Such cells are bet on once more, and find out."""
    with op.batch_alter_table('cell', schema=None) as batch_op:
        batch_op.add_column(sa.Column('matures_us', BIG, nullable=True))
    op.execute('UPDATE cell SET replay = true WHERE maturity_s IS NOT NULL')


def downgrade() -> None:
    """Take it back. Nothing is lost: it is found out at each evaluation."""
    with op.batch_alter_table('cell', schema=None) as batch_op:
        batch_op.drop_column('matures_us')
