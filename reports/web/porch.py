"""What somebody sees who is not in the watch room yet: the page that takes a token, and the one that says why not."""

from collections.abc import Mapping
from types import MappingProxyType

from typing_extensions import override

from monitor.domain.text.plain import plain
from monitor.review.ports import access
from reports.render.templates import TEMPLATES
from reports.web.assets import asset_address


class Porch(access.Porch):
    """Both pages. They read no database, and name nothing that lies behind the door."""

    @override
    def login(
        self, form_token: str, back: str, words: str = "", kept: Mapping[str, str] = MappingProxyType({})
    ) -> str:
        return _page("log in", words, form_token, back, kept)

    @override
    def refused(self, words: str) -> str:
        return _page("not for you", words)

    @override
    def missing(self, words: str) -> str:
        return _page("not done, or not here", words)


def _page(
    title: str,
    words: str,
    form_token: str = "",
    back: str = "",
    kept: Mapping[str, str] = MappingProxyType({}),
) -> str:
    return TEMPLATES.get_template("porch.html").render(
        title=title,
        words=words,
        form_token=form_token,
        back=back,
        kept=kept,
        cleaned=plain,
        asset=asset_address,
    )
