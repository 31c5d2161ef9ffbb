"""Every line of docs/api.md, sent by curl to a room on the examples, is answered with the status beside it."""

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from monitor.app.entering import add_token
from monitor.app.serving import watch_room_server
from monitor.app.stores import open_stores
from monitor.cli.main import cli
from monitor.domain.access.visitor import RoomRole
from monitor.settings.settings import Settings
from tests.e2e.typed_in_docs import FENCE

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "api.md"
STATUS = re.compile(r"# ([1-5]\d\d)$")
STORY = (
    "anchor import evaluation.csv --model tickets --version 7 --activate",
    "run --once --input events.jsonl",
)


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """What a shell has to know to reach a room in which incident 1 is open."""
    monkeypatch.chdir(ROOT / "examples")
    settings = Settings(
        database={"url": f"sqlite:///{tmp_path / 'room.db'}"}, web={"tokens_file": tmp_path / "tokens.yaml"}
    )
    monkeypatch.setenv("ANCHORWATCH_DATABASE__URL", settings.database.url.get_secret_value())
    for line in STORY:
        done = CliRunner().invoke(cli, line.split())
        assert done.exit_code == 0, done.output
    token = add_token(settings, "ana", RoomRole.RESPONDER)
    stores = open_stores(settings)
    with watch_room_server(stores, 0) as server:
        yield {**os.environ, "WATCH": server.address, "TOKEN": token, "no_proxy": "*"}
    stores.close()


def lines() -> list[tuple[str, str]]:
    """Each line to be sent, and the status that it says."""
    blocks = [
        block
        for language, needs, block in FENCE.findall(PAGE.read_text())
        if (language, needs) == ("sh", "needs=room")
    ]
    sent = [line for block in blocks for line in block.splitlines()]
    return [(line, status[1]) for line in sent if (status := STATUS.search(line)) is not None]


def test_every_line_is_answered_as_the_page_says(shell: dict[str, str], tmp_path: Path) -> None:
    answer = tmp_path / "answer.json"
    every = lines()
    assert len(every) >= 13
    assert all(line.startswith("curl ") for line, _ in every)
    for line, status in every:
        asked = line.replace("curl ", f"curl -sS -o {answer} -w '%{{http_code}}' ", 1)
        done = subprocess.run(["bash", "-c", asked], env=shell, capture_output=True, text=True, check=True)
        assert done.stdout == status, f"{line}\n{answer.read_text()}"
