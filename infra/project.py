"""The project: its root and stages, Chalice's configuration and deployment records, the region and the event sources.

No other module knows where these are stored.
"""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
"""The checkout's root folder."""
TEMPLATES = ROOT / "infra" / "cloudformation"
RUNNING_STACK = ROOT / ".local" / "stack.json"
"""The environment of the stack started by `make run`; missing while none runs."""
LOCAL, LOCAL_REGION = "local", "cn-north-1"
"""The one stage outside the cloud, and the region given to its engines."""
API_HANDLER = "app"
"""The function of all routes. Chalice names it by application and stage only, and `api_handler` in its settings."""

Resource = Mapping[str, Any]
"""With `resource_type`, `name`, and the identifier by which Chalice deletes it."""


class ProjectError(Exception):
    """The configuration is unreadable or lacks the stage. The text is for the operator."""


@dataclass(frozen=True, slots=True)
class EventSource:
    """Either `queue`, a full name, with `at_most` concurrent functions, or `schedule`, an EventBridge expression."""

    function: str
    queue: str = ""
    at_most: int | None = None
    schedule: str = ""


@dataclass(frozen=True, slots=True)
class Project:
    """A checkout. Its methods read Chalice's files each time, and raise ProjectError."""

    root: Path = ROOT

    @property
    def chalice(self) -> Path:
        return self.root / ".chalice"

    def config(self) -> dict[str, Any]:
        path = self.chalice / "config.json"
        try:
            config: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            _ = config["app_name"], [one.get("environment_variables", {}) for one in config["stages"].values()]
        except (OSError, ValueError, LookupError, AttributeError, TypeError) as error:
            raise ProjectError(f"{path} 读不懂（{type(error).__name__}），请检查或从版本库恢复。") from None
        return config

    def settings(self, stage: str) -> dict[str, Any]:
        """Returns the stage's configuration."""
        stages: dict[str, dict[str, Any]] = self.config()["stages"]
        if stage not in stages:
            raise ProjectError(f"没有名为 {stage} 的环境，可选：{'、'.join(stages)}。")
        return stages[stage]

    def architecture(self, stage: str) -> str:
        """Returns the functions' architecture as Chalice reads it: `x86_64` by default, or `arm64`."""
        found = {**self.config(), **self.settings(stage)}
        return str(found.get("lambda_architecture", "x86_64"))

    def identity(self, stage: str) -> dict[str, str]:
        """Returns the variables that identify the deployment, by default those that `up` writes."""
        app_name, given = self.config()["app_name"], self.settings(stage).get("environment_variables", {})
        defaults = {
            "STAGE": stage,
            "RESOURCE_PREFIX": f"{app_name}-{stage}",
            "PUBLIC_BASE_URL": "",
            "SECRETS_PATH": f"/{app_name}/{stage}/",
        }
        return {name: given.get(name, value) for name, value in defaults.items()}

    def write_settings(self, stage: str, environment: Mapping[str, str], vpc: Mapping[str, Sequence[str]]) -> bool:
        """Sets these variables and lists of ids. An empty list is not added if there was none.

        Replaces the file atomically. Returns whether it changed.
        """
        config = self.config()
        settings = config["stages"][stage]
        before = json.dumps(config)
        settings["environment_variables"] = {**settings.get("environment_variables", {}), **environment}
        settings |= {key: list(ids) for key, ids in vpc.items() if ids or settings.get(key)}
        if json.dumps(config) == before:
            return False
        _replace(self.chalice / "config.json", config)
        return True

    def function_name(self, stage: str, function: str) -> str:
        """Returns the function's deployed name."""
        suffix = "" if function in (API_HANDLER, "api_handler") else f"-{function}"
        return f"{self.config()['app_name']}-{stage}{suffix}"

    def record(self, stage: str) -> Path:
        """Returns the path of Chalice's record of the stage's deployment. A lean build shares it."""
        return self.chalice / "deployed" / f"{stage}.json"

    def resources(self, stage: str) -> list[Resource]:
        """Returns the recorded resources; none if the stage was not deployed from this checkout."""
        path = self.record(stage)
        found: list[Resource] = json.loads(path.read_text(encoding="utf-8"))["resources"] if path.is_file() else []
        return found

    def write_resources(self, stage: str, resources: Sequence[Resource]) -> None:
        document = json.loads(self.record(stage).read_text(encoding="utf-8"))
        _replace(self.record(stage), {**document, "resources": list(resources)})

    def record_text(self, stage: str) -> str | None:
        path = self.record(stage)
        return path.read_text(encoding="utf-8") if path.is_file() else None

    def write_record(self, stage: str, text: str) -> None:
        self.record(stage).parent.mkdir(parents=True, exist_ok=True)
        self.record(stage).write_text(text, encoding="utf-8")

    def forget_record(self, stage: str) -> None:
        for path in (self.record(stage), self._seen(stage)):
            path.unlink(missing_ok=True)

    def seen_record(self, stage: str) -> str:
        """Returns a note about the shared record last seen here (`infra.shared_record`); empty before."""
        path = self._seen(stage)
        return path.read_text(encoding="utf-8") if path.is_file() else ""

    def note_seen_record(self, stage: str, text: str) -> None:
        self._seen(stage).write_text(text, encoding="utf-8")

    def _seen(self, stage: str) -> Path:
        return self.record(stage).with_name(f"{stage}.seen")

    def rest_api(self, stage: str) -> str | None:
        """Returns the id of the stage's recorded REST API."""
        ids = [str(one["rest_api_id"]) for one in self.resources(stage) if one["resource_type"] == "rest_api"]
        return ids[0] if ids else None


CHECKOUT = Project()


def event_sources(application: ModuleType | None = None) -> list[EventSource]:
    """Returns what `app.py` registers for queues and schedules.

    Importing it reads the contest file and the prefix named in the environment.
    """
    from chalice.app import ScheduledEventConfig, ScheduleExpression, SQSEventConfig  # heavy: few commands need it

    if application is None:
        import app as application

    found = []
    for source in application.app.event_sources:  # type: ignore[union-attr]
        function = source.handler_string.removeprefix("app.")
        if isinstance(source, SQSEventConfig):
            queue = source.queue or (source.queue_arn or "").rsplit(":", 1)[-1]
            found.append(EventSource(function, queue=queue, at_most=source.maximum_concurrency))
        elif isinstance(source, ScheduledEventConfig):
            said = source.schedule_expression
            expression = said.to_string() if isinstance(said, ScheduleExpression) else said
            found.append(EventSource(function, schedule=expression))
    return found


def region() -> str | None:
    """Returns the region named in the environment. AWS's own files may name another."""
    return os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")


def _replace(path: Path, content: Mapping[str, Any]) -> None:
    """Replaces the file atomically."""
    # Named after the process, so that concurrent ones do not write into each other's file.
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    fresh.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    fresh.chmod(path.stat().st_mode)
    fresh.replace(path)
