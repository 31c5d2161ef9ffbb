"""Why an offline number has its grade in; a sentence each out."""

from monitor.domain.anchors.grade_reasons import (
    GeneratedExamples,
    GradeReason,
    LeakedExamples,
    LikeGenerated,
    NotLookedAt,
    SmallSupport,
    UnknownOrigins,
    UnlikeProduction,
    Unseen,
)

_UNSEEN = {Unseen.LEAKS: "leaks", Unseen.PRODUCTION: "production's looks"}


def sentence(reason: GradeReason) -> str:
    """Why an anchor is believed or not. What an earlier version stored as a sentence is shown as it stands."""
    match reason:
        case GeneratedExamples():
            share = f"{100 * reason.generated / reason.support:.0f} % of its examples are generated"
            if reason.real_recall is None:
                return f"{share}, and none of the others was predicted"
            return f"{share}; on its {reason.real} real ones recall is {reason.real_recall:.2f}"
        case LeakedExamples():
            share = f"{100 * reason.leaked / reason.support:.0f} %"
            words = (
                f"{reason.leaked} of its {reason.support} examples ({share}) are nearly in the training set"
            )
            return words if reason.usual is None else f"{words}; {100 * reason.usual:.0f} % is usual"
        case UnlikeProduction():
            how = "" if reason.by_words else ", by descriptors alone"
            return f"its examples look unlike production: {reason.apart}{how}"
        case LikeGenerated():
            pooled = ", all intents with generated examples together" if reason.pooled else ""
            return (
                f"it can't be told from generated text (AUC {reason.generated_auc:.2f}) but can from real"
                f" (AUC {reason.real_auc:.2f}{pooled})"
            )
        case SmallSupport():
            return f"only {reason.support} examples; under {reason.needed} can't tell .88 from .70"
        case UnknownOrigins():
            return f"nobody recorded where {reason.unknown} of its {reason.support} examples come from"
        case NotLookedAt():
            return f"not looked at: {', '.join(_UNSEEN[unseen] for unseen in reason.what)}"
        case str():
            return reason
