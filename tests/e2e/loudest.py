"""`anchorwatch` with every logger as loud as it can be."""

import logging
import sys
import warnings

from monitor.cli import logs, main, run

LOUD = ("", "kafka", "apscheduler", "sqlalchemy", "alembic")


def shout() -> None:
    """Turn on the most verbose logging that someone might use to look for a fault."""
    logging.basicConfig(level=1, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    for name in LOUD:
        logging.getLogger(name).setLevel(1)
        logging.getLogger(name).propagate = True


def log_to_stderr() -> None:
    """As the command does, and then louder."""
    logs.log_to_stderr()
    shout()


def loudly() -> None:
    """Run the command of `sys.argv`."""
    warnings.simplefilter("ignore")
    shout()
    vars(run)["log_to_stderr"] = log_to_stderr
    main()
