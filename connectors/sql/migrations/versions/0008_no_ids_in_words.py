"""What was written in words names no label: an erasure finds ids in columns and values, and not in sentences."""

from collections.abc import Sequence

from alembic import op

revision: str = '0008'
down_revision: str | None = '0007'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KINDS = {
    'the prediction arrived': 'prediction_arrived',
    'label % arrived': 'label_arrived',
    'label % corrected': 'label_corrected',
    'label % retracted': 'label_retracted',
    'label % moved to another prediction': 'label_moved',
}
CONFLICT = 'a label with this id and revision arrived before with other content'


def upgrade() -> None:
    """Make the change. The label that a sentence of before named is named by the outcome beside it."""
    driver = op.get_bind().exec_driver_sql
    percent = '%%' if op.get_bind().dialect.name == 'postgresql' else '%'
    cases = ' '.join(f"WHEN because LIKE '{words}' THEN '{kind}'" for words, kind in KINDS.items())
    driver(
        f"UPDATE revision SET because = '{{\"kind\":\"' || CASE {cases} END || '\"}}'"
        " WHERE because NOT LIKE '{%'".replace('%', percent)
    )
    driver(
        f"UPDATE dead_letter SET detail = '{CONFLICT}' WHERE code = 'conflict'"
        " AND detail LIKE 'label % arrived before with other content'".replace('%', percent)
    )


def downgrade() -> None:
    """Nothing to take back: nobody reads these words."""
