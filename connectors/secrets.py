"""A file with a secret in, the secret out; no error ever tells what is in it."""

from pathlib import Path

from monitor.errors import ConfigError


def read_secret(key: str, file: Path) -> str:
    """What the file holds, without the white space around it that editors add.

    Raises:
        ConfigError: it cannot be read, is not text, or is empty; names the setting (`key`) and the file.
    """
    try:
        secret = file.read_text(encoding="utf-8").strip()
    except OSError as err:
        raise ConfigError([f"{key}: the file {file} cannot be read: {err.strerror}"]) from None
    except UnicodeDecodeError:
        raise ConfigError([f"{key}: the file {file} is not text"]) from None
    if not secret:
        raise ConfigError([f"{key}: the file {file} is empty"])
    return secret
