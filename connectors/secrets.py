"""Files with secrets in, the secrets out, and no error that tells them; words in, the same without passwords out."""

import re
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


_IN_ADDRESS = re.compile(r"(?<=://)([^/\s@:]*):[^\s]*@(?=[^@\s/]*)")
_IN_QUERY = re.compile(
    r"((?:password|passwd|sslpassword|passfile|secret|token|pwd)\s*=\s*)('[^']*'|[^\s&'\"]+)", re.IGNORECASE
)


def without_passwords(words: str) -> str:
    """The same words, with `***` for each password of an address, in front of its `@` or among its options.

    >>> without_passwords("postgresql://bob:x@y@h/d?user=b&password=z and password='a b'")
    'postgresql://bob:***@h/d?user=b&password=*** and password=***'
    """
    return _IN_QUERY.sub(r"\1***", _IN_ADDRESS.sub(r"\1:***@", words))
