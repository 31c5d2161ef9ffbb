"""A person ends an incident whose labels say that nothing is better: nowhere does it read as a recovery."""

import json

from tests.e2e.bot import Watch, traffic

# Of the refunds four in ten were right all along; the interval is that of the page.
UNCONFIRMED = "not confirmed by labels: recall 0.38 (0.26 to 0.53)"


def test_what_a_person_ended_reads_so_everywhere(watch: Watch) -> None:
    watch.anchor("refund", "bug")
    watch.take(traffic(300, [True] * 4 + [False] * 6))
    said = watch("incident", "resolve", "1", "--by", "ana", "--why", "rolled back")
    listed = json.loads(watch("incident", "list", "--json"))[0]
    ended = listed["ended"]
    assert ended.startswith(f"resolved by ana; {UNCONFIRMED}")
    assert ended.endswith(") since the onset")
    assert listed["state"] == "resolved"
    assert listed["history"][-1]["why"] == f"{ended}; rolled back"
    watch("incident", "analyze", "1", "--output", "analysis")
    watch("report", "weekly", "--week", "2026-W45", "--output", "weekly")
    files = [*watch.folder.glob("analysis/incident-1.*"), *watch.folder.glob("weekly/reliability-*.*")]
    assert " resolved by ana " in watch("incident", "list")
    read = {
        "what the command said": said,
        "show": watch("incident", "show", "1"),
        **{path.name: path.read_text(encoding="utf-8") for path in files},
    }
    assert len(files) == 6
    for name, text in read.items():
        words = " ".join(text.split())
        assert ended in words or ended[:1].upper() + ended[1:] in words, name
        assert "recovered" not in words, name
