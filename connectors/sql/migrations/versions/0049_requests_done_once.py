"""Requests with a key are done once: who is doing each, and what was answered."""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision: str = '0049'
down_revision: str | None = '0048'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
_ID = sa.Text().with_variant(sa.Text(collation='C'), 'postgresql')


def upgrade() -> None:
    """Make the change."""
    op.create_table('request',
    sa.Column('id', _ID, nullable=False),
    sa.Column('fingerprint', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('claim', _BIG, autoincrement=False, nullable=False),
    sa.Column('claimed_us', _BIG, autoincrement=False, nullable=False),
    sa.Column('status', sa.Integer(), nullable=True),
    sa.Column('body', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_request'))
    )
    op.create_index(op.f('ix_request_claimed_us'), 'request', ['claimed_us'])


def downgrade() -> None:
    """Take it back."""
    op.drop_table('request')
