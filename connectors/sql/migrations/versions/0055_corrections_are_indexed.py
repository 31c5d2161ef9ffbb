"""Agents' corrections have an index of their own, as complaints have, so that every page can ask for them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = '0055'
down_revision: str | None = '0054'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

NAME, WHERE = 'ix_label_correction', "kind = 'correction'"


def upgrade() -> None:
    """Make the change."""
    op.create_index(
        NAME, 'label', ['prediction_id'], sqlite_where=sa.text(WHERE), postgresql_where=sa.text(WHERE)
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_index(NAME, 'label')
