"""A notice goes to a sink with its page, as `Deliver` sends it."""

from monitor.deliver.ports import Sink
from monitor.domain.telling.notices import Notice
from reports.pages.page import page_of


def send(sink: Sink, notice: Notice) -> None:
    """Make the page, and send both."""
    sink.send(notice, page_of(notice))
