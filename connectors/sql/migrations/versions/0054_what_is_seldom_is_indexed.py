"""What is seldom among the labels and predictions has an index of its own, so that every page can ask for it."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = '0054'
down_revision: str | None = '0053'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

INDEXES = (
    ('prediction', 'ix_prediction_waiting', 'model_id IS NULL'),
    ('label', 'ix_label_weak', "kind = 'weak'"),
    ('label', 'ix_label_complaint', "kind = 'complaint'"),
)


def upgrade() -> None:
    """Make the change."""
    for table, name, where in INDEXES:
        op.create_index(
            name, table, ['prediction_id'], sqlite_where=sa.text(where), postgresql_where=sa.text(where)
        )


def downgrade() -> None:
    """Take it back."""
    for table, name, _ in INDEXES:
        op.drop_index(name, table)
