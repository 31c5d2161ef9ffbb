"""The rows of predictions in; those that ingest takes in, the first of each key, out."""

from typing import TYPE_CHECKING

from monitor.domain.slices.cells import OTHER

if TYPE_CHECKING:
    import ibis.expr.types as ir

KEY = ("prediction_id", "model", "version", "environment")
_ORDER = ("arrival", "digest")


def first_arrivals(predictions: "ir.Table", *, stand_ins: bool) -> "ir.Table":
    """A row a prediction: the first that came of its id and its model, unless it repeats one of a stand-in.

    Models beyond the limit count under a model that stands for them all. An equal prediction that comes again under its
    own name is a repeat of that. Where there are no `stand_ins`, nobody looks for them.
    """
    if not stand_ins:
        return _first(predictions)
    further, own = (_first(rows) for rows in _not_repeats(predictions))
    return further.union(own)


def conflicts(predictions: "ir.Table", *, stand_ins: bool) -> "ir.Table":
    """The rows that ingest refuses: of a key that another content came under before."""
    own = _in_turn(_not_repeats(predictions)[1] if stand_ins else predictions)
    return own.filter((own.place > 0) & ~own.same).select(predictions.columns)


def _not_repeats(predictions: "ir.Table") -> "tuple[ir.Table, ir.Table]":
    """What stands for models beyond the limit, and the models of their own, without what repeats those."""
    of_all = (
        (predictions.model == OTHER) & (predictions.version == OTHER) & (predictions.environment == OTHER)
    )
    the_rest = _first(predictions.filter(of_all))
    stands_in = predictions.filter((predictions.version == OTHER) & ~of_all)
    further = _first(_not_repeating(stands_in, the_rest, ("prediction_id",)))
    own = _not_repeating(predictions.filter(predictions.version != OTHER), the_rest, ("prediction_id",))
    return further.union(the_rest), _not_repeating(own, further, ("prediction_id", "model", "environment"))


def _first(predictions: "ir.Table") -> "ir.Table":
    """The first row of each key. A draw, and the order of completion, may stand in any row of the same content."""
    rows = _in_turn(predictions)
    known = {
        # Drawn once, and complete once: there is one value at most.
        name: rows.same.ifelse(rows[name], None).max().over(group_by=KEY)
        for name in ("draw_design", "draw_probability", "seq")
    }
    rows = rows.mutate(**known)
    return rows.filter(rows.place == 0).select(predictions.columns)


def _in_turn(predictions: "ir.Table") -> "ir.Table":
    """Rows in the order of each key, and whether each has the `same` content as the first."""
    import ibis

    rows = predictions.mutate(place=ibis.row_number().over(group_by=KEY, order_by=_ORDER))
    rows = rows.mutate(first_digest=(rows.place == 0).ifelse(rows.digest, None).max().over(group_by=KEY))
    return rows.mutate(same=rows.digest.identical_to(rows.first_digest))


def _not_repeating(predictions: "ir.Table", came: "ir.Table", by: tuple[str, ...]) -> "ir.Table":
    """Those that do not repeat one of these, which came before."""
    known = came.select(*by, "digest", came_at="arrival")
    return predictions.anti_join(known, [*by, "digest", predictions.arrival >= known.came_at])
