"""What an anchor would change in, the button that activates it out."""

from monitor.domain.anchors.difference import AnchorDifference
from reports.web.page import WHO, Form


def activation_forms(diff: AnchorDifference) -> list[Form]:
    """One that activates the anchor in the place of what was shown; none where it is active, or was held to another.

    What was shown stands in its address: where something else is active by then, it is refused.
    """
    if diff.active or not diff.from_what_holds:
        return []
    seen = diff.before.id if diff.before else "none"
    return [Form(f"/anchors/{diff.after.id}/instead-of/{seen}/activate", "activate", (WHO,))]
