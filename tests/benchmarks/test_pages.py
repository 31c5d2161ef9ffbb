"""The pages in docs/ are what the sinks send today."""

import msgspec

from benchmarks.pages import PAGES, rendered
from monitor.domain.telling.notices import Notice


def test_the_pages_in_the_documentation_are_what_each_sink_sends() -> None:
    notice = msgspec.json.decode((PAGES / "notice.json").read_bytes(), type=Notice)
    for name, content in rendered(notice):
        assert (PAGES / name).read_text(encoding="utf-8") == content, (
            f"{name}: run python -m benchmarks.pages"
        )
