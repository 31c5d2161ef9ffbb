"""The senders that docs/doors/labels-by-webhook.md configures, heard by a served watch room as they send."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx
import pytest
import yaml
from sqlalchemy import Engine

from connectors.web.room import watch_room
from connectors.web.server import RoomServer
from connectors.web.who import Doorkeeper
from monitor.app.clock import now
from monitor.app.heeding import heeded
from monitor.app.stores import Stores
from monitor.app.writing import Writer
from monitor.errors import ConfigError
from monitor.settings.settings import Settings
from monitor.settings.web_hooks import Signed
from reports.web.assets import assets
from reports.web.porch import Porch
from tests.connectors.web.hooks.label_senders import SECRET, headers_of
from tests.fakes.room import FakeDesk, FakeRoom
from tests.stored import prediction, rows, store, take

DOORS = Path(__file__).parents[2] / "examples" / "doors"
GIVEN = yaml.safe_load((DOORS / "labels-by-webhook.yaml").read_text(encoding="utf-8"))
SIGNED = {each["name"]: Signed(each["signature"]) for each in GIVEN["web"]["hooks"]["labels"]["sources"]}
TICKET = "01a15b27-1c40-7d2e-9e51-0d8f6a1c2b3d"
KINDS = {"studio": "human"}


def settings_with_secrets(folder: Path, secret: str = SECRET) -> Settings:
    """Those of the page, each secret in a file of its own."""
    sources = []
    for each in GIVEN["web"]["hooks"]["labels"]["sources"]:
        file = folder / each["name"]
        file.write_text(secret)
        sources.append({**each, "secret_file": file})
    return Settings.model_validate({"web": {"hooks": {"labels": {"sources": sources}}}})


@pytest.fixture
def address(sqlite_engine: Engine, tmp_path: Path) -> Iterator[str]:
    take(store(sqlite_engine), prediction(TICKET, "cancel_account"), prediction("other", "gdpr_erasure"))
    settings = settings_with_secrets(tmp_path)
    stores = Stores(settings, sqlite_engine)
    keeper = Doorkeeper(settings.web, None, Porch(), now)
    app = watch_room(FakeRoom(), FakeDesk(), Writer(stores), assets(), keeper, heeded(stores))
    with RoomServer(app, "127.0.0.1", 0) as server:
        yield server.address


def post(address: str, name: str, headers: Mapping[str, str]) -> httpx.Response:
    body = (DOORS / "hooks" / f"{name}.json").read_bytes()
    with httpx.Client(trust_env=False) as client:
        return client.post(f"{address}/hooks/labels/{name}", content=body, headers=dict(headers))


@pytest.mark.parametrize("name", SIGNED)
def test_what_each_of_them_sends_is_a_label(address: str, sqlite_engine: Engine, name: str) -> None:
    body = (DOORS / "hooks" / f"{name}.json").read_bytes()
    headers = headers_of(SIGNED[name], body, at=now())
    for _ in range(2):
        answer = post(address, name, headers)
        assert (answer.status_code, answer.json()["labels"]) == (200, 1), answer.text
    assert rows(sqlite_engine, "SELECT prediction_id, intent, kind FROM label") == [
        (TICKET, "gdpr_erasure", KINDS.get(name, "correction"))
    ]


@pytest.mark.parametrize("name", SIGNED)
def test_without_its_secret_nobody_is_heard(address: str, sqlite_engine: Engine, name: str) -> None:
    answer = post(address, name, headers_of(SIGNED[name], b"other", "another", at=now()))
    assert answer.status_code == 401
    assert rows(sqlite_engine, "SELECT count(*) FROM label") == [(0,)]


def test_a_secret_that_cannot_be_read_or_is_too_short_ends_the_start_and_is_not_printed(
    sqlite_engine: Engine, tmp_path: Path
) -> None:
    settings = settings_with_secrets(tmp_path)
    (tmp_path / "jira").unlink()
    with pytest.raises(ConfigError, match=r"web\.hooks\.labels\.sources\[3\]\.secret_file: the file"):
        heeded(Stores(settings, sqlite_engine))
    (tmp_path / "jira").write_text("fifteen-letters")
    with pytest.raises(ConfigError) as guessed:
        heeded(Stores(settings, sqlite_engine))
    assert str(guessed.value) == (
        f"web.hooks.labels.sources[3].secret_file: what is in {tmp_path}/jira has 15 characters, which are guessed;"
        " give 16 or more"
    )
    short = {"name": "own", "signature": "standard", "secrets": ["whsec_c2hvcnQ="]}
    given = Settings.model_validate({"web": {"hooks": {"labels": {"sources": [short]}}}})
    with pytest.raises(ConfigError) as refused:
        heeded(Stores(given, sqlite_engine))
    assert str(refused.value) == "web.hooks.labels.sources[0]: the secret has 5 bytes; use at least 24"
    assert "c2hvcnQ" not in str(given)
