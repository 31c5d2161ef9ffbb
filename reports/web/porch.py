"""What somebody sees who is not in the watch room yet: the page that takes a token, and the one that says why not."""

from monitor.domain.text.plain import plain
from monitor.review.ports import access
from reports.render.templates import TEMPLATES


class Porch(access.Porch):
    """Both pages. They read no database, and name nothing that lies behind the door."""

    def login(self, form_token: str, back: str, words: str = "") -> str:
        """The page that takes a token, as HTML; afterwards the browser is at `back`. `words` say what is amiss."""
        return _page("log in", words, form_token, back)

    def refused(self, words: str) -> str:
        """The page that says why not, as HTML."""
        return _page("not for you", words)


def _page(title: str, words: str, form_token: str = "", back: str = "") -> str:
    return TEMPLATES.get_template("porch.html").render(
        title=title, words=words, form_token=form_token, back=back, cleaned=plain
    )
