"""Metrics in CloudWatch's embedded metric format: CloudWatch turns a log line into metrics, without a call.

Source of the format: "Specification: Embedded metric format" in the CloudWatch user guide.
"""

import logging
import time
from collections.abc import Callable, Mapping
from typing import Any

NAMESPACE = "Contest"
log = logging.getLogger(__name__)


class EmbeddedMetrics:
    """Implements the Measure port. A metric's dimension is the deployment's `Prefix`; a reason adds a second one."""

    def __init__(self, prefix: str, seconds: Callable[[], float] = time.time) -> None:
        self._prefix, self._seconds = prefix, seconds

    def __call__(self, values: Mapping[str, float], reason: str = "") -> None:
        if values and log.isEnabledFor(logging.INFO):
            log.info("metrics", extra={"metrics": self._embedded(values, reason)})

    def _embedded(self, values: Mapping[str, float], reason: str) -> dict[str, Any]:
        # The metric has the real time: CloudWatch refuses times far from it, which CONTEST_NOW could give.
        about = {
            "Namespace": NAMESPACE,
            "Dimensions": [["Prefix"], ["Prefix", "Reason"]] if reason else [["Prefix"]],
            "Metrics": [{"Name": name, "Unit": _unit(name)} for name in values],
        }
        metadata = {"Timestamp": int(self._seconds() * 1000), "CloudWatchMetrics": [about]}
        dimensions = {"Prefix": self._prefix} | ({"Reason": reason} if reason else {})
        return {"_aws": metadata, **dimensions, **values}


def _unit(name: str) -> str:
    return "Milliseconds" if name.endswith("Ms") else "Count"
