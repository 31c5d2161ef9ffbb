"""The file of `web.tokens_file`: who may enter the watch room, read anew whenever it changes."""

import fcntl
import json
import os
import secrets
import stat
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Annotated

import msgspec
from typing_extensions import override

from monitor.domain.access.tokens import HeldToken, Keyring
from monitor.domain.access.visitor import RoomRole
from monitor.errors import ConfigError
from monitor.review.ports import access
from monitor.settings.yaml_file import read_yaml

KEY = "web.tokens_file"
OTHERS = stat.S_IWGRP | stat.S_IRWXO  # who reads it can sign sessions, who writes it can let anybody in
_HEAD = (
    "# Who may enter the watch room; `anchorwatch token` writes it. Whoever can write here can let anybody in. The key"
    " signs\n# sessions: a new one ends them all.\n"
)
_HEX_256 = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]


class _TokenLine(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    role: RoomRole
    sha256: _HEX_256
    added: datetime | None = None


class _TokenBook(msgspec.Struct, forbid_unknown_fields=True):
    key: _HEX_256
    tokens: list[_TokenLine] = []


class TokensFile(access.Tokens):
    """The tokens of a file, in YAML or JSON. A change of it counts at once, also one by another hand."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read: tuple[object, Keyring] | None = None

    @override
    def read(self) -> Keyring:
        try:
            seen = self._path.stat()
        except OSError as err:
            raise ConfigError([_unread(self._path, err)]) from None
        which = (seen.st_dev, seen.st_ino, seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns)
        if self._read is None or self._read[0] != which:
            self._read = None
            self._read = which, _keyring(_book(self._path, seen))
        return self._read[1]

    @override
    def add(self, token: HeldToken) -> None:
        with self._changed() as book:
            if any(each.name == token.name for each in book.tokens):
                raise ConfigError(
                    [
                        f"{token.name} has a token already; remove it first: `anchorwatch token remove {token.name}`"
                    ]
                )
            book.tokens.append(_TokenLine(token.name, token.role, token.sha256, token.added))

    @override
    def remove(self, name: str) -> bool:
        with self._changed() as book:
            staying = [each for each in book.tokens if each.name != name]
            gone = len(staying) < len(book.tokens)
            book.tokens[:] = staying
        return gone

    @contextmanager
    def _changed(self) -> Iterator[_TokenBook]:
        """The content, to be changed and then written whole; a new one where there is no file. One change at a time."""
        path = self._path.resolve()  # a link stays a link
        try:
            folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        except OSError as err:
            raise ConfigError([f"{KEY}: the folder of {path} cannot be opened: {err.strerror}"]) from None
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            book = _book(path, path.stat()) if path.exists() else _TokenBook(secrets.token_hex(32))
            yield book
            _write(path, book)
        except OSError as err:
            raise ConfigError([f"{KEY}: {path} cannot be written: {err.strerror}"]) from None
        finally:
            os.close(folder)


def _book(path: Path, seen: os.stat_result) -> _TokenBook:
    if seen.st_mode & OTHERS:
        raise ConfigError(
            [
                f"{KEY}: others can read {path}, or change it; keep it to yourself: `chmod 600 {path}` (at most 640)"
            ]
        )
    try:
        content = read_yaml(path)
        return msgspec.convert(content, _TokenBook)
    except OSError as err:
        raise ConfigError([_unread(path, err)]) from None
    except (ValueError, msgspec.ValidationError) as err:  # neither repeats what stands there
        raise ConfigError(
            [f"{KEY}: {path}: {err}; `anchorwatch token add` writes what belongs there"]
        ) from None


def _keyring(book: _TokenBook) -> Keyring:
    return Keyring(
        bytes.fromhex(book.key),
        [HeldToken(each.name, each.role, each.sha256, each.added) for each in book.tokens],
    )


def _unread(path: Path, err: OSError) -> str:
    if isinstance(err, FileNotFoundError):
        return f"{KEY}: there is no {path}; `anchorwatch token add NAME --role responder` makes it"
    return f"{KEY}: {path} cannot be read: {err.strerror}"


def _write(path: Path, book: _TokenBook) -> None:
    """Whole or not at all; what is there already keeps its owner and its mode."""
    half = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with open(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            if path.exists():
                before = path.stat()
                with suppress(PermissionError):
                    os.fchown(file.fileno(), before.st_uid, before.st_gid)
                os.fchmod(file.fileno(), stat.S_IMODE(before.st_mode))
            file.write(_text(book, as_json=path.suffix == ".json"))
            file.flush()
            os.fsync(file.fileno())
        half.replace(path)
    except OSError:
        half.unlink(missing_ok=True)
        raise


def _text(book: _TokenBook, *, as_json: bool) -> str:
    lines: Sequence[Mapping[str, object]] = [msgspec.to_builtins(each) for each in book.tokens]
    if as_json:
        return json.dumps({"key": book.key, "tokens": lines}, indent=2, ensure_ascii=False) + "\n"
    written = [f"- {json.dumps(line, ensure_ascii=False)}\n" for line in lines]
    return f"{_HEAD}key: {json.dumps(book.key)}\ntokens:{''.join([chr(10), *written]) if written else ' []' + chr(10)}"
