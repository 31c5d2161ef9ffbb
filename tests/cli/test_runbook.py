"""`anchorwatch runbook`, and the runbook of a page: what is linked can be opened."""

import sys
from pathlib import Path
from urllib.parse import urlparse
from urllib.request import url2pathname

import pytest

from connectors.sql.outbox import Outbox
from monitor.app.delivery import Delivery
from monitor.cli.main import main
from monitor.settings.settings import Settings
from reports.runbooks import files
from tests.fakes.sent_alerts import FakeSentAlerts
from tests.notices import notice


def typed(monkeypatch: pytest.MonkeyPatch, *words: str) -> int | str | None:
    monkeypatch.setattr(sys, "argv", ["anchorwatch", "runbook", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    return ended.value.code or 0


def test_it_shows_one_and_lists_all(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert typed(monkeypatch, "recall-drop") == 0
    assert capsys.readouterr().out == (files.FOLDER / "recall-drop.md").read_text(encoding="utf-8")
    assert typed(monkeypatch) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == files.names()
    assert typed(monkeypatch, "recal-drop") == 2
    assert "there is no runbook 'recal-drop'" in capsys.readouterr().err


def test_it_copies_them_with_links_that_hold(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert typed(monkeypatch, "--output", str(tmp_path / "runbooks")) == 0
    assert {path.name for path in (tmp_path / "runbooks").iterdir()} == {
        path.name for path in files.FOLDER.glob("*.md")
    }


class NoOutbox(Outbox):
    """Nothing is sent here."""

    def __init__(self) -> None:
        pass


@pytest.mark.parametrize("named", ["recall-drop", "docs/runbooks/recall-drop.md"])
def test_by_default_a_page_links_to_the_file_in_the_installed_package(named: str) -> None:
    delivery = Delivery(Settings(), NoOutbox(), FakeSentAlerts())
    address = delivery.addressed(notice(runbook=named)).runbook
    assert address.startswith("file:///")
    assert "An intent's recall fell" in Path(url2pathname(urlparse(address).path)).read_text(encoding="utf-8")


def test_the_configuration_says_where_people_open_ours_and_its_own_runbooks_stay() -> None:
    delivery = Delivery(
        Settings(runbooks_url="https://wiki.example/anchorwatch/"), NoOutbox(), FakeSentAlerts()
    )
    for named, link in [
        ("recall-drop", "https://wiki.example/anchorwatch/recall-drop.md"),
        ("https://wiki.example/privacy", "https://wiki.example/privacy"),
        ("", ""),
    ]:
        assert delivery.addressed(notice(runbook=named)).runbook == link
