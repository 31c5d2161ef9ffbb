"""Words that may quote an address in; the same without its passwords out."""

import re

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
