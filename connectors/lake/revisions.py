"""The rows of labels in; the revisions of each that were taken in, and from when to when each of them stood, out.

Ingest reads them one after the other and holds each against what it has (`Join`). What comes of that can be said of all
of them at once, with windows alone. Of one label id:

- The kind of the first decides whether the rest may come from who labels drawn tickets or from who sees misses only.
- A revision above all before it is taken in. One below the highest so far is outdated, whatever it says.
- Of one revision number the first says which prediction, and which model, it is about; others are conflicts. Where it
  names no model, the first that names one, and is of a later time than all before it, says so from then on.
- Of those that are left, each of a later time than all before it is taken in.
"""

from typing import TYPE_CHECKING

from connectors.lake.rules import OF_MISSES

if TYPE_CHECKING:
    import ibis.expr.types as ir

NO_SCOPE = ""


def accepted(labels: "ir.Table") -> "ir.Table":
    """The revisions that were taken in, each with `until`: the arrival of the next of its label; NULL for the last."""
    rows = numbered(labels)
    return taken_in(rows.filter(rows.admissible)).filter(lambda row: row.taken)


def conflicts(labels: "ir.Table") -> "ir.Table":
    """The rows that ingest refuses: ids of two kinds of source, moves without a number, one time with two contents."""
    rows = numbered(labels)
    content = rows.intent
    for column in (rows.retracted, rows.kind, rows.design, rows.probability):
        content = content + "\x1f" + column.cast("string").fill_null("")
    rows = rows.mutate(content=content)
    stray = rows.filter(~rows.alike | (rows.current & ~rows.admissible & ~rows.vague))
    admissible = taken_in(rows.filter(rows.admissible))
    taken = admissible.filter(admissible.taken)
    moment = ("label_id", "revision", "labeled_at_us")
    held = taken.select(*moment, held="content", held_at="place")
    again = rows.filter(rows.admissible | rows.vague).inner_join(held, moment)
    # What is of an earlier time than the latest so far is outdated, whatever it says.
    latest = again.known_us.isnull() | (again.labeled_at_us >= again.known_us)
    other = again.filter((again.held_at < again.place) & latest & (again.content != again.held))
    return stray.select(labels.columns).union(other.select(labels.columns))


def numbered(labels: "ir.Table") -> "ir.Table":
    """All rows in the order of each label; whether they are `current`, and may take the place of what is held.

    `current`: of no lower revision than any before, and of a kind that may follow the first. `admissible`: beside that,
    about the prediction and the model that its revision number is about. `vague`: it names a model, where what is held
    names none and is of no earlier time. `known_us` is the latest time of those before that were admissible.
    """
    import ibis

    order = ("arrival", "revision", "labeled_at_us", "prediction_id", "intent", "scope")
    label = {"group_by": "label_id", "order_by": order}
    rows = labels.mutate(scope=_scope(labels), of_misses=labels.kind.isin(OF_MISSES))
    rows = rows.mutate(
        place=ibis.row_number().over(**label),
        first_of_misses=rows.of_misses.first(include_null=True).over(**label, rows=(None, 0)),
    )
    rows = rows.mutate(alike=rows.of_misses == rows.first_of_misses)
    rows = rows.mutate(
        highest=rows.alike.ifelse(rows.revision, ibis.null("int64"))
        .max()
        .over(group_by="label_id", order_by="place", rows=(None, 0))
    )
    rows = rows.mutate(current=rows.alike & (rows.revision == rows.highest))
    of_revision = {"group_by": ("label_id", "revision", "current"), "order_by": "place"}
    rows = rows.mutate(
        about=rows.prediction_id.first(include_null=True).over(**of_revision, rows=(None, 0)),
        first_scope=rows.scope.first(include_null=True).over(**of_revision, rows=(None, 0)),
    )
    rows = rows.mutate(ours=rows.current & (rows.prediction_id == rows.about))
    rows = rows.mutate(
        unscoped_us=(rows.ours & (rows.scope == NO_SCOPE))
        .ifelse(rows.labeled_at_us, ibis.null("int64"))
        .max()
        .over(**of_revision, rows=(None, -1))
    )
    names_model = rows.ours & (rows.first_scope == NO_SCOPE) & (rows.scope != NO_SCOPE)
    rows = rows.mutate(
        names_at=(names_model & (rows.labeled_at_us > rows.unscoped_us)).ifelse(rows.place, None)
    )
    rows = rows.mutate(named_at=rows.names_at.min().over(group_by=("label_id", "revision", "current")))
    rows = rows.mutate(
        named=(rows.place == rows.named_at)
        .ifelse(rows.scope, None)
        .max()
        .over(group_by=("label_id", "revision", "current"))
    )
    since_named = rows.named_at.notnull() & (rows.place >= rows.named_at)
    asked = since_named.ifelse(rows.named, rows.first_scope)
    rows = rows.mutate(
        admissible=rows.ours & (rows.scope == asked),
        vague=rows.ours & (rows.first_scope == NO_SCOPE) & (rows.scope != NO_SCOPE) & ~since_named,
    )
    known = rows.admissible.ifelse(rows.labeled_at_us, ibis.null("int64")).max()
    return rows.mutate(known_us=known.over(**of_revision, rows=(None, -1)))


def taken_in(rows: "ir.Table") -> "ir.Table":
    """Rows that are admissible, each with whether it was `taken` in, and `until` when it stood."""
    import ibis

    rows = rows.mutate(taken=rows.known_us.isnull() | (rows.labeled_at_us > rows.known_us))
    next_arrival = rows.arrival.lead().over(group_by=("label_id", "taken"), order_by="place")
    return rows.mutate(until=rows.taken.ifelse(next_arrival, ibis.null("int64")))


def _scope(labels: "ir.Table") -> "ir.StringValue":
    """The model that a label names, as one text; empty where it names none."""
    parts = [labels.scope_model, labels.scope_version, labels.scope_environment]
    named = parts[0].notnull() | parts[1].notnull() | parts[2].notnull()
    text = ("=" + parts[0]).fill_null("")
    for part in parts[1:]:
        text = text + "\x1f" + ("=" + part).fill_null("")
    return named.ifelse(text, NO_SCOPE)
