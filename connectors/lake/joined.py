"""Predictions and labels in, outcomes out: what `Join` makes of them one by one, as one expression for any engine.

A prediction that came once, with one label that came once, reads at a glance what it comes to (`plain`): nearly all
do. What is more involved (`involved`) is looked at in full.
"""

from typing import TYPE_CHECKING

from connectors.lake.arrivals import KEY, first_arrivals
from connectors.lake.revisions import accepted
from connectors.lake.rules import PEOPLE, JoinRules
from monitor.domain.events.names import NO_INTENT
from monitor.domain.events.types import Design, Kind
from monitor.domain.slices.cells import OTHER

if TYPE_CHECKING:
    import ibis.expr.types as ir

OUTCOME = (
    *KEY,
    *("ts_us", "predicted", "intent", "label_id", "labeled_at_us", "kind", "design", "probability"),
    *("slices", "customer", "first_intent", "agreed", "answers", "seq", "completed"),
)
"""`seq` is the place among those that were complete when they were written, `completed` the arrival that did it."""
ORDER = ("seq", "completed", "model", "version", "environment", "prediction_id")
_LABEL = ("label_id", "intent", "labeled_at_us", "kind", "design", "probability", "annotator", "retracted")
_SCOPE = ("scope_model", "scope_version", "scope_environment")


def pairs(predictions: "ir.Table", labels: "ir.Table") -> "ir.Table":
    """Each prediction with each label of its id that serves its model; the label's columns begin with `label_`."""
    named = {f"label_{name.removeprefix('label_')}": name for name in (*_LABEL, "arrival")}
    more = [name for name in ("until",) if name in labels.columns]
    theirs = labels.select("prediction_id", *_SCOPE, *more, **named)
    both = predictions.inner_join(theirs, "prediction_id")
    folded = (both.model == OTHER) | (both.version == OTHER)
    for scope, own in zip(_SCOPE, (both.model, both.version, both.environment), strict=True):
        fits = both[scope].isnull() | (both[scope] == own) | (folded & (own == OTHER))
        both = both.filter(fits)
    return both


def plain(predictions: "ir.Table", labels: "ir.Table", rules: JoinRules) -> "ir.Table":
    """The outcomes of predictions that came once, each with one label that came once."""
    import ibis

    both = pairs(predictions, labels)
    both = both.mutate(holdable=_may_hold(both.label_retracted, both.label_kind, rules))
    both = both.filter(both.holdable | both.seq.notnull())
    drawn = _follows(both) & both.draw_design.notnull()
    return _outcomes(
        both.mutate(
            truth=both.label_intent,
            chosen_design=drawn.ifelse(both.draw_design, both.label_design),
            chosen_probability=drawn.ifelse(both.draw_probability, both.label_probability),
            first_intent=ibis.null("string"),
            agreed=ibis.literal(False),
            completed=ibis.greatest(both.arrival, both.label_arrival),
        )
    )


def involved(predictions: "ir.Table", labels: "ir.Table", rules: JoinRules, *, stand_ins: bool) -> "ir.Table":
    """The outcomes of any predictions and labels: all rows that are about their ids, and all rows of their labels."""
    import ibis

    came = first_arrivals(predictions, stand_ins=stand_ins)
    came = came.mutate(any_drawn=came.draw_design.max().over(group_by="prediction_id").notnull())
    both = pairs(came, accepted(labels))
    stands = both.until.isnull()
    may_hold = _may_hold(both.label_retracted, both.label_kind, rules)
    at = ibis.greatest(both.arrival, both.label_arrival)
    both = both.mutate(
        completes=(may_hold & (stands | (at < both.until))).ifelse(at, ibis.null("int64")),
        holdable=stands & may_hold,
        reading=stands
        & ~both.label_retracted
        & both.label_kind.isin(PEOPLE)
        & (both.label_annotator.notnull() | (both.label_kind == Kind.ADJUDICATED.value)),
    )
    both = both.mutate(completed=both.completes.min().over(group_by=KEY))
    both = _held(both.filter(both.completed.notnull() | both.seq.notnull()))
    both = _read_again(both)
    follows = _follows(both)
    drawn, read_again = both.draw_design.notnull(), both.first_intent.notnull()
    design, probability = both.label_design, both.label_probability
    said = read_again & both.said_design.notnull()
    for_others = follows & ~drawn & both.any_drawn & ~said
    both = both.mutate(
        truth=for_others.ifelse(ibis.null("string"), both.label_intent),
        chosen_design=follows.ifelse(
            drawn.ifelse(both.draw_design, said.ifelse(both.said_design, design)), design
        ),
        chosen_probability=follows.ifelse(
            drawn.ifelse(both.draw_probability, said.ifelse(both.said_probability, probability)), probability
        ),
    )
    return _outcomes(both)


def _held(both: "ir.Table") -> "ir.Table":
    """The rank of each label of a prediction: 0 is the one that holds, if it is `holdable`; its intent beside all."""
    import ibis

    adjudicated = both.label_kind == Kind.ADJUDICATED.value
    order = (both.holdable.desc(), adjudicated.desc(), both.label_labeled_at_us.desc(), both.label_id.desc())
    both = both.mutate(rank=ibis.row_number().over(group_by=KEY, order_by=order))
    held = (both.rank == 0) & both.holdable
    return both.mutate(
        held_intent=held.ifelse(both.label_intent, None).max().over(group_by=KEY),
        held_kind=held.ifelse(both.label_kind, None).max().over(group_by=KEY),
    )


def _read_again(both: "ir.Table") -> "ir.Table":
    """The label of rank 0 alone, with what the readings of two people, or of an adjudicator, say beside it."""
    import ibis

    adjudicated = both.label_kind == Kind.ADJUDICATED.value
    who = adjudicated.ifelse("a", "h") + ("=" + both.label_annotator).fill_null("")
    says_how = both.reading & ~_follows(both)
    in_turn = (both.label_labeled_at_us, both.label_id)
    both = both.mutate(
        reader=both.reading.ifelse(who, None),
        like_reader=(both.reading & (both.label_intent == both.held_intent)).ifelse(who, None),
        turn=ibis.row_number().over(group_by=KEY, order_by=(both.reading.desc(), *in_turn)),
        says_how=says_how,
        how_turn=ibis.row_number().over(group_by=KEY, order_by=(says_how.desc(), *in_turn)),
    )
    first, first_how = both.reading & (both.turn == 0), both.says_how & (both.how_turn == 0)
    aside = {
        "least": both.reader.min(),
        "most": both.reader.max(),
        "least_alike": both.like_reader.min(),
        "most_alike": both.like_reader.max(),
        "read_first": first.ifelse(both.label_intent, None).max(),
        "said_design": first_how.ifelse(both.label_design, None).max(),
        "said_probability": first_how.ifelse(both.label_probability, None).max(),
    }
    both = both.mutate(**{name: value.over(group_by=KEY) for name, value in aside.items()})
    both = both.filter(both.rank == 0)
    again = (both.least != both.most).fill_null(False)
    agreed = (both.least_alike != both.most_alike).fill_null(False)
    return both.mutate(
        first_intent=again.ifelse(both.read_first, None),
        agreed=again & ((both.held_kind == Kind.ADJUDICATED.value).fill_null(False) | agreed),
    )


def _may_hold(retracted: "ir.BooleanValue", kind: "ir.StringValue", rules: JoinRules) -> "ir.BooleanValue":
    return ~retracted & kind.isin(rules.accept)


def _follows(both: "ir.Table") -> "ir.BooleanValue":
    """Whether a label goes by the draw of its prediction (`Label.follows_draws`)."""
    silent = (both.label_design == Design.UNKNOWN.value) & both.label_probability.isnull()
    return silent & both.label_kind.isin(PEOPLE)


def _outcomes(both: "ir.Table") -> "ir.Table":
    """The columns of outcomes; of several predicted intents the true one counts (`counted_answer`).

    What no label holds for any more keeps its place in the order, and nothing else counts.
    """
    import ibis

    of_label = (
        "truth",
        "label_id",
        "label_labeled_at_us",
        "label_kind",
        "chosen_probability",
        "first_intent",
    )
    both = both.mutate(
        **{name: both.holdable.ifelse(both[name], ibis.null(both[name].type())) for name in of_label},
        chosen_design=both.holdable.ifelse(both.chosen_design, Design.UNKNOWN.value),
        agreed=both.holdable & both.agreed,
    )
    named = both.answers.contains(both.truth).fill_null(False)
    return both.select(
        *KEY,
        "ts_us",
        "label_id",
        "slices",
        "customer",
        "first_intent",
        "agreed",
        "answers",
        "seq",
        "completed",
        predicted=named.ifelse(both.truth, both.predicted),
        intent="truth",
        labeled_at_us="label_labeled_at_us",
        kind="label_kind",
        design="chosen_design",
        probability="chosen_probability",
    ).select(*OUTCOME)


def as_counted(labels: "ir.Table", rules: JoinRules) -> "ir.Table":
    """Labels as they count: a name that says that a ticket belongs to no intent reads so (`as_counted`)."""
    if not rules.out_of_scope:
        return labels
    return labels.mutate(intent=labels.intent.isin(rules.out_of_scope).ifelse(NO_INTENT, labels.intent))
