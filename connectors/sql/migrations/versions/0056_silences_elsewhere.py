"""Silences of the systems that alerts are sent to are kept as they were last read."""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision: str = '0056'
down_revision: str | None = '0055'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_ID = sa.Text().with_variant(sa.Text(collation='C'), 'postgresql')
_BIG = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        'silence_elsewhere',
        sa.Column('sink', _ID, nullable=False),
        sa.Column('id', _ID, nullable=False),
        sa.Column('matchers', sa.Text(), nullable=False),
        sa.Column('author', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column('reason', sa.Text(), nullable=False),
        sa.Column('begins_us', _BIG, nullable=False),
        sa.Column('ends_us', _BIG, nullable=False),
        sa.Column('read_us', _BIG, nullable=False),
        sa.PrimaryKeyConstraint('sink', 'id', name=op.f('pk_silence_elsewhere')),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table('silence_elsewhere')
