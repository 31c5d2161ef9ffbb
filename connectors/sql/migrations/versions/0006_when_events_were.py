"""When events were is kept by the hour and by the day, so that no single one of them says how late it is."""

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision: str = '0006'
down_revision: str | None = '0005'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

BIG = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
HOUR_US, DAY_US = 3_600_000_000, 86_400_000_000
DAYS = 400


def upgrade() -> None:
    """Make the change, and count what is there already; one pass over predictions, labels and outcomes."""
    op.create_table(
        'event_hour',
        sa.Column('hour', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('events', BIG, autoincrement=False, nullable=False),
        sa.Column('latest_us', BIG, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint('hour', name=op.f('pk_event_hour')),
    )
    with op.batch_alter_table('model', schema=None) as batch_op:
        batch_op.add_column(sa.Column('labelled_days', sa.Text(), server_default='{}', nullable=False))
        batch_op.drop_column('first_label_us')
    connection = op.get_bind()
    connection.execute(
        sa.text(
            'INSERT INTO event_hour (hour, events, latest_us) SELECT at_us / :hour, count(*), max(at_us) FROM'
            ' (SELECT ts_us AS at_us FROM prediction WHERE ts_us IS NOT NULL'
            ' UNION ALL SELECT labeled_at_us FROM label) AS times GROUP BY at_us / :hour'
        ),
        {'hour': HOUR_US},
    )
    connection.execute(
        sa.text(
            "INSERT INTO counter (name, value) SELECT 'judged_at_us', value FROM counter WHERE name = 'latest_event_us'"
            " AND EXISTS (SELECT 1 FROM counter WHERE name = 'evaluated_outcome')"
            " AND NOT EXISTS (SELECT 1 FROM counter WHERE name = 'judged_at_us')"
        )
    )
    connection.execute(sa.text("DELETE FROM counter WHERE name = 'latest_event_us'"))
    days: dict[int, dict[str, list[object]]] = defaultdict(dict)
    for model_id, day, predictions, first_us in connection.execute(
        sa.text(
            'SELECT model_id, ts_us / :day, count(*), min(ts_us) FROM outcome WHERE intent IS NOT NULL'
            " AND seq <= (SELECT coalesce(max(value), 0) FROM counter WHERE name = 'evaluated_outcome')"
            ' GROUP BY model_id, ts_us / :day ORDER BY count(*) DESC'
        ),
        {'day': DAY_US},
    ):
        if len(days[model_id]) < DAYS:  # those on which most came
            first = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=first_us)
            days[model_id][str(day)] = [predictions, first.isoformat().replace('+00:00', 'Z')]
    for model_id, counted in days.items():
        connection.execute(
            sa.text('UPDATE model SET labelled_days = :days WHERE id = :id'),
            {'days': json.dumps({'days': counted}), 'id': model_id},
        )


def downgrade() -> None:
    """Take it back: what is latest is the latest of all again."""
    op.get_bind().execute(
        sa.text(
            "INSERT INTO counter (name, value) SELECT 'latest_event_us', max(latest_us) FROM event_hour"
            ' HAVING max(latest_us) IS NOT NULL'
        )
    )
    with op.batch_alter_table('model', schema=None) as batch_op:
        batch_op.add_column(sa.Column('first_label_us', BIG, autoincrement=False, nullable=True))
        batch_op.drop_column('labelled_days')
    op.drop_table('event_hour')
