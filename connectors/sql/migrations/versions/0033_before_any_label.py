"""Days of scores, bets on shares and scores, and what is noted before any label."""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision: str = '0033'
down_revision: str | None = '0042'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    """Make the change."""
    op.create_table('score_day',
    sa.Column('model_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Integer(), nullable=False),
    sa.Column('predicted', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    *(sa.Column(name, _BIG, autoincrement=False, nullable=False)
      for name in ('millionths', *(f'tenth_{tenth}' for tenth in range(10)))),
    sa.PrimaryKeyConstraint('model_id', 'day', 'predicted', name=op.f('pk_score_day'))
    )
    op.create_table('early_bet',
    sa.Column('model_id', sa.Integer(), nullable=False),
    sa.Column('intent', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('sign', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('day', sa.Integer(), nullable=False),
    sa.Column('bet', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('model_id', 'intent', 'sign', name=op.f('pk_early_bet'))
    )
    op.create_table('early_note',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('model_id', sa.Integer(), nullable=False),
    sa.Column('intent', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('sign', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('begun_day', sa.Integer(), nullable=False),
    sa.Column('noted_day', sa.Integer(), nullable=False),
    sa.Column('ended_day', sa.Integer(), nullable=True),
    sa.Column('told_us', _BIG, autoincrement=False, nullable=True),
    sa.Column('facts', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_early_note'))
    )
    op.create_index(op.f('ix_early_note_model_id'), 'early_note', ['model_id'], unique=False)


def downgrade() -> None:
    """Take it back."""
    op.drop_index(op.f('ix_early_note_model_id'), table_name='early_note')
    for table in ('early_note', 'early_bet', 'score_day'):
        op.drop_table(table)
