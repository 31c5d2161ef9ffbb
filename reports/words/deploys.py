"""A deploy in a line."""

from monitor.domain.incidents.deploys import Deploy
from monitor.domain.text.plain import plain
from reports.figures import moment


def sentence(deploy: Deploy) -> str:
    """What went live when, and who says so."""
    whose = " ".join(each for each in (deploy.model, f"v{deploy.version}" if deploy.version else "") if each)
    of = f" of {whose}" if whose else ""
    return plain(f"deploy{of} at {moment(deploy.at)}: {deploy.text} ({deploy.author})")
