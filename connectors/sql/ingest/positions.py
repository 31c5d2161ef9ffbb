"""How far each partition was read, and the epoch that keeps an agent which lost it from writing."""

from collections.abc import Iterable, Mapping, Sequence

from connectors.sql.dialect import Dialect
from monitor.domain.events.types import Partition
from monitor.errors import FencedError
from monitor.ingest.ports import Claimed

# An incarnation is that of a topic, which stays, or the beginning of a file, which is longer when the file has grown.
_SAME = "substr({0}, 1, length({1})) = substr({1}, 1, length({0}))"
# A topic that was deleted and made anew since it was read: none of its records was read before.
_MADE_AGAIN = (
    "position.next_offset IS NULL AND position.incarnation <> '' AND excluded.incarnation <> ''"
    f" AND NOT {_SAME.format('position.incarnation', 'excluded.incarnation')}"
)


class Positions:
    """The positions of one consumer group in one cluster.

    The epoch of a partition rises whenever an agent claims it, and each later write demands the claim's own:
    docs/decisions/0003-epoch-fence.md.
    """

    def __init__(self, cluster_id: str, group: str) -> None:
        self._cluster_id = cluster_id
        self._group = group
        self._epochs: dict[Partition, int] = {}

    def claim(
        self,
        sql: Dialect,
        partitions: Sequence[Partition],
        incarnations: Mapping[str, str],
        *,
        afresh: bool,
    ) -> tuple[Mapping[Partition, Claimed], Mapping[Partition, int]]:
        """Raise the epochs of partitions; where each stands, and the epochs, to be `keep`-ed once committed."""
        claimed: dict[Partition, Claimed] = {}
        epochs: dict[Partition, int] = {}
        for partition in sorted(partitions):
            incarnation = incarnations.get(partition.topic, "")
            row = sql.row(
                'INSERT INTO position (cluster_id, group_id, topic, "partition", next_offset, epoch,'
                " rejected_in_a_row, incarnation, furthest) VALUES (?, ?, ?, ?, NULL, 1, 0, ?, 0)"
                ' ON CONFLICT (cluster_id, group_id, topic, "partition")'
                " DO UPDATE SET epoch = position.epoch + 1, incarnation = CASE WHEN position.next_offset IS NULL"
                " OR position.incarnation = '' THEN excluded.incarnation ELSE position.incarnation END,"
                f" furthest = CASE WHEN {_MADE_AGAIN} THEN 0 ELSE position.furthest END"
                " RETURNING epoch, next_offset, rejected_in_a_row, incarnation",
                self._cluster_id,
                self._group,
                *partition,
                incarnation,
            )
            epochs[partition] = row[0]
            if afresh:
                sql.run(
                    "UPDATE position SET next_offset = NULL, rejected_in_a_row = 0, furthest = CASE WHEN"
                    f" incarnation <> '' AND (? = '' OR NOT {_SAME.format('incarnation', 'CAST(? AS text)')})"
                    " THEN 0 ELSE furthest END, incarnation = ?"
                    ' WHERE cluster_id = ? AND group_id = ? AND topic = ? AND "partition" = ?',
                    *[incarnation] * 4,
                    self._cluster_id,
                    self._group,
                    *partition,
                )
                row = (row[0], None, 0, incarnation)
            claimed[partition] = Claimed(*row[1:])
        return claimed, epochs

    def keep(self, epochs: Mapping[Partition, int]) -> None:
        """Write under these epochs from now on: one that was never committed is another agent's next one."""
        self._epochs.update(epochs)

    def advance(self, sql: Dialect, positions: Mapping[Partition, Claimed]) -> None:
        """Move positions on.

        Raises:
            FencedError: a partition is another agent's by now, or its position is further than ours.
        """
        for partition, (next_offset, rejected_in_a_row, _) in sorted(positions.items()):
            moved = sql.run(
                "UPDATE position SET next_offset = ?, rejected_in_a_row = ?,"
                " furthest = CASE WHEN furthest < ? THEN ? ELSE furthest END WHERE cluster_id = ?"
                ' AND group_id = ? AND topic = ? AND "partition" = ? AND epoch = ?'
                " AND (next_offset IS NULL OR next_offset <= ?)",
                next_offset,
                rejected_in_a_row,
                next_offset,
                next_offset,
                self._cluster_id,
                self._group,
                *partition,
                self._epochs.get(partition, 0),
                next_offset,
            )
            if moved != 1:
                raise FencedError(partition)

    def furthest(self, sql: Dialect, partitions: Sequence[Partition]) -> Mapping[Partition, int]:
        """How far any group has read these partitions, in the making of their topic that this group reads.

        A file that goes by another name is known by its beginning, which is its incarnation.
        """
        same = _SAME.format("every.incarnation", "own.incarnation")
        furthest = {}
        for partition in partitions:
            (reached,) = sql.row(
                "SELECT max(every.furthest) FROM position AS own JOIN position AS every"
                ' ON every.cluster_id = own.cluster_id AND every."partition" = own."partition"'
                " AND ((every.topic = own.topic AND every.incarnation = own.incarnation)"
                " OR (own.cluster_id = 'file' AND own.incarnation <> '' AND every.incarnation <> ''"
                f" AND {same}))"
                ' WHERE own.cluster_id = ? AND own.group_id = ? AND own.topic = ? AND own."partition" = ?',
                self._cluster_id,
                self._group,
                *partition,
            )
            furthest[partition] = reached or 0
        return furthest

    def of(self, sql: Dialect, topics: Sequence[str]) -> Mapping[Partition, Claimed]:
        """How far these topics were read: the next record of each partition that was ever read."""
        rows = sql.rows(
            'SELECT topic, "partition", next_offset, rejected_in_a_row, incarnation FROM position'
            " WHERE cluster_id = ? AND group_id = ? AND topic IN {ids} AND next_offset IS NOT NULL",
            self._cluster_id,
            self._group,
            sql.any_of(topics),
        )
        return {Partition(topic, number): Claimed(*claimed) for topic, number, *claimed in rows}

    def reset(self, sql: Dialect, partitions: Iterable[Partition]) -> None:
        """Read these again from the oldest record they have. What was read once already stays known."""
        sql.many(
            "UPDATE position SET next_offset = NULL, epoch = epoch + 1, rejected_in_a_row = 0"
            ' WHERE cluster_id = ? AND group_id = ? AND topic = ? AND "partition" = ?',
            [(self._cluster_id, self._group, *partition) for partition in sorted(partitions)],
        )
