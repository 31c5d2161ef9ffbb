"""The doctor says who may enter the watch room; with tokens it is entered on a real database."""

import re
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Engine

from monitor.app.entering import add_token, entering, remove_token
from monitor.app.findings import CheckStatus
from monitor.app.serving import watch_room_server
from monitor.app.stores import Stores
from monitor.domain.access.visitor import RoomRole
from monitor.errors import ConfigError
from monitor.settings.settings import Settings
from tests.review.broken_channel import broken


def settings(**web: object) -> Settings:
    return Settings.model_validate({"web": web})


def found(**web: object) -> tuple[CheckStatus, str]:
    (finding,) = entering(settings(**web))
    return finding.health, finding.detail


def test_without_any_it_says_that_nobody_is_asked() -> None:
    assert found() == (
        CheckStatus.GOOD,
        "at 127.0.0.1 alone, for whoever uses this machine; it asks nobody who they are",
    )


def test_of_tokens_it_counts_who_may_act(tmp_path: Path) -> None:
    file = str(tmp_path / "tokens.yaml")
    assert found(tokens_file=file)[0] is CheckStatus.BAD
    add_token(settings(tokens_file=file), "ana", RoomRole.RESPONDER)
    add_token(settings(tokens_file=file), "vic", RoomRole.VIEWER)
    counted = f"2 with a token of {file}, of whom 1 may act on incidents"
    assert found(tokens_file=file) == (CheckStatus.GOOD, counted)
    assert found(tokens_file=file, host="10.1.2.3", url="https://watch") == (CheckStatus.GOOD, counted)
    health, detail = found(tokens_file=file, host="10.1.2.3")
    assert health is CheckStatus.WARNING
    assert "tokens travel as they are" in detail
    for name in ("ana", "vic"):
        remove_token(settings(tokens_file=file), name)
    assert found(tokens_file=file)[0] is CheckStatus.WARNING
    Path(file).chmod(0o644)
    assert found(tokens_file=file)[0] is CheckStatus.BAD


def test_of_a_proxy_it_says_whom_it_believes_and_who_may_act() -> None:
    proxy: dict[str, object] = {"addresses": ["127.0.0.1", "10.0.0.0/8"], "header": "X-User"}
    believed = "whom the proxy at 127.0.0.1, 10.0.0.0/8 names in X-User;"
    assert found(proxy=proxy) == (CheckStatus.GOOD, f"{believed} nobody may act on incidents")
    groups = {**proxy, "groups_header": "X-Groups", "groups": {"oncall": "responder", "all": "viewer"}}
    assert found(proxy=groups)[1] == f"{believed} those in oncall may act on incidents"
    both = {**groups, "role": "responder"}
    assert found(proxy=both)[1] == f"{believed} those in oncall and everybody else may act on incidents"


def test_a_room_with_tokens_is_entered_acted_in_and_left(tmp_path: Path, sqlite_engine: Engine) -> None:
    world = broken(sqlite_engine)
    web = {"tokens_file": str(tmp_path / "tokens.yaml")}
    given = world.settings.model_copy(update={"web": settings(**web).web})
    stores = Stores(given, world.engine)
    with pytest.raises(ConfigError, match="anchorwatch token add"):
        watch_room_server(stores, 0)
    ana = add_token(given, "ana", RoomRole.RESPONDER)
    vic = add_token(given, "vic", RoomRole.VIEWER)
    server = watch_room_server(stores, 0)
    with server, httpx.Client(base_url=server.address, trust_env=False, timeout=60) as browser:

        def form_of(page: str) -> str:
            token = re.search(r'name="form" value="([\w-]+)"', page)
            assert token
            return token[1]

        def enter(token: str) -> str:
            fields = {"form": form_of(browser.get("/login").text), "token": token, "to": "/incidents/1"}
            return browser.post("/login", data=fields, follow_redirects=True).text

        looking = enter(vic)
        assert "vic, viewer" in looking
        assert 'action="/incidents/1/note"' not in looking
        assert 'action="/logout"' in looking
        acting = enter(ana)
        assert "ana, responder" in acting
        assert 'action="/incidents/1/note"' in acting
        assert 'name="who"' not in acting
        fields = {"form": form_of(acting), "words": "rolled back"}
        assert browser.post("/incidents/1/note", data=fields).status_code == 303
        page = browser.get("/incidents/1").text
        assert "rolled back" in page
        assert "ana" in page.partition("rolled back")[0][-300:] + page.partition("rolled back")[2][:300]
        remove_token(given, "ana")
        assert browser.get("/incidents/1").status_code == 303
    stores.close()
