"""Names as an attacker, a broken producer or a spreadsheet writes them; and what must never come of them."""

from html.parser import HTMLParser

KINDS = {
    "rich markup": "[/x]",
    "rich link": "[link=https://evil.example]click[/link][bold red]",
    "html": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "html attribute": "\"><svg onload='alert(1)'>&lt;b&gt;",
    "markdown": "[click](https://evil.example) ![x](https://evil.example/x.png) `code` | **bold**",
    "slack": "<!channel> <https://evil.example|ok> @here",
    "escapes": "\x1b]0;pwned\x07\x1b[2J\x1b[31mred\x9b31m",
    "bidi": "abc\u202e\u2066xyz\u2069\u200f",
    "right to left": "שלום (5) עולם 7 مرحبا",
    "zero width": "a\u200bb\u200d\ufeffc\u2060d\u00ad",
    "lines": "first\nroot: all fine\r\nthird\u2028fourth\x0bfifth",
    "formula": "=cmd|' /C calc'!A0",
    "format": "%s %(x)s {0.__class__} $(id) `id` ; rm -rf /",
    "separators": "a=b, c=d; e/f\\g:h",
    "emoji and marks": ":smile: 🇩🇪👩‍👩‍👧 Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚a",
    "long": "x" * 10_000,
    "long with blanks": "word " * 2_000,
}
_HTML = "html head meta title style body h1 h2 h3 h4 p ul li a table thead tbody tr th td div span br bdi"
TAGS = frozenset(f"{_HTML} svg path rect line circle text g polyline polygon".split())


def unprintable(text: str) -> set[str]:
    """The characters of an output that a terminal would obey, or that hide what stands there."""
    return {char for char in text if not char.isprintable() and char != "\n"}


class Page(HTMLParser):
    """An HTML page's tags that we never write, its handlers of events and the places it links to."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.foreign: list[str] = []
        self.links: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what is not ours."""
        names = [name for name, _ in attrs if name.startswith("on") or name in ("srcset", "formaction")]
        self.foreign += [f"{tag} {name}" for name in names] + ([] if tag in TAGS else [tag])
        self.links += [value or "" for name, value in attrs if name in ("href", "src", "xlink:href")]
