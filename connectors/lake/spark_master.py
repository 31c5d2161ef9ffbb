"""Whether a master of Spark's own cluster is there: Spark waits a minute for one, and says nothing meanwhile."""

import socket

from monitor.errors import UnavailableError

STANDALONE = "spark://"
_ANSWERS_S = 5.0
_PORTS = 65_535


def require_master(url: str) -> None:
    """See that a master of `spark://HOST:PORT[,HOST:PORT…]` takes connections; of several one is enough.

    How the URL is written is Spark's to refuse.

    Raises:
        UnavailableError: none does.
    """
    refused = []
    for master in url.removeprefix(STANDALONE).split(","):
        host, _, port = master.rpartition(":")
        if not port.isdecimal() or int(port) > _PORTS:
            return
        try:
            socket.create_connection((host.strip("[]"), int(port)), _ANSWERS_S).close()
        except OSError as err:
            refused.append(f"{master}: {err}")
        except UnicodeError:
            return
        else:
            return
    raise UnavailableError(
        f"--engine {url}: no master answers there ({'; '.join(refused)}); see that it runs, and on which port"
    )
