"""A relative path means the folder of the file that names it; from elsewhere it means the working directory."""

from pathlib import Path

import pytest

from monitor.errors import ConfigError
from monitor.settings.load import load
from monitor.settings.sinks import EmailSettings, SlackSettings
from tests.settings.configurations import written

EVERY_PATH = """
database: {url: sqlite:///data/watch.db}
kafka:
  security_protocol: SASL_SSL
  sasl_mechanism: PLAIN
  sasl_plain_username: aw
  sasl_plain_password_file: secrets/kafka
  ssl_cafile: ca.pem
privacy: {subject_key_file: /run/secrets/key}
reports: {folder: ../reports}
heartbeat: {url_file: beat}
worksheets: [sheet.yaml]
sinks:
- {kind: slack, url_file: slack}
- {kind: email, host: 127.0.0.1, cafile: mail.pem, sender: a@b, to: [a@b]}
"""


def test_every_path_of_a_file_is_meant_from_its_folder(tmp_path: Path) -> None:
    folder = tmp_path / "etc"
    folder.mkdir()
    (folder / "aw.yaml").write_text(EVERY_PATH)
    (folder / "sheet.yaml").write_text("intents: [refund]\n")
    settings = load(folder / "aw.yaml")
    slack, mail = settings.sinks
    assert isinstance(slack, SlackSettings)
    assert isinstance(mail, EmailSettings)
    assert settings.database.url.get_secret_value() == f"sqlite:///{folder}/data/watch.db"
    assert settings.kafka.sasl_plain_password_file == folder / "secrets" / "kafka"
    assert settings.kafka.ssl_cafile == str(folder / "ca.pem")
    assert settings.privacy.subject_key_file == Path("/run/secrets/key")
    assert settings.reports.folder == folder / ".." / "reports"
    assert settings.heartbeat.url_file == folder / "beat"
    assert settings.worksheets == (folder / "sheet.yaml",)
    assert slack.url_file == folder / "slack"
    assert mail.cafile == str(folder / "mail.pem")


def test_a_file_in_another_folder_may_be_named_relatively_too() -> None:
    Path("etc").mkdir()
    Path("etc/aw.yaml").write_text(
        "database: {url: 'sqlite:///watch.db?timeout=5'}\nreports: {folder: out}\n"
    )
    settings = load(Path("etc/aw.yaml"))
    assert settings.database.url.get_secret_value() == "sqlite:///etc/watch.db?timeout=5"
    assert settings.reports.folder == Path("etc/out")


def test_each_of_several_files_means_its_own_folder(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    (tmp_path / "one" / "aw.yaml").write_text("reports: {folder: out}\nheartbeat: {url_file: beat}\n")
    (tmp_path / "two" / "aw.yaml").write_text("reports: {folder: out}\n")
    settings = load([tmp_path / "one" / "aw.yaml", tmp_path / "two" / "aw.yaml"])
    assert settings.reports.folder == tmp_path / "two" / "out"
    assert settings.heartbeat.url_file == tmp_path / "one" / "beat"


def test_the_environment_and_the_command_line_mean_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "aw.yaml").write_text("reports: {folder: out}\n")
    monkeypatch.setenv("ANCHORWATCH_DATABASE__URL", "sqlite:///watch.db")
    settings = load(tmp_path / "etc" / "aw.yaml", {"reports.folder": "here"})
    assert settings.database.url.get_secret_value() == "sqlite:///watch.db"
    assert settings.reports.folder == Path("here")


@pytest.mark.parametrize(
    "url", ["sqlite:////var/watch.db", "sqlite://", "sqlite:///:memory:", "postgresql://host/name"]
)
def test_an_address_that_is_no_relative_file_stays_as_it_is(url: str) -> None:
    Path("etc").mkdir()
    Path("etc/aw.yaml").write_text(f"database: {{url: '{url}'}}\n")
    assert load(Path("etc/aw.yaml")).database.url.get_secret_value() == url


def test_paths_in_what_is_not_sound_hide_no_problem() -> None:
    with pytest.raises(ConfigError) as caught:
        load(
            written(
                "sinks: [3, {kind: x, url_file: a}]\nreports: [folder]\nworksheets: {a: b}\nnowhere: {a: b}"
            )
        )
    assert len(caught.value.problems) == 5


def test_a_database_that_earlier_versions_made_where_they_ran_is_not_left_behind_in_silence() -> None:
    Path("etc").mkdir()
    Path("etc/aw.yaml").write_text("database: {url: sqlite:///watch.db}\n")
    Path("watch.db").touch()
    with pytest.raises(ConfigError) as caught:
        load(Path("etc/aw.yaml"))
    assert caught.value.problems == [
        "etc/aw.yaml: database.url: is meant from the folder of this file, where there is no watch.db; one that lies in"
        f" the working directory is no longer meant: move it, or write sqlite:///{Path.cwd()}/watch.db"
    ]
    Path("watch.db").rename("etc/watch.db")
    assert load(Path("etc/aw.yaml")).database.url.get_secret_value() == "sqlite:///etc/watch.db"


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("file:archive", "file:etc/archive"),
        ("file:/var/archive", "file:/var/archive"),
        ("file:///var/archive", "file:///var/archive"),
        ("s3://bucket/archive", "s3://bucket/archive"),
    ],
)
def test_an_archive_is_meant_from_the_folder_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str, meant: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("etc").mkdir()
    Path("etc/aw.yaml").write_text(f"retention: {{archive: '{given}'}}\n")
    assert load([Path("etc/aw.yaml")], {}).retention.archive == meant
