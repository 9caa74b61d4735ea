"""Queue messages and schedules reach the handlers as they do in AWS."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from types import ModuleType, SimpleNamespace
from typing import Any, cast

import boto3
import pytest
from chalice.app import Chalice, CloudWatchEvent, Cron, Rate, SQSEvent
from moto import mock_aws

import app as application
from chalicelib.config import contest
from infra.local import event_runner
from infra.local.event_runner import deliver_one, deliver_some, queue_handlers, run_due, share_the_rate, timers
from infra.provision import create_queues
from infra.schedules import Daily, Every, Once, ScheduleError, first_run, next_run, parse
from tests.support.engines import REGION

NOON = datetime(2020, 7, 8, 12, 0, tzinfo=UTC)


@dataclass
class Calls:
    """The arguments with which the small application's handlers were called; `fail` makes them raise, `fail_at` the
    call of this number."""

    seen: list[tuple[str, Any]] = field(default_factory=list)
    fail: bool = False
    fail_at: int = 0

    def note(self, name: str, event: Any) -> None:
        self.seen.append((name, event))
        if self.fail or len(self.seen) == self.fail_at:
            raise RuntimeError(name)


@pytest.fixture
def calls() -> Calls:
    return Calls()


@pytest.fixture
def module(calls: Calls) -> ModuleType:
    """An `app.py` in miniature."""
    app, made = Chalice(app_name="tiny"), ModuleType("app")

    @app.on_sqs_message(queue="abc-payouts", batch_size=1)
    def pay(event: SQSEvent) -> None:
        for record in event:
            calls.note("pay", (record.body, event.to_dict()))

    @app.schedule(Rate(1, unit=Rate.MINUTES))
    def sweep(event: CloudWatchEvent) -> None:
        calls.note("sweep", event.to_dict())

    @app.schedule(Cron(0, 16, 7, 7, "?", 2020))
    def open_contest(event: CloudWatchEvent) -> None:
        calls.note("open_contest", event.to_dict())

    @app.schedule(Cron(0, 16, 14, 7, "?", 2020))
    def close_contest(event: CloudWatchEvent) -> None:
        calls.note("close_contest", event.to_dict())

    handlers = {"pay": pay, "sweep": sweep, "open_contest": open_contest, "close_contest": close_contest}
    for name, value in {"app": app, **handlers}.items():
        setattr(made, name, value)
    return made


@pytest.fixture
def sqs() -> Iterator[Any]:
    with mock_aws():
        client = boto3.client("sqs", region_name=REGION)
        create_queues(client, "abc")
        yield client


def send(sqs: Any, body: str) -> None:
    sqs.send_message(QueueUrl=sqs.get_queue_url(QueueName="abc-payouts")["QueueUrl"], MessageBody=body)


def waiting(sqs: Any) -> tuple[int, int]:
    """Messages that are visible, and those that were taken and not deleted."""
    url = sqs.get_queue_url(QueueName="abc-payouts")["QueueUrl"]
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    return int(found["ApproximateNumberOfMessages"]), int(found["ApproximateNumberOfMessagesNotVisible"])


def test_a_message_is_handed_over_and_then_deleted(sqs: Any, module: ModuleType, calls: Calls) -> None:
    (target,) = queue_handlers(module)
    send(sqs, "一笔")
    send(sqs, "二笔")

    assert deliver_one(sqs, target)

    ((name, (body, event)),) = calls.seen
    assert (name, body) == ("pay", "一笔")
    (record,) = event["Records"]
    assert record["eventSource"] == "aws:sqs"
    assert record["eventSourceARN"].endswith(":abc-payouts")
    assert record["attributes"]["ApproximateReceiveCount"] == "1"
    assert waiting(sqs) == (1, 0)
    assert deliver_one(sqs, target)
    assert not deliver_one(sqs, target)


def test_some_are_handed_over_in_a_row(sqs: Any, module: ModuleType, calls: Calls) -> None:
    (target,) = queue_handlers(module)
    bodies = list("一二三四五六七八九十百")
    for body in bodies:
        send(sqs, body)
    assert deliver_some(sqs, target), "more may wait"
    assert [body for _, (body, _) in calls.seen] == bodies[:10]
    assert waiting(sqs) == (1, 0)
    assert not deliver_some(sqs, target)
    assert len(calls.seen) == 11


def test_of_some_in_a_row_only_those_whose_handler_raises_stay(sqs: Any, module: ModuleType, calls: Calls) -> None:
    (target,) = queue_handlers(module)
    for body in "一二三":
        send(sqs, body)
    calls.fail_at = 2
    deliver_some(sqs, target)
    assert len(calls.seen) == 3
    assert waiting(sqs) == (0, 1)


def test_a_message_whose_handler_raises_stays(sqs: Any, module: ModuleType, calls: Calls) -> None:
    (target,) = queue_handlers(module)
    send(sqs, "一笔")
    calls.fail = True

    assert deliver_one(sqs, target)

    assert len(calls.seen) == 1
    assert waiting(sqs) == (0, 1)


@pytest.mark.parametrize(("workers", "given", "rate"), [(1, (), 25), (6, (), 25), (6, (100,), 100)])
def test_many_workers_ask_and_pay_no_more_often_than_one(
    sqs: Any,
    module: ModuleType,
    workers: int,
    given: tuple[int, ...],
    rate: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Rested(Exception):
        pass

    def rest(seconds: float) -> None:
        raise Rested(seconds)

    services = SimpleNamespace(ports=SimpleNamespace(), contest=contest())
    slept: list[float] = []
    services.ports.monotonic, services.ports.sleep = lambda: 0.0, slept.append
    monkeypatch.setitem(sys.modules, "app", module)
    monkeypatch.setattr("infra.local.event_runner.wiring.services", lambda: services)
    monkeypatch.setattr("infra.local.event_runner.time.sleep", rest)
    with pytest.raises(Rested) as rested:
        event_runner.main("queues", workers, *given)
    assert rested.value.args[0] / workers == pytest.approx(0.3)
    for _ in range(2):
        services.ports.pace()
    assert slept == pytest.approx([workers / rate])


def test_schedules_run_when_the_clock_passes_them(module: ModuleType, calls: Calls) -> None:
    before_opening = datetime(2020, 7, 7, 15, 59, 30, tzinfo=UTC)
    found = timers(module, before_opening)

    run_due(found, before_opening)
    run_due(found, before_opening + timedelta(seconds=29))
    assert [name for name, _ in calls.seen] == ["sweep"]

    run_due(found, before_opening + timedelta(seconds=30))
    run_due(found, before_opening + timedelta(seconds=60))
    run_due(found, before_opening + timedelta(seconds=61))
    assert [name for name, _ in calls.seen] == ["sweep", "open_contest", "sweep"]

    event = calls.seen[1][1]
    assert (event["source"], event["detail-type"]) == ("aws.events", "Scheduled Event")
    assert event["time"] == "2020-07-07T16:00:00Z"
    assert event["resources"][0].endswith(":rule/open_contest")


def test_a_stack_that_starts_late_makes_up_for_what_was_due(module: ModuleType, calls: Calls) -> None:
    run_due(timers(module, NOON), NOON)
    assert [name for name, _ in calls.seen] == ["open_contest", "sweep"]

    calls.seen.clear()
    late = NOON + timedelta(days=30)
    run_due(timers(module, late), late)
    assert [name for name, _ in calls.seen] == ["open_contest", "close_contest", "sweep"]


def test_a_failing_schedule_runs_again_when_it_is_due(module: ModuleType, calls: Calls) -> None:
    calls.fail = True
    found = timers(module, NOON)
    run_due(found, NOON)
    run_due(found, NOON + timedelta(minutes=1))

    assert [name for name, _ in calls.seen].count("sweep") == 2


def test_a_machine_that_slept_makes_up_once(module: ModuleType, calls: Calls) -> None:
    found = timers(module, NOON)
    run_due(found, NOON)
    calls.seen.clear()
    run_due(found, NOON + timedelta(minutes=30))
    run_due(found, NOON + timedelta(minutes=30, seconds=1))

    assert [name for name, _ in calls.seen] == ["sweep"]


def test_expressions() -> None:
    assert parse("rate(5 minutes)") == Every(timedelta(minutes=5))
    assert parse("rate(60 minutes)") == Every(timedelta(hours=1))
    assert parse("cron(0 16 7 7 ? 2020)") == Once(datetime(2020, 7, 7, 16, 0, tzinfo=UTC))
    assert parse("cron(30 1 * * ? *)") == Daily(time(1, 30))


def test_a_daily_run_comes_at_its_next_time_and_again_a_day_later() -> None:
    daily, morning = Daily(time(1, 30)), datetime(2020, 7, 8, 1, 30, tzinfo=UTC)
    assert first_run(daily, morning) == morning
    assert first_run(daily, NOON) == morning + timedelta(days=1)
    assert next_run(daily, morning) == morning + timedelta(days=1)
    assert next_run(daily, NOON) == morning + timedelta(days=1)


def test_the_application_has_handlers_for_all_its_queues_and_schedules() -> None:
    queues = {target.name: target.queue for target in queue_handlers(application)}
    assert queues == {"pay": "contest-local-payouts", "take_later": "contest-local-later"}
    found = timers(application, NOON)
    assert {timer.name for timer in found} == {"sweep", "reconcile", "open_contest", "close_contest", "office"}
    assert [timer.due for timer in found if timer.name == "reconcile"] == [datetime(2020, 7, 9, 1, 30, tzinfo=UTC)]


@pytest.mark.parametrize(
    "expression", ["cron(0 16 1 * ? *)", "cron(0/5 16 * * ? *)", "at(2020-07-07T16:00:00)", "rate(x minutes)"]
)
def test_an_unknown_expression_is_refused(expression: str) -> None:
    with pytest.raises(ScheduleError):
        parse(expression)


def test_few_workers_send_as_many_payouts_a_second_as_those_of_lambda() -> None:
    slept: list[float] = []
    ports = SimpleNamespace(monotonic=lambda: sum(slept), sleep=slept.append)
    share_the_rate(cast(Any, ports), per_second=25, workers=3)
    for _ in range(6):
        ports.pace()
    assert slept == pytest.approx([0.12] * 5)
