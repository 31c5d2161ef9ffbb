"""A deploy in words."""

from monitor.domain.incidents.deploys import Deploy
from monitor.domain.text.plain import plain
from monitor.domain.text.version import version_text
from reports.figures import moment


def sentence(deploy: Deploy) -> str:
    """What went live when, and who says so."""
    of = f" of {_whose(deploy)}" if _whose(deploy) else ""
    return plain(f"deploy{of} at {moment(deploy.at)}: {deploy.text} ({deploy.author})")


def what(deploy: Deploy) -> str:
    """What went live, where time and author stand beside it."""
    return plain(f"{_whose(deploy)}: {deploy.text}" if _whose(deploy) else deploy.text)


def _whose(deploy: Deploy) -> str:
    return " ".join(each for each in (deploy.model, version_text(deploy.version)) if each)
