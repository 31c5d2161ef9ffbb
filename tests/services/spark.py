"""A real Spark on this machine, from the environment that `make spark` builds: its Python alone, beside ours."""

import importlib.util
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.services.require import Missing

BUILT = Path(__file__).parents[2] / ".venv-spark" / "lib"


@contextmanager
def spark_session(cores: int = 2, **options: str) -> Iterator[Any]:
    """A session of Spark with so many cores, its driver on loopback, without its page.

    Raises:
        Missing: there is no PySpark, or no Java to run it on.
    """
    for packages in BUILT.glob("python3.*/site-packages"):
        if str(packages) not in sys.path:
            sys.path.append(str(packages))
    if importlib.util.find_spec("pyspark") is None:
        raise Missing("spark", "there is no PySpark; `make spark` builds an environment with it")
    if shutil.which("java") is None:
        raise Missing("spark", "there is no Java to run Spark on")
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master(f"local[{cores}]").appName("anchorwatch")
    quiet = {
        "spark.ui.enabled": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.session.timeZone": "UTC",
        "spark.ui.showConsoleProgress": "false",
    }
    for name, value in (quiet | options).items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    try:
        yield session
    finally:
        session.stop()
