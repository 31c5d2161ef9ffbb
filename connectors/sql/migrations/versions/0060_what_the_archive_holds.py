"""What the archive holds of the rows that are still here is known, so that nothing else is dropped."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = '0060'
down_revision: str | None = '0057'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
_ID = sa.Text().with_variant(sa.Text(collation='C'), 'postgresql')


def upgrade() -> None:
    """Make the change."""
    op.create_table('archived_prediction',
    sa.Column('prediction_id', _ID, nullable=False),
    sa.Column('model_id', sa.Integer(), nullable=False),
    sa.Column('drawn', sa.Boolean(), nullable=False),
    sa.Column('complete', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('prediction_id', 'model_id', name=op.f('pk_archived_prediction')),
    sqlite_with_rowid=False
    )
    op.create_table('archived_label',
    sa.Column('label_id', _ID, nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('labeled_at_us', _BIG, autoincrement=False, nullable=False),
    sa.PrimaryKeyConstraint('label_id', name=op.f('pk_archived_label')),
    sqlite_with_rowid=False
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table('archived_label')
    op.drop_table('archived_prediction')
