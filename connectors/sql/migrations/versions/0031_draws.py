"""What is drawn for labelling, with which chance."""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision: str = '0031'
down_revision: str | None = '0032'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
_ID = sa.Text().with_variant(sa.Text(collation='C'), 'postgresql')
_NAME = sqlmodel.sql.sqltypes.AutoString


def upgrade() -> None:
    """Make the change."""
    op.create_table('draw_candidate',
    sa.Column('prediction_id', _ID, nullable=False),
    sa.Column('model_id', sa.Integer(), nullable=False),
    sa.Column('scores', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('prediction_id', 'model_id', name=op.f('pk_draw_candidate'))
    )
    op.create_table('drawing',
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('at_us', _BIG, autoincrement=False, nullable=False),
    sa.Column('until_us', _BIG, autoincrement=False, nullable=False),
    sa.Column('seed', _NAME(), nullable=False),
    sa.Column('asked', sa.Float(), nullable=False),
    sa.Column('expected', sa.Float(), nullable=False),
    sa.Column('candidates', _BIG, autoincrement=False, nullable=False),
    sa.Column('drawn', sa.Integer(), nullable=False),
    sa.Column('written_us', _BIG, autoincrement=False, nullable=True),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_drawing'))
    )
    op.create_table('draw',
    sa.Column('prediction_id', _ID, nullable=False),
    sa.Column('model_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('place', sa.Integer(), nullable=False),
    sa.Column('design', _NAME(), nullable=False),
    sa.Column('probability', sa.Float(), nullable=False),
    sa.Column('predicted', _NAME(), nullable=False),
    sa.Column('score', sa.Float(), nullable=True),
    sa.Column('ts_us', _BIG, autoincrement=False, nullable=False),
    sa.PrimaryKeyConstraint('prediction_id', 'model_id', name=op.f('pk_draw'))
    )
    op.create_index(op.f('ix_draw_number'), 'draw', ['number'])


def downgrade() -> None:
    """Take it back."""
    op.drop_table('draw')
    op.drop_table('drawing')
    op.drop_table('draw_candidate')
