"""`anchorwatch token`: a token is shown once, kept as its hash, and taken back."""

import json
from pathlib import Path

import pytest

from monitor.domain.access.tokens import digest
from tests.cli.commanding import command


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "aw.yaml").write_text("web: {tokens_file: tokens.yaml}", encoding="utf-8")
    return tmp_path


def token(folder: Path, *words: str) -> tuple[int, str, str]:
    done = command(["token", *words, "--config", "aw.yaml"], folder)
    return done.returncode, done.stdout, done.stderr


def test_a_token_is_printed_alone_and_once_and_only_its_hash_is_kept(folder: Path) -> None:
    code, made, said = token(folder, "add", "ana", "--role", "responder")
    assert (code, said) == (0, "the token of ana, a responder; it is shown this once:\n")
    secret = made.removesuffix("\n")
    assert secret.startswith("aw_")
    assert len(secret) == 46  # 256 bits in base64url, and the prefix
    kept = (folder / "tokens.yaml").read_text(encoding="utf-8")
    assert digest(secret) in kept
    listed = json.loads(token(folder, "list", "--json")[1])
    assert [(each["name"], each["role"]) for each in listed] == [("ana", "responder")]
    for words in (["list"], ["list", "--json"]):
        _, out, err = token(folder, *words)
        assert digest(secret) not in out + err
    for shown in (kept, *token(folder, "list")[1:], *token(folder, "add", "ana")[1:]):
        assert secret not in shown


def test_a_program_may_be_let_in_to_record_labels_alone(folder: Path) -> None:
    code, made, said = token(folder, "add", "helpdesk", "--role", "labeller")
    assert (code, said) == (0, "the token of helpdesk, a labeller; it is shown this once:\n")
    assert made.startswith("aw_")
    assert json.loads(token(folder, "list", "--json")[1])[0]["role"] == "labeller"


def test_no_two_tokens_are_alike_and_who_is_given_no_role_only_looks(folder: Path) -> None:
    secrets = {token(folder, "add", name)[1] for name in ("ana", "ben")}
    assert len(secrets) == 2
    assert "viewer" in token(folder, "list")[1]
    assert "responder" not in token(folder, "list")[1]


def test_a_token_is_taken_back(folder: Path) -> None:
    token(folder, "add", "ana")
    assert token(folder, "remove", "ana") == (0, "ana may not enter any more\n", "")
    assert "nobody has a token" in token(folder, "list")[1]
    code, _, said = token(folder, "remove", "ana")
    assert (code, "nobody called 'ana' has a token" in said) == (2, True)


@pytest.mark.parametrize("name", ["", " ana", "a\nb", "x" * 101, "\x1b[2J"])
def test_a_name_that_would_disturb_a_page_is_refused(folder: Path, name: str) -> None:
    code, _, said = token(folder, "add", name)
    assert (code, "1 to 100 characters" in said) == (2, True)
    assert not (folder / "tokens.yaml").exists()


def test_without_a_file_it_says_which_setting_names_it(tmp_path: Path) -> None:
    for words in (["add", "ana"], ["list"], ["remove", "ana"]):
        done = command(["token", *words], tmp_path)
        assert (done.returncode, "web.tokens_file: is not set" in done.stderr) == (2, True)
    (tmp_path / "aw.yaml").write_text("web: {tokens_file: tokens.yaml}", encoding="utf-8")
    for words in (["list"], ["remove", "ana"]):
        code, _, said = token(tmp_path, *words)
        assert (code, "anchorwatch token add NAME" in said) == (2, True)
    assert not (tmp_path / "tokens.yaml").exists()
