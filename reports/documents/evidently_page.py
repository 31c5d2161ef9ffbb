"""One of Evidently's pages as we publish it: with a heading that says what it is of, and fit for a narrow window."""

import re
from collections.abc import Mapping
from html import escape
from typing import Any, NamedTuple

from evidently.core.report import Snapshot

# Its boxes are cut off in a window narrower than their tables.
_STYLE = """<style>
.of { font: 16px/1.5 system-ui, sans-serif; max-width: 70em; margin: 1em auto 0; padding: 0 1.5em; color: #222; }
.of h1 { font-size: 1.4em; margin: 0; }
.of p { margin: .3em 0; }
.of a { color: inherit; }
@media (max-width: 700px) {
  .of { padding: 0 1em; }
  [id^=root_] .MuiBox-root, [id^=root_] .MuiContainer-root, [id^=root_] .MuiCardContent-root,
  [id^=root_] .MuiPaper-root { padding-left: 2px; padding-right: 2px; }
  [id^=root_] .MuiGrid-root, [id^=root_] .MuiCard-root { min-width: 0; max-width: 100%; }
  [id^=root_] .MuiCardContent-root, [id^=root_] .MuiTableContainer-root { overflow-x: auto; }
  [id^=root_] table { min-width: 0 !important; }
  [id^=root_] td, [id^=root_] th { padding: 6px 4px; }
  [id^=root_] [aria-label="a dense table"] th { overflow-wrap: anywhere; }
}
</style>"""
_COLUMNS = {"Label": "intent", "Current value": "this week", "Reference value": "anchor"}
_FIGURE = re.compile(r"\d+\.\d+(e-\d+)?")


class Heading(NamedTuple):
    """What stands above: a title, and sentences below it."""

    title: str
    sentences: tuple[str, ...]


def page(snapshot: Snapshot, heading: Heading) -> str:
    """The snapshot as HTML, with its figures to three digits and its columns named as in our report."""
    stored = snapshot.dump_dict()
    stored["widgets"] = [_readable(widget) for widget in stored["widgets"]]
    text: str = Snapshot.load_dict(stored).get_html_str(as_iframe=False)
    title = f"<title>{escape(heading.title)}</title>{_STYLE}</head>"
    above = "".join(f"<p>{escape(sentence)}</p>" for sentence in heading.sentences)
    header = f'<body><header class="of"><h1>{escape(heading.title)}</h1>{above}</header>'
    return text.replace("</head>", title, 1).replace("<body>", header, 1)


def _readable(widget: Mapping[str, Any]) -> dict[str, Any]:
    params = widget.get("params")
    if widget.get("type") != "table" or not params:
        return dict(widget)
    return {
        **widget,
        "title": widget["title"].replace(" by Label metric", " by intent"),
        "params": {
            **params,
            "header": [_COLUMNS.get(name, name) for name in params["header"]],
            "data": [[row[0], *map(_short, row[1:])] for row in params["data"]],
        },
    }


def _short(figure: str) -> str:
    return f"{float(figure):.3f}" if _FIGURE.fullmatch(figure) else figure
