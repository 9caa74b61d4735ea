"""The functions' settings: numbers that depend on others, and the page that gives their reasons."""

from typing import Any

from chalice.app import SQSEventConfig

import app
from chalicelib.adapters.queues import LATER_WORKERS, PAYOUT_WORKERS
from infra.project import API_HANDLER, CHECKOUT, ROOT
from infra.template import queues, read_template

CONFIG: dict[str, Any] = CHECKOUT.config()
FUNCTIONS: dict[str, dict[str, int]] = CONFIG["lambda_functions"]
QUEUES = {
    source.handler_string.removeprefix("app."): source
    for source in app.app.event_sources
    if isinstance(source, SQSEventConfig)
}


def test_every_function_has_its_settings() -> None:
    handlers = {source.handler_string.removeprefix("app.") for source in app.app.event_sources}
    handlers |= {function.handler_string.removeprefix("app.") for function in app.app.pure_lambda_functions}
    assert FUNCTIONS.keys() == handlers | {"api_handler"}
    for settings in FUNCTIONS.values():
        assert {"lambda_timeout", "lambda_memory_size"} <= settings.keys()


def test_queue_functions_fetch_no_more_than_they_may_take() -> None:
    assert QUEUES.keys() == {"pay", "take_later"}
    for name, workers in (("pay", PAYOUT_WORKERS), ("take_later", LATER_WORKERS)):
        assert FUNCTIONS[name]["reserved_concurrency"] == QUEUES[name].maximum_concurrency == workers


def test_a_message_stays_hidden_for_six_time_outs() -> None:
    prefix = "contest-local"
    attributes = {queue.name: queue.attributes for queue in queues(prefix)}
    for name, source in QUEUES.items():
        hidden = int(attributes[str(source.queue)]["VisibilityTimeout"])
        assert hidden >= 6 * FUNCTIONS[name]["lambda_timeout"]


def test_routes_answer_before_the_gateway_gives_up_and_have_no_limit_of_their_own() -> None:
    assert FUNCTIONS["api_handler"]["lambda_timeout"] < 29
    assert "reserved_concurrency" not in FUNCTIONS["api_handler"]


def test_the_page_says_the_same_numbers() -> None:
    page = (ROOT / "docs" / "operate-functions.md").read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in page if line.startswith("| `")]
    written = {row[0]: row[1:4] for row in rows if len(row) == 5}
    assert written == {
        name: [
            str(settings["lambda_memory_size"]),
            str(settings["lambda_timeout"]),
            str(settings.get("reserved_concurrency", "–")),
        ]
        for name, settings in FUNCTIONS.items()
    }


def test_resources_and_functions_have_the_names_that_templates_take_for_granted() -> None:
    for stage in ("staging", "prod"):
        prefix = CONFIG["stages"][stage]["environment_variables"]["RESOURCE_PREFIX"]
        assert prefix == CHECKOUT.function_name(stage, API_HANDLER)
    assert CONFIG["app_name"] == app.app.app_name


def test_every_function_has_a_log_group_with_its_retention() -> None:
    found = [one for one in read_template()["Resources"].values() if one["Type"] == "AWS::Logs::LogGroup"]
    groups = {one["Properties"]["LogGroupName"]["Fn::Sub"] for one in found}
    wanted = {CHECKOUT.function_name("prod", name).removeprefix("contest-prod") for name in FUNCTIONS}
    assert groups == {"/aws/lambda/${Prefix}" + name for name in wanted}
    assert {one["Properties"]["RetentionInDays"] for one in found} == {180}
