"""Everything that a command or a deliverer may import. Who imports this is ready to be forked."""

import contextlib
import gc
import importlib
import pkgutil
import warnings
from tempfile import TemporaryDirectory

import connectors
import monitor
import reports
from connectors.sql.database import open_engine
from connectors.sql.migrate import upgrade

# What costs seconds and has processes of its own, and what only Alembic can import.
LEFT_OUT = (
    "monitor.demo",
    "monitor.cli.demo",
    "reports.documents.evidently_job",
    "connectors.sql.migrations.",
)
LATER = (
    "encodings.idna",
    "httpcore",
    "sqlalchemy.dialects.postgresql.psycopg",
    "scipy.optimize",
    "scipy.sparse",
    "scipy.stats",
)


def _import_everything() -> None:
    for package in (monitor, connectors, reports):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.startswith(LEFT_OUT) and not module.name.endswith("__main__"):
                with contextlib.suppress(ImportError):  # of a library that is not installed here
                    importlib.import_module(module.name)
    for name in LATER:
        importlib.import_module(name)
    with TemporaryDirectory() as folder:  # migrations import what makes them
        engine = open_engine(f"sqlite:///{folder}/warm.db")
        upgrade(engine)
        engine.dispose()


with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    _import_everything()
gc.collect()
gc.freeze()  # what is never collected is never written to either, so that the processes share it
