"""When each cell must be judged again though nothing comes to it, and what the last evaluation rested on."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = '0061'
down_revision: str | None = '0060'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    """Make the change. Nothing is known of any cell yet, so the next evaluation judges all of them."""
    op.create_table('cell_due',
    sa.Column('cell_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('model_id', sa.Integer(), nullable=False),
    sa.Column('due_us', _BIG, autoincrement=False, nullable=False),
    sa.Column('watch_at', _BIG, autoincrement=False, nullable=True),
    sa.Column('told_us', _BIG, autoincrement=False, nullable=True),
    sa.PrimaryKeyConstraint('cell_id', name=op.f('pk_cell_due'))
    )
    op.create_index('ix_cell_due', 'cell_due', ['due_us'])
    for name, column in (('ix_cell_due_watch', 'watch_at'), ('ix_cell_due_told', 'told_us')):
        there = sa.text(f'{column} IS NOT NULL')
        op.create_index(name, 'cell_due', ['model_id', column], sqlite_where=there, postgresql_where=there)
    op.create_table('rested_on',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('known', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rested_on'))
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table('rested_on')
    op.drop_table('cell_due')
