"""A group's money is bet on some of its members, too: every group's bet is made again, but where a page stands.

Checkpoints of groups know nothing of that bet. A group's page that stands, stands until its recovery.
"""

import json
from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = '0018'
down_revision: str | None = '0017'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

GROUPS = "intent LIKE '#_#_group#_#_:%' ESCAPE '#'"
PAGED = 5  # where a stored bet has its page


def upgrade() -> None:
    """Make the change."""
    _made_again()


def downgrade() -> None:
    """Take it back: a bet as it was before is read from the same row, without what came to it."""
    _made_again()


def _made_again() -> None:
    execute = op.get_bind().execute
    rows = execute(sa.text(f'SELECT id, detector FROM cell WHERE detector IS NOT NULL AND {GROUPS}')).all()
    for cell, bet in rows:
        if json.loads(bet)[PAGED] is None:
            execute(sa.text('UPDATE cell SET replay = :yes WHERE id = :cell'), {'yes': True, 'cell': cell})
    execute(sa.text(f'DELETE FROM checkpoint WHERE cell_id IN (SELECT id FROM cell WHERE {GROUPS})'))
