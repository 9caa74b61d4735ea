"""Runs a scheduled function by hand, after a missed or failed run. Repeating a run is safe."""

import argparse
from collections.abc import Callable, Mapping

from chalicelib.wiring import Services
from infra.operator import probe_client
from infra.operator.probe_client import ProbeFailed
from infra.schedules import scheduled_event

FUNCTIONS = ("open_contest", "close_contest", "sweep", "reconcile")
LOG = "请看它的日志；再执行一次也无妨"


def run(services: Services, arguments: argparse.Namespace) -> None:
    """Runs the use case locally; in the cloud invokes the function with its rule's event. Raises ProbeFailed."""
    name = arguments.function
    if services.settings.is_local:
        _use_cases(services)[name]()
    else:
        function = f"{services.settings.prefix}-{name}"
        try:
            probe_client.invoke(function, scheduled_event(f"{function}-event", services.clock()))
        except ProbeFailed as failed:
            raise ProbeFailed(failed.what, LOG if failed.has_run else failed.remedy) from None
    print(f"{name} 已运行。结果见 ./contest status。")


def _use_cases(services: Services) -> Mapping[str, Callable[[], object]]:
    return {
        "open_contest": services.schedule.open_contest,
        "close_contest": services.schedule.close_contest,
        "sweep": services.sweep.sweep_once,
        "reconcile": services.reconciliation.queue_queries,
    }
