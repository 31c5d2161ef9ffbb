"""Why a cell may page in; a few words out."""

from monitor.domain.judging.watching import AllTheRare, FewExamples, Listed, SmallShare, WhyWatched


def why(watched: WhyWatched) -> str:
    """`listed`, or what makes it rare. What an earlier version stored in words is shown as it stands."""
    match watched:
        case Listed():
            return "listed"
        case FewExamples():
            return f"rare: {watched.examples} anchor examples, fewer than {watched.fewer_than}"
        case SmallShare():
            return f"rare: {watched.share:.1%} of labelled traffic, less than {watched.less_than:.1%}"
        case AllTheRare():
            return f"all {watched.intents} watched intents together"
        case str():
            return watched
