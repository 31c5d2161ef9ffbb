"""The outcomes of an archive: the join over all of its files, and what it cannot be answered from."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any

from connectors.lake import arrivals, joined, revisions
from connectors.lake.reading import HistoryEngine
from connectors.lake.rules import JoinRules
from monitor.domain.events.join import LABELS_MAX, MODELS_MAX
from monitor.domain.events.types import Model
from monitor.domain.slices.cells import OTHER
from monitor.errors import ConfigError

if TYPE_CHECKING:
    import ibis.expr.types as ir


class Doubt(StrEnum):
    """What ingest decides record by record, in a way that depends on all that it refused before."""

    HALF_REFUSED = "half_refused"  # a record with a prediction and its label, of which one is a conflict
    MODELS = "too_many_models"
    LABELS = "too_many_labels"


class Lake:
    """An archive's predictions and labels in an engine, joined by these rules.

    `kept`: the outcomes are worked out once and held by the engine, for who asks several things of them.
    """

    def __init__(self, engine: HistoryEngine, rules: JoinRules, *, kept: bool = False) -> None:
        self._kept = kept
        self.engine = engine
        self._rules = rules
        self.predictions = engine.predictions()
        self.labels = joined.as_counted(engine.labels(), rules)

    @cached_property
    def outcomes(self) -> "ir.Table":
        """A row an outcome, in the columns of `OUTCOME`; those that no label holds for any more have no `intent`."""
        predictions, labels = self.predictions, self.labels
        plain = joined.plain(self._but_involved(predictions), self._but_involved(labels), self._rules)
        involved = joined.involved(
            self._involved_of(predictions),
            self._involved_of(labels),
            self._rules,
            stand_ins=self._stand_ins,
        )
        outcomes = plain.union(involved)
        return self.engine.kept(outcomes) if self._kept else outcomes

    @cached_property
    def came(self) -> "ir.Table":
        """The predictions that ingest takes in, labelled or not."""
        import ibis

        ids = self.predictions.select(id_hash=self.engine.hashed(self.predictions.prediction_id))
        repeated = self.engine.kept(
            ids.group_by("id_hash").agg(rows=ibis._.count()).filter(ibis._.rows > 1).select("id_hash")
        )
        hashed = self.predictions.mutate(id_hash=self.engine.hashed(self.predictions.prediction_id))
        once = hashed.anti_join(repeated, "id_hash").drop("id_hash")
        again = hashed.semi_join(repeated, "id_hash").drop("id_hash")
        return once.union(arrivals.first_arrivals(again, stand_ins=self._stand_ins))

    def rows(self, table: "ir.Table") -> "Iterator[dict[str, Any]]":
        """The rows of an expression over this archive."""
        return (row for batch in self.engine.fetched(table) for row in batch.to_pylist())

    def require_sure(self) -> None:
        """See to it that ingest would have decided as the expressions do.

        Raises:
            ConfigError: how many predictions it may have decided otherwise for, and why.
        """
        unsure = self.unsure
        counts = unsure.group_by("doubt").agg(ids=unsure.prediction_id.nunique())
        if found := list(self.rows(counts)):
            raise ConfigError([_WORDS[Doubt(row["doubt"])].format(count=row["ids"]) for row in found])

    @cached_property
    def unsure(self) -> "ir.Table":
        """The ids of predictions of which that cannot be said, each with its `doubt`; a sound archive has none."""
        import ibis

        known, labels = self._involved_of(self.predictions), self._involved_of(self.labels)
        record = ("prediction_id", "arrival")
        halves = known.select(*record).semi_join(labels.select(*record), record)
        refused = halves.semi_join(revisions.conflicts(labels), record).union(
            halves.semi_join(arrivals.conflicts(known, stand_ins=self._stand_ins), record)
        )
        models = known.select(*arrivals.KEY).distinct().group_by("prediction_id").agg(many=ibis._.count())
        given = labels.select("prediction_id", "label_id").distinct()
        crowds = given.group_by("prediction_id").agg(many=ibis._.count())
        return _doubted(refused, Doubt.HALF_REFUSED).union(
            _doubted(models.filter(models.many > MODELS_MAX), Doubt.MODELS),
            _doubted(crowds.filter(crowds.many > LABELS_MAX), Doubt.LABELS),
        )

    @cached_property
    def _stand_ins(self) -> bool:
        """Whether a model stands for others beyond the limit: seldom, and then the join is twice as long."""
        version = self.predictions.version
        return any(self.rows(self.predictions.filter(version == OTHER).select("version").limit(1)))

    @cached_property
    def _involved(self) -> "ir.Table":
        """The hashes of ids that came more than once, or with a label that did. Few, where an archive is sound.

        Two ids of one hash are taken for involved, too: that costs a moment, and changes nothing.
        """
        import ibis

        hashed = self.engine.hashed
        labels = self.labels.select(
            id_hash=hashed(self.labels.prediction_id), label_hash=hashed(self.labels.label_id)
        )
        revised = labels.group_by("label_hash").agg(rows=ibis._.count()).filter(ibis._.rows > 1)
        of_revised = labels.semi_join(revised, "label_hash").select("id_hash").distinct()
        known = self.predictions.select(id_hash=self.engine.hashed(self.predictions.prediction_id))
        both = known.inner_join(labels.select("id_hash"), "id_hash").select("id_hash")
        repeated = both.group_by("id_hash").agg(rows=ibis._.count()).filter(ibis._.rows > 1)
        return self.engine.kept(of_revised.union(repeated.select("id_hash"), distinct=True))

    def _involved_of(self, table: "ir.Table") -> "ir.Table":
        hashed = table.mutate(id_hash=self.engine.hashed(table.prediction_id))
        return hashed.semi_join(self._involved, "id_hash").drop("id_hash")

    def _but_involved(self, table: "ir.Table") -> "ir.Table":
        hashed = table.mutate(id_hash=self.engine.hashed(table.prediction_id))
        return hashed.anti_join(self._involved, "id_hash").drop("id_hash")


def model_of(row: Mapping[str, Any]) -> Model:
    """The model that a row is of."""
    return Model(row["model"], row["version"], row["environment"])


_WORDS = {
    Doubt.HALF_REFUSED: "{count:,} predictions came in one record with a label, and one of the two is a conflict:"
    " ingest refuses both or neither, which an engine cannot tell; replay the events, or archive from a database",
    Doubt.MODELS: "{count:,} predictions were answered by more than "
    + str(MODELS_MAX)
    + " models: ingest refuses some, an"
    " engine cannot tell which; archive from a database",
    Doubt.LABELS: "{count:,} predictions have more than "
    + str(LABELS_MAX)
    + " labels: ingest refuses some, an engine"
    " cannot tell which; archive from a database",
}


def _doubted(ids: "ir.Table", doubt: Doubt) -> "ir.Table":
    import ibis

    return ids.select("prediction_id", doubt=ibis.literal(doubt.value))
