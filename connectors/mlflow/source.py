"""What of MLflow is asked for, as people write it."""

import re
from typing import NamedTuple

from monitor.errors import ConfigError

PREFIX = "mlflow:"
_MODEL = re.compile(r"models:/(?P<model>[^/@:]+)(@(?P<alias>[^/@]+)|/(?P<version>[0-9]+))")
_RUN = re.compile(r"runs:/(?P<run>[0-9a-zA-Z]+)(/(?P<artifact>.+))?")


class MlflowSource(NamedTuple):
    """A registered model by its alias or version, or a run with the file to read of it; the rest is empty."""

    model: str = ""
    alias: str = ""
    version: str = ""
    run: str = ""
    artifact: str = ""


def mlflow_source(words: str) -> MlflowSource:
    """Read `mlflow:models:/NAME@ALIAS`, `mlflow:models:/NAME/VERSION` or `mlflow:runs:/RUN[/ARTIFACT]`.

    Raises:
        ConfigError: it is none of these.

    >>> mlflow_source("mlflow:models:/tickets@champion")
    MlflowSource(model='tickets', alias='champion', version='', run='', artifact='')
    >>> mlflow_source("mlflow:runs:/8378c9/evaluation/report.json").artifact
    'evaluation/report.json'
    """
    rest = words.removeprefix(PREFIX)
    match = _MODEL.fullmatch(rest) or _RUN.fullmatch(rest)
    if match is None:
        raise ConfigError(
            [
                f"{words}: write mlflow:models:/NAME@ALIAS, mlflow:models:/NAME/VERSION, mlflow:runs:/RUN or"
                " mlflow:runs:/RUN/PATH-OF-THE-REPORT"
            ]
        )
    return MlflowSource(**{key: value or "" for key, value in match.groupdict().items()})
