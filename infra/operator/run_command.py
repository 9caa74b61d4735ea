"""Runs a scheduled function by hand, after a missed or failed run. Repeating a run is safe."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Literal, get_args

from typer import Argument

from chalicelib.domain.operator_log import LogEntry
from infra.operator.command_line import Noun
from infra.operator.confirmation import confirm, deployed, who
from infra.operator.terminal import By, WhyIfAny

if TYPE_CHECKING:
    from chalicelib.wiring import Services

Function = Literal["open_contest", "close_contest", "sweep", "reconcile", "office"]
FUNCTIONS: tuple[str, ...] = get_args(Function)
LOG = "请看它的日志；再执行一次也无妨"
functions = Noun(about="部署 / the deployment")


@functions.changes("run")
def run(
    function: Annotated[Function, Argument(help="哪个函数 / which function")],
    reason: WhyIfAny = "",
    by: By = None,
) -> None:
    """手工运行定时函数，可重复 / run a scheduled function

    Runs the use case locally; in the cloud invokes the function with its rule's event. Raises ProbeFailed.
    """
    from infra.operator import probe_client
    from infra.operator.probe_client import ProbeFailed
    from infra.schedules import scheduled_event

    services = deployed()
    confirm(f"运行 {function}？")
    services.ports.log_decision(LogEntry(services.clock(), who(by), "run", function, reason=reason))
    if services.settings.is_local:
        _use_cases(services)[function]()
    else:
        name = f"{services.settings.prefix}-{function}"
        try:
            probe_client.invoke(name, scheduled_event(f"{name}-event", services.clock()))
        except ProbeFailed as failed:
            raise ProbeFailed(
                failed.what, LOG if failed.has_run else failed.remedy, failed.has_run, failed.denied
            ) from None
    print(f"{function} 已运行。结果见 ./contest status。")


def _use_cases(services: "Services") -> Mapping[str, Callable[[], object]]:
    return {
        "open_contest": services.schedule.open_contest,
        "close_contest": services.schedule.close_contest,
        "sweep": services.sweep.sweep_once,
        "reconcile": services.reconciliation.queue_queries,
        "office": services.desk.office_run.run_once,
    }
