"""The file of tokens: what it says counts at once, and only where nobody else could have written it."""

import json
import os
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors.files.tokens import TokensFile
from monitor.domain.access.tokens import HeldToken, digest
from monitor.domain.access.visitor import RoomRole
from monitor.errors import ConfigError

ADDED = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
ANA = HeldToken("ana", RoomRole.RESPONDER, digest("aw_one"), ADDED)
VIC = HeldToken('vic: "the first" #1', RoomRole.VIEWER, digest("aw_two"), ADDED)


@pytest.fixture(params=["tokens.yaml", "tokens.json"])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return tmp_path / str(request.param)


def test_who_was_added_is_there_with_their_role_and_nobody_elses_key(path: Path) -> None:
    TokensFile(path).add(ANA)
    first = TokensFile(path).read()
    TokensFile(path).add(VIC)
    both = TokensFile(path).read()
    assert (list(first.tokens), list(both.tokens)) == ([ANA], [ANA, VIC])
    assert first.key == both.key
    assert len(first.key) == 32
    assert path.stat().st_mode & 0o777 == 0o600
    if path.suffix == ".json":
        json.loads(path.read_text(encoding="utf-8"))


def test_each_file_has_a_key_of_its_own(tmp_path: Path) -> None:
    keys = set()
    for name in ("a.yaml", "b.yaml"):
        TokensFile(tmp_path / name).add(ANA)
        keys.add(TokensFile(tmp_path / name).read().key)
    assert len(keys) == 2


def test_a_change_by_another_hand_counts_at_the_next_reading(path: Path) -> None:
    TokensFile(path).add(ANA)
    TokensFile(path).add(VIC)
    open_since = TokensFile(path)
    assert len(open_since.read().tokens) == 2
    assert TokensFile(path).remove("ana")
    assert open_since.read().tokens == [VIC]
    assert not TokensFile(path).remove("ana")
    assert TokensFile(path).remove(VIC.name)
    assert open_since.read().tokens == []


def test_a_name_has_one_token(path: Path) -> None:
    TokensFile(path).add(ANA)
    with pytest.raises(ConfigError, match="remove it first: `anchorwatch token remove ana`"):
        TokensFile(path).add(VIC._replace(name="ana"))
    assert TokensFile(path).read().tokens == [ANA]


@pytest.mark.parametrize("mode", [0o604, 0o602, 0o620, 0o644, 0o666])
def test_a_file_that_others_can_read_or_change_lets_nobody_in(path: Path, mode: int) -> None:
    TokensFile(path).add(ANA)
    open_since = TokensFile(path)
    open_since.read()
    path.chmod(mode)
    for tokens in (open_since, TokensFile(path)):
        with pytest.raises(ConfigError, match=r"others can read .*chmod 600"):
            tokens.read()
    with pytest.raises(ConfigError, match="chmod 600"):
        TokensFile(path).add(VIC)


def test_a_group_may_read_it_as_a_mounted_secret_is_and_a_change_keeps_the_mode(path: Path) -> None:
    TokensFile(path).add(ANA)
    path.chmod(0o640)
    TokensFile(path).add(VIC)
    assert TokensFile(path).read().tokens == [ANA, VIC]
    assert path.stat().st_mode & 0o777 == 0o640


def test_without_a_file_it_says_what_makes_one(path: Path) -> None:
    with pytest.raises(ConfigError, match="anchorwatch token add NAME --role responder"):
        TokensFile(path).read()
    with pytest.raises(ConfigError, match=r"folder of .* cannot be opened"):
        TokensFile(path.parent / "not" / "there").add(ANA)


KEY = f'"{"0" * 64}"'
SOUND = f'{{"name": "ana", "role": "viewer", "sha256": {KEY}'


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "object"),
        ("tokens: []", "key"),
        ("key: shortKEY\ntokens: []", "regex"),
        (f"key: {KEY}\ntokens: [{SOUND}, shortKEY: 1}}]", "unknown field"),
        (f"key: {KEY}\ntokens: [{SOUND.replace('viewer', 'root')}}}]", r"tokens\[\.*0?.*role"),
        (f"key: {KEY}\ntokens: [{{name: ana, role: viewer, sha256: shortKEY}}]", "sha256"),
        (f"key: {KEY}\nkey: {KEY}", "given twice"),
        (f'key: "{"0" * 64}', "line 1"),
    ],
)
def test_what_is_no_file_of_tokens_is_refused_and_not_repeated(path: Path, text: str, problem: str) -> None:
    path.touch(0o600)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=problem) as refused:
        TokensFile(path).read()
    for secret in ("0" * 64, "shortKEY: ", ": shortKEY"):
        assert secret not in str(refused.value)


def test_a_link_stays_a_link(path: Path) -> None:
    link = path.with_name("link" + path.suffix)
    link.symlink_to(path)
    TokensFile(link).add(ANA)
    assert link.is_symlink()
    assert TokensFile(path).read().tokens == [ANA]


def test_people_who_are_added_at_once_are_all_there(path: Path) -> None:
    names = [f"person {number}" for number in range(20)]
    adding = [threading.Thread(target=TokensFile(path).add, args=[ANA._replace(name=name)]) for name in names]
    for thread in adding:
        thread.start()
    for thread in adding:
        thread.join()
    assert sorted(each.name for each in TokensFile(path).read().tokens) == sorted(names)
    assert os.listdir(path.parent) == [path.name]
