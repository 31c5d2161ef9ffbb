"""A view in; a page of the watch room out: the same blocks that the command prints, with links, forms and a menu."""

from collections.abc import Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import NamedTuple

from markupsafe import Markup

from monitor.domain.access.visitor import ANYBODY, Visitor
from monitor.domain.text.plain import plain, printable
from monitor.review.ports.screen import RefusedForm
from reports.objects import json_text
from reports.render.blocks import LateView, View
from reports.render.templates import TEMPLATES
from reports.web.assets import asset_address
from reports.web.commands import with_links
from reports.web.paging import Paging
from reports.web.places import address, is_elsewhere
from reports.web.sorting import FIELD, in_order, sort_address, sorted_by
from reports.web.times import card_head, head, marked, with_times

MENU = (
    ("/", "now"),
    ("/incidents", "incidents"),
    ("/budget", "budget"),
    ("/silences", "silences"),
    ("/anchors", "anchors"),
    ("/labels", "labels"),
    ("/versions", "versions"),
    ("/deploys", "deploys"),
    ("/sinks", "sinks"),
    ("/dead-letters", "dead letters"),
    ("/reports", "reports"),
)

DONE = {
    "acknowledge": "acknowledged: sinks that page stop",
    "note": "noted",
    "resolve": "resolved, and told",
    "silence": "silenced",
    "add": "silenced",
    "end": "the silence is over",
    "activate": "activated: the next evaluation judges by it",
}
"""What is said of something that was just done, by the last part of where it was sent to."""

FOLD = 300
"""Of words with more characters in a table the beginning is shown; the rest is folded."""

WHO = ("who*", "your name")
"""The field of a form that asks who says it; who has a name is not asked."""


class Form(NamedTuple):
    """What a person can say on a page: where it goes, the words of its button, and the fields to fill in.

    A field is its name and what stands beside it; one whose name ends in `*` must be filled in. What is `kept` is sent
    along as it is.
    """

    action: str
    button: str
    fields: Sequence[tuple[str, str]]
    kept: Mapping[str, str] = MappingProxyType({})
    mark: str = ""

    @property
    def name(self) -> str:
        """Its mark, or the last part of where it goes, which no other form of its page shares."""
        return self.mark or self.action.rpartition("/")[2]


class Filter(NamedTuple):
    """One thing that is asked of a page: a field of its address, what it holds now, the words to choose from, if any.

    `words` stand beside it; else its name.
    """

    name: str
    value: str
    choices: Sequence[str] = ()
    words: str = ""


class RoomPage(NamedTuple):
    """A page of the watch room, before it is words. `links` are more of it: an address and what it is.

    What is `asked` of it stands in its address; one of which something can be asked has tables in any order.
    Of a table that is longer than a page it shows the part that `paging` says. `tab` stands on a browser's tab in the
    place of the title. So many blocks `lead` before its forms; where none does, only the first form comes before.
    A page that `refreshes` is brought up to date in place; one that is not made yet is loaded again `again_s` seconds
    later (0: not). `broken` is how many incidents are open: its icon says it.
    """

    title: str
    view: View | LateView
    forms: Sequence[Form] = ()
    filters: Sequence[Filter] = ()
    links: Sequence[tuple[str, str]] = ()
    refreshes: bool = True
    broken: int = 0
    again_s: int = 0
    asked: Mapping[str, str] | None = None
    paging: Paging | None = None
    tab: str = ""
    lead: int = 0

    @property
    def content(self) -> object:
        """The very object that the command prints with `--json`."""
        return self.view.content

    def html(
        self,
        form_token: str = "",
        visitor: Visitor = ANYBODY,
        refused: RefusedForm | None = None,
        done: str = "",
        who: str = "",
    ) -> str:
        """The page, whole; everything that came from events is escaped. Without a token, or for who only looks, it
        has no forms; who has a name is not asked for it."""
        forms = self.forms if form_token and visitor.may_act else ()
        asked = self.asked
        blocks = [block.written for block in self.view.blocks]
        return TEMPLATES.get_template("room.html").render(
            title=self.title,
            tab=self.tab or self.title,
            leading=blocks[: self.lead],
            blocks=blocks if asked is None else in_order(blocks, asked.get(FIELD, "")),
            lead=self.lead,
            sort_address=None if asked is None else partial(sort_address, asked),
            sorted_by=partial(sorted_by, asked or {}),
            fold=FOLD,
            menu=MENU,
            forms=forms,
            refused=refused,
            done=DONE.get(done, ""),
            who=who,
            refused_form=next((form for form in forms if refused and form.action == refused.action), None),
            form_token=form_token,
            visitor=visitor,
            filters=self.filters,
            links=self.links,
            paging=self.paging,
            refreshes=self.refreshes,
            broken=self.broken,
            cleaned=plain,
            advised=_advised,
            timed=with_times,
            head=head,
            card_head=card_head,
            asset=asset_address,
            charts=any(block.chart for block in blocks),
            as_it_stands=printable,
            address=address,
            is_elsewhere=is_elsewhere,
        )

    def json(self) -> str:
        """The same as text."""
        return json_text(self.content)


def _advised(words: str) -> Markup:
    return with_links(plain(words), marked)
