"""What MLflow answers, and what of it becomes offline numbers; refusals never reveal the login."""

import pytest
from pydantic import SecretStr
from pytest_httpserver import HTTPServer

from connectors.mlflow.offline import offline_run
from connectors.mlflow.source import mlflow_source
from monitor.errors import AnchorwatchError, ConfigError, NotFoundError, UnavailableError
from monitor.settings.mlflow import MlflowSettings

RUN = "8378c9ad"
API = "/api/2.0/mlflow"


def settings(server: HTTPServer, **more: object) -> MlflowSettings:
    return MlflowSettings.model_validate({"url": server.url_for(""), **more})


def gives_run(server: HTTPServer, **run: object) -> None:
    server.expect_request(f"{API}/runs/get", query_string={"run_id": RUN}).respond_with_json({"run": run})


def lists(server: HTTPServer, folder: str, *files: tuple[str, bool]) -> None:
    listed = [{"path": path, "is_dir": is_folder} for path, is_folder in files]
    query = {"run_id": RUN} | ({"path": folder} if folder else {})
    server.expect_request(f"{API}/artifacts/list", query_string=query).respond_with_json({"files": listed})


def test_an_alias_leads_to_the_run_and_to_the_report_in_a_folder_of_it(httpserver: HTTPServer) -> None:
    version = {"name": "tickets", "version": "7", "run_id": RUN}
    httpserver.expect_request(
        f"{API}/registered-models/alias", query_string={"name": "tickets", "alias": "champion"}
    ).respond_with_json({"model_version": version})
    data = [
        {"dataset": {"name": "train", "digest": "11"}, "tags": [{"key": "c", "value": "training"}]},
        {"dataset": {"name": "heldout", "digest": "7aa4"}, "tags": [{"key": "c", "value": "test"}]},
    ]
    metrics = [{"key": "f1", "value": 0.5}, {"key": "broken", "value": "NaN"}]
    gives_run(httpserver, inputs={"dataset_inputs": data}, data={"metrics": metrics})
    lists(httpserver, "", ("evaluation", True), ("model.bin", False))
    lists(httpserver, "evaluation", ("evaluation/classification_report.json", False))
    report = {"run_id": RUN, "path": "evaluation/classification_report.json"}
    httpserver.expect_request("/get-artifact", query_string=report).respond_with_data(b"{}")
    run = offline_run(settings(httpserver), mlflow_source("mlflow:models:/tickets@champion"))
    assert (run.model, run.version, run.run, run.dataset) == ("tickets", "7", RUN, "heldout#7aa4")
    assert (run.path, run.report, run.metrics) == (
        "evaluation/classification_report.json",
        b"{}",
        {"f1": 0.5},
    )


def test_a_long_list_of_files_is_read_to_its_end(httpserver: HTTPServer) -> None:
    gives_run(httpserver, data=[], inputs={"dataset_inputs": ["odd", {"dataset": 3}]})
    pages = {"": {"files": [{"path": "a"}], "next_page_token": "2"}, "2": {"files": [{"path": "b/c.json"}]}}
    for token, page in pages.items():
        query = {"run_id": RUN, "path": "b"} | ({"page_token": token} if token else {})
        httpserver.expect_request(f"{API}/artifacts/list", query_string=query).respond_with_json(page)
    httpserver.expect_request("/get-artifact").respond_with_data(b"x")
    assert offline_run(settings(httpserver), mlflow_source(f"mlflow:runs:/{RUN}/b/c.json")).report == b"x"


def test_by_metrics_no_file_is_asked_for(httpserver: HTTPServer) -> None:
    gives_run(httpserver, data={"metrics": [{"key": "recall_a", "value": 0.5}]})
    run = offline_run(settings(httpserver), mlflow_source(f"mlflow:runs:/{RUN}"), by_metrics=True)
    assert (run.metrics, run.report, run.dataset) == ({"recall_a": 0.5}, b"", "")
    assert [request.path for request, _ in httpserver.log] == [f"{API}/runs/get"]


def test_two_reports_of_one_name_are_not_chosen_between(httpserver: HTTPServer) -> None:
    gives_run(httpserver)
    name = "classification_report.json"
    lists(httpserver, "", ("a", True), ("b", True))
    lists(httpserver, "a", (f"a/{name}", False))
    lists(httpserver, "b", (f"b/{name}", False))
    with pytest.raises(ConfigError) as refused:
        offline_run(settings(httpserver), mlflow_source(f"mlflow:runs:/{RUN}"))
    assert refused.value.problems == [
        f"run {RUN} in MLflow keeps several: a/{name}, b/{name}; name one as mlflow:runs:/{RUN}/PATH"
    ]


def test_a_report_that_was_named_and_is_not_there_is_missed(httpserver: HTTPServer) -> None:
    gives_run(httpserver)
    lists(httpserver, "deep", ("deep/other.json", False))
    with pytest.raises(ConfigError, match=r"keeps no file deep/report\.json; check the path"):
        offline_run(settings(httpserver), mlflow_source(f"mlflow:runs:/{RUN}/deep/report.json"))


@pytest.mark.parametrize(
    ("status", "body", "kind", "words"),
    [
        (
            404,
            {"error_code": "RESOURCE_DOES_NOT_EXIST", "message": "Run with id=8378c9ad not found"},
            NotFoundError,
            "MLflow at localhost: Run with id=8378c9ad not found",
        ),
        (404, {}, NotFoundError, "MLflow at localhost has no such address (404); check mlflow.url"),
        (
            403,
            {},
            ConfigError,
            "MLflow at localhost refused us (403); check mlflow.username and password, or mlflow.token",
        ),
        (503, {"message": "asleep"}, UnavailableError, "MLflow at localhost answered 503: asleep"),
        (
            302,
            {},
            UnavailableError,
            "MLflow at localhost answered 302",
        ),
        (200, [], UnavailableError, "localhost did not answer as MLflow does; check mlflow.url"),
    ],
)
def test_every_refusal_says_what_to_do(
    httpserver: HTTPServer, status: int, body: object, kind: type[AnchorwatchError], words: str
) -> None:
    httpserver.expect_request(f"{API}/runs/get").respond_with_json(body, status=status)
    secret = {"username": "us", "password": SecretStr("tops3cret")}
    with pytest.raises(kind) as refused:
        offline_run(settings(httpserver, **secret), mlflow_source(f"mlflow:runs:/{RUN}"))
    assert str(refused.value) == words


def test_a_login_and_a_token_go_with_each_question(httpserver: HTTPServer) -> None:
    gives_run(httpserver, data={})
    source = mlflow_source(f"mlflow:runs:/{RUN}")
    offline_run(settings(httpserver, username="us", password=SecretStr("x")), source, by_metrics=True)
    offline_run(settings(httpserver, token=SecretStr("t0k")), source, by_metrics=True)
    offline_run(settings(httpserver), source, by_metrics=True)
    logins = [request.headers.get("Authorization") for request, _ in httpserver.log]
    assert logins == ["Basic dXM6eA==", "Bearer t0k", None]


def test_without_an_address_nothing_is_asked() -> None:
    with pytest.raises(ConfigError, match=r"mlflow\.url: say where MLflow is"):
        offline_run(MlflowSettings(), mlflow_source("mlflow:runs:/1"))


@pytest.mark.parametrize(
    "words", ["mlflow:", "mlflow:models:/a", "mlflow:runs:/", "mlflow:models:/a@b/c", "mlflow:x"]
)
def test_what_is_no_place_in_mlflow_is_refused(words: str) -> None:
    with pytest.raises(ConfigError, match="write mlflow:models:/NAME@ALIAS, mlflow:models:/NAME/VERSION"):
        mlflow_source(words)
